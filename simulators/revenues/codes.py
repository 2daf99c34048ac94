"""The package's own codes. Whoever speaks to it maps them to their own words."""

from __future__ import annotations

BANDS = {"A": 6, "B": 7, "C": 8, "D": 9, "E": 11, "F": 13, "G": 15, "H": 18}  # ninths of band D
BAND_D = 219_000  # pence for the year, for every authority: what the officers' worked sums go by
STAGES = ("00BIL", "10REM", "15RM2", "20BAL", "30FIN", "40SUM", "50LO", "60EA")
HOLDS = ("BSM", "BSC", "INS", "DSP", "CTR", "DEC", "VUL")
DISCOUNTS = ("", "D25", "D50")
ANSWERS = {  # the `rc` of every answer
    "00": "OK",
    "R03": "NO RECORD",
    "R04": "MULTIPLE MATCH",
    "R09": "DUPLICATE TXID",
    "B01": "LOCKED BY BATCH",
    "P02": "PERIOD OVERLAP",
    "P05": "EVIDENCE NEEDED",
    "S07": "STAGE FORBIDS",
    "Y01": "YEAR CLOSED",
    "X01": "BAD REQUEST",
    "X03": "KEY NOT ACCEPTED",
}
OPERATIONS = frozenset({
    "OPENACC", "CLOSEACC", "DISC", "EXEMPT", "SETINST", "PROPARR", "SETDD", "REFUND", "OPENCLM", "ADDDOC", "CHGCIRC",
    "NOTE", "HOLD",
})  # fmt: skip


def check_digit(number: int) -> int:
    """The last digit of an account's number, by weights 9 to 2 over the eight before it, modulo 11 (10 reads as 0)."""
    digits = f"{number:08d}"
    return (11 - sum(int(digit) * weight for digit, weight in zip(digits, range(9, 1, -1), strict=True)) % 11) % 11 % 10


def full_charge(band: str) -> int:
    """Pence for a whole year, nothing off."""
    return BAND_D * BANDS[band] // 9
