"""What a line of the log never holds."""

from __future__ import annotations

import logging
import re

SECRET = re.compile(r"(/invited/)[^\s'\"?#>]+")


class LineFormatter(logging.Formatter):
    """The links that set a first password are told without what makes them good, whoever writes the line."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub(r"\1…", super().format(record))
