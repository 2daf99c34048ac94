"""A note that two windows write: what both have written, so that neither's is lost."""

from __future__ import annotations


def both(was: str, now: str, typed: str) -> str:
    """What was `typed` into a window that had read `was`, and after it the lines of `now` that this window never saw.
    Lines that it took out stay out."""
    if now in (was, typed) or typed.startswith(now):
        return typed
    known = {*was.split("\n"), *typed.split("\n")}
    unseen = [line for line in now.split("\n") if line.strip() and line not in known]
    return "\n".join([typed.rstrip(), *unseen]).lstrip("\n") if unseen else typed
