"""The look-ups and effects of the script for large items, as packs may call them."""
from __future__ import annotations

from collections.abc import Mapping

from moothall.scripts.port import Port

TARIFF = ("fee_first", "first_items", "fee_more", "fee_cold", "fee_padded", "off_per_cent")
LOOK_UPS: Mapping[str, Port] = {
    "bulky_price": Port(
        {"price": "whole", "off": "whole"}, frozenset({"total", "cold", "padded", "gets_off", *TARIFF})
    ),
    "bulky_slots": Port({"slots": "choices", "slot_count": "whole"}, frozenset({"property", "today", "days"})),
}
EFFECTS: Mapping[str, Port] = {
    "hold_slot": Port(
        {"held": "truth", "hold": "text", "slot_day": "date"}, frozenset({"property", "slot", "items", "hours"})
    ),
    "release_slot": Port({"released": "truth"}, frozenset({"hold"}), None),
    "confirm_slot": Port({"fixed": "truth"}, frozenset({"hold", "reference", "to", "day"})),
    "request_payment": Port(
        {"pay_link": "text", "pay_until": "text"}, frozenset({"pence", "reference", "to", "hours"}),
        frozenset({"hold", "day"}),
    ),
}
