"""The look-ups of the benefits scripts, as packs may call them."""
from __future__ import annotations

from collections.abc import Mapping

from moothall.scripts.port import Port

LOOK_UPS: Mapping[str, Port] = {
    "pension_age": Port({"reached": "truth", "day": "date", "soon": "truth"}, frozenset({"born", "today", "ahead"})),
    "claim_dates": Port(
        {"starts": "date", "back_to": "date"}, frozenset({"today", "rent_began", "pension_age"})
    ),
}
