"""What scripts of council tax may call, and how it is proved who is calling."""
from __future__ import annotations

from collections.abc import Mapping

from moothall.scripts.port import Port

LOOK_UPS: Mapping[str, Port] = {
    "identity_facts": Port(
        {
            "ask_1": "text",
            "ask_2": "text",
            "ask_3": "text",
            "guarded": "truth",
            "caution": "text",
            "proved": "whole",
            "answering": "truth",
        },
        frozenset({"property", "today"}),
    ),
    "tax_dwelling": Port({"answering": "truth", "band": "text", "charge": "whole"}, frozenset({"property"})),
    "tax_account": Port(
        {
            "answering": "truth",
            "may_tell": "truth",
            "owing": "whole",
            "late": "whole",
            "next_due": "date",
            "next_amount": "whole",
            "parts_left": "whole",
            "stage": "text",
            "stage_day": "date",
            "costs": "whole",
            "hold": "text",
            "hold_until": "date",
            "direct_debit": "truth",
            "pay_day": "whole",
            "discount": "whole",
            "band": "text",
            "charge": "whole",
            "joint": "truth",
            "broken": "whole",
            "claim": "text",
            "claim_papers": "date",
        },
        frozenset({"property", "today"}),
    ),
    "tax_part": Port(
        {"before_days": "whole", "before_pence": "whole", "after_days": "whole", "after_pence": "whole"},
        frozenset({"charge", "day"}),
        frozenset({"off"}),
    ),
    "recovery_dates": Port(
        {"pay_by": "date", "whole_due": "date", "order_from": "date"},
        frozenset({"stage", "day", "failure_day_counts"}),
    ),
    "tax_offer": Port(
        {"clears": "truth", "months": "whole", "last_payment": "date", "in_year": "truth", "over": "whole"},
        frozenset({"owing", "monthly", "first"}),
    ),
    "estate_exemption": Port({"until": "date"}, frozenset({"granted"})),
}
EFFECTS: Mapping[str, Port] = {
    "check_identity": Port(
        {"matched": "truth"}, frozenset({"property", "name", "fact", "said"}), unkept=frozenset({"said"})
    ),
}
