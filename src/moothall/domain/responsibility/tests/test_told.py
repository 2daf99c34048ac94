"""Nothing of a text goes untold: a field that terms get later is told of, if only generally."""
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from moothall.domain.calendar import ALWAYS
from moothall.domain.responsibility.changes import Known, changes_of
from moothall.domain.responsibility.shares import AgreementTerms, LineTerms, Names, ShareTerms, StandardTerms

STARTS, ENDS = datetime(2026, 8, 31, 23, tzinfo=UTC), datetime(2027, 8, 31, 23, tzinfo=UTC)
KNOWN = Known(Names({2: "Northby"}, {57: "Council tax"}), {}, {})


@dataclass(frozen=True)
class LaterStandard(StandardTerms):
    call_back_within_s: int | None = None


@dataclass(frozen=True)
class LaterShare(ShareTerms):
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class LaterLine(LineTerms):
    tone: str = ""


@dataclass(frozen=True)
class LaterAgreement(AgreementTerms):
    signatories: tuple[tuple[int, str], ...] = ()


SHARE = LaterShare(
    1, "hub", 2, (57,), ("phone",), "answer", "hub", ALWAYS, STARTS, ENDS, standard=LaterStandard(), languages=("en",)
)
LINE = LaterLine("5001", 2, 57, "phone", "Tax", tone="calm")
TEXT = LaterAgreement("t", "T", STARTS, ENDS, (2,), (), (), (SHARE,), (LINE,), {1: {"data": {"b": [1], "a": 2}}})


def told(after: AgreementTerms) -> list[str]:
    return [change.sentence for change in changes_of(TEXT, after, known=KNOWN)]


def test_what_a_share_says_beyond() -> None:
    assert told(replace(TEXT, shares=(replace(SHARE, languages=("en", "pl")),))) == [
        "The languages of Northby's calls about council tax is “en, pl” instead of “en”."
    ]
    assert told(replace(TEXT, shares=(replace(SHARE, standard=LaterStandard(call_back_within_s=60)),))) == [
        "The standard call back within s of Northby's calls about council tax is stated: “60”."
    ]
    assert told(replace(TEXT, bodies={})) == [
        "The data of Northby's calls about council tax is no longer stated; it was “a, 2, b, 1”."
    ]
    assert told(replace(TEXT, bodies={1: {"data": {"a": 2, "b": [1]}}})) == []


def test_what_a_line_and_the_agreement_say_beyond() -> None:
    assert told(replace(TEXT, lines=(replace(LINE, tone="brisk"),))) == [
        "Of tone the line Tax (5001) says “brisk” instead of “calm”."
    ]
    assert told(replace(TEXT, signatories=((2, "Chief Executive"),))) == [
        "Of signatories the agreement says “2, Chief Executive” instead of nothing."
    ]
