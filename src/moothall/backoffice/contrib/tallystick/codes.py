"""Tallystick's codes in our words: one table for each kind. A code that isn't here raises."""
from __future__ import annotations

from collections.abc import Mapping

from moothall.backoffice.port import Refusal
from moothall.backoffice.revenues import ClaimState, FactKind, HoldKind, Stage

VENDOR = "tallystick"
FINE = "00"
STAGES: Mapping[str, Stage] = {
    "00BIL": "instalments",
    "10REM": "reminder",
    "15RM2": "second_reminder",
    "20BAL": "balance_due",
    "30FIN": "final_notice",
    "40SUM": "summons",
    "50LO": "liability_order",
    "60EA": "enforcement",
}
HOLDS: Mapping[str, HoldKind] = {
    "BSM": "breathing_space",
    "BSC": "crisis_breathing_space",
    "INS": "insolvency",
    "DSP": "dispute",
    "CTR": "support_pending",
    "DEC": "death",
    "VUL": "vulnerable",
}
DISCOUNTS: Mapping[str, int] = {"": 0, "D25": 25, "D50": 50}
INSTALMENTS: Mapping[str, tuple[bool, bool]] = {  # whether it is paid, and whether it is late
    "P": (True, False),
    "U": (False, True),
    "F": (False, False),
}
FACTS: Mapping[str, FactKind] = {
    "acref": "account_number",
    "instday": "instalment_day",
    "lastamt": "last_payment",
    "nino3": "ni_last_three",
    "lastref": "letter_reference",
    "hh": "household",
    "pw": "password",
}
CLAIMS: Mapping[str, ClaimState] = {"PEND": "waiting", "LIVE": "live", "END": "ended"}
PAPERS: Mapping[str, str] = {"IDENT": "identity", "INCOME": "income", "RENT": "rent", "BANK": "bank"}
REFUSALS: Mapping[str, Refusal] = {
    "R03": "no_record",
    "R04": "several",
    "R09": "key_taken",
    "B01": "locked",
    "P02": "overlap",
    "P05": "evidence",
    "S07": "stage_forbids",
    "Y01": "closed_year",
    "X01": "not_read",
    "X03": "not_allowed",
}
OPERATIONS: Mapping[str, str] = {
    "open_account": "OPENACC",
    "close_account": "CLOSEACC",
    "apply_discount": "DISC",
    "apply_exemption": "EXEMPT",
    "set_instalments": "SETINST",
    "propose_arrangement": "PROPARR",
    "set_debit": "SETDD",
    "request_refund": "REFUND",
    "open_claim": "OPENCLM",
    "add_document": "ADDDOC",
    "record_change": "CHGCIRC",
    "add_note": "NOTE",
    "set_hold": "HOLD",
}
