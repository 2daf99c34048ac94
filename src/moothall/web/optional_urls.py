"""The parts of a face stand in modules of their own; those that are here are served."""
from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path


def part(route: str, module: str) -> list[URLPattern | URLResolver]:
    """The addresses of `module` under `route`, or none where this installation doesn't hold that part."""
    return [path(route, include(module))] if _is_here(module) else []


def _is_here(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # its package isn't there either
        return False
