"""What was met and not expected: counted by name, logged once by name, shown by doctor. Bounded, since names come
from outside.
"""

from __future__ import annotations

import logging
from collections import Counter

log = logging.getLogger("moothall.telephony.csta")
MOST_NAMES = 200


class Counters(Counter[str]):
    """A counter whose first sight of a name is worth a line in the log."""

    def meet(self, kind: str, name: str = "") -> None:
        """Count `kind` or `kind:name`."""
        key = f"{kind}:{name[:60]}" if name else kind
        if key not in self:
            if len(self) >= MOST_NAMES:
                key = "further_names"
            log.warning(
                "The exchange sent something not expected: %s", key.encode("ascii", "backslashreplace").decode()
            )
        self[key] += 1
