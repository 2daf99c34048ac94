"""A note that two windows write: what both have written, so that neither's is lost."""

from __future__ import annotations


def both(was: str, now: str, typed: str, sent: str = "") -> str:
    """What was `typed` into a window that had read `was`, and after it the lines of `now` that this window never saw.
    Lines that it took out stay out. `sent`: lines that it sent before, without an answer: they are its own."""
    if now in (was, typed) or typed.startswith(now):
        return typed
    known = {*was.split("\n"), *typed.split("\n"), *sent.split("\n")}
    unseen = [line for line in now.split("\n") if line.strip() and line not in known]
    return "\n".join(part for part in (typed.rstrip(), *unseen) if part) if unseen else typed
