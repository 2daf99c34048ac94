"""How the address of a page calls what it asks. It stays in a browser's history and its suggestions, where others read
it: a script that can be discreet has none that name a question, a document or what it is about."""
from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from moothall.lib import clock
from moothall.lib.sealing import Unreadable, seal, unseal
from moothall.scripts.models import Run
from moothall.scripts.versions import script_of

PURPOSE = "words in an address"
HIDDEN = "~"  # begins words that are hidden
ELSEWHERE = "at another council"  # no browser's own value
HELD = timedelta(minutes=30)
HIDDEN_MOST = 2500  # signs of an address for some hundred words, of which each may take four bytes


def veiled(of: object, name: str) -> str:
    """A name as nobody reads it; `of` is what it belongs to, so that no two of these tell that they mean the same."""
    return hashlib.blake2s(f"{of}/{name}".encode(), digest_size=5).hexdigest()


def may_be_discreet(run: Run) -> bool:
    """Whether nobody beside the reader should see some page of the run's script."""
    return script_of(run).discreet is not None


def in_address(run: Run, name: str) -> str:
    """A step of a run, or one thing of a step, as its address calls it."""
    return veiled(run.pk, name) if may_be_discreet(run) else name


def step_at(run: Run, at: str) -> str:
    """The step that an address means; what no address means is nobody's step."""
    return _named(run, at, (step.key for step in script_of(run).steps))


def item_at(run: Run, step: str, at: str) -> str:
    """One thing of a step, as an address means it."""
    found = script_of(run).step(step)
    return _named(run, at, (option.value for option in found.field.options) if found else ())


def _named(run: Run, at: str, names: Iterable[str]) -> str:
    if not may_be_discreet(run):
        return at
    return next((name for name in names if veiled(run.pk, name) == at), at)


def hidden(words: str, browser: str) -> str:
    """What somebody typed, as the address of a page has it: only we read it, and for that browser (this_browser.py)."""
    return HIDDEN + seal(words, purpose=f"{PURPOSE} {browser}", secrets=_secrets())


def is_hidden(what: str) -> bool:
    return what.startswith(HIDDEN)


def said_in(what: str, browser: str) -> str:
    """The words again; as they are where nothing is hidden, empty where they can't be read any more, or not there."""
    if not is_hidden(what):
        return what
    try:
        return unseal(what.removeprefix(HIDDEN), purpose=f"{PURPOSE} {browser}", secrets=_secrets()) if browser else ""
    except Unreadable:
        return ""


def taken_along(words: str) -> str:
    """What goes along to another council's address, which is another site to the browser: for a while."""
    return hidden(f"{clock.now().isoformat()} {words}", ELSEWHERE)


def brought_along(what: str) -> str:
    """The words that came along; as they are where nothing is hidden, empty where they are too old."""
    since, _, words = (said_in(what, ELSEWHERE) if is_hidden(what) else "").partition(" ")
    if not since:
        return "" if is_hidden(what) else what
    return words if clock.now() - datetime.fromisoformat(since) <= HELD else ""


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
