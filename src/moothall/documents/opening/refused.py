"""Why a file isn't taken, as a code: the words are the pages' (../opener.py)."""
from __future__ import annotations


class Refused(Exception):
    """The file isn't taken. `code` is one of the keys of WORDS in ../opener.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
