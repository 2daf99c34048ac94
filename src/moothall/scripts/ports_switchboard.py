"""The look-ups of the switchboard, as packs may call them."""
from __future__ import annotations

from collections.abc import Mapping

from moothall.scripts.port import Port

LOOK_UPS: Mapping[str, Port] = {
    "call_so_far": Port({"passed_on": "whole"}, frozenset()),
    "subjects": Port(
        {"subjects": "choices", "subject_count": "whole", "delicate": "truth", "help_now": "text"},
        frozenset({"said"}),
    ),
    "form": Port({"form": "text", "form_title": "text"}, frozenset({"subject"})),
    "subject": Port(
        {"name": "text", "place": "truth", "urgent": "truth", "level": "text", "risk": "truth", "calm": "text",
         "rings": "text"}, frozenset({"subject"})
    ),
    "who_does": Port(
        {
            "doer": "text",
            "name": "text",
            "phone": "text",
            "hours": "text",
            "website": "text",
            "ask": "text",
            "team": "text",
            "number": "text",
            "address": "text",
            "also": "text",
            "open": "truth",
        },
        frozenset({"subject"}),
        frozenset({"postcode", "property"}),
    ),
    "people": Port({"people": "choices", "people_count": "whole"}, frozenset({"said"})),
    "person": Port(
        {"asked_for": "text", "team": "text", "rung": "text", "number": "text", "themselves": "truth"},
        frozenset({"listing"}),
    ),
}
