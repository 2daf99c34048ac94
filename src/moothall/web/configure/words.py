"""The words of the agreement's pages."""
from __future__ import annotations

from datetime import date, datetime, timedelta

from moothall.agreements.models import AgreementVersion
from moothall.domain.findings import Finding
from moothall.web.formats import beginning, day, in_london

WAYS = {"phone": "by phone", "email": "by e-mail", "chat": "by chat", "web": "on the web", "counter": "at the counter"}
WHO = {"answer": "answers", "resolve": "resolves"}
STATES = {  # of a version: its word, and the kind of its tag
    "draft": ("Draft", "plain"), "proposed": ("Proposed", "act"), "in_force": ("In force", "good"),
    "ended": ("Ended", "plain"), "signed": ("Signed", "act"), "withdrawn": ("Withdrawn", "plain"),
}  # fmt: skip
SEVERITIES = {"error": "bad", "warning": "warn", "note": "act"}
KINDS = (  # what a finding is called, by how its code begins
    ("gap", "Gap"), ("overlap", "Two for one thing"), ("override", "Two for one thing"), ("tier", "Who joins when"),
    ("after", "Who joins when"), ("share-never", "Never used"), ("line", "Line"), ("holidays", "Bank holidays"),
    ("promises", "Promise"), ("standard", "Promise"), ("outside-period", "Period"), ("notice", "Notice"),
    ("sight", "Sight"), ("team", "People"), ("clock", "Clock change"),
)  # fmt: skip
USUAL_KINDS = {"error": "To mend", "warning": "To look at", "note": "To know"}


def state_of(state: str) -> tuple[str, str]:
    """A state's word and the kind of its tag; one that came later is shown by its own word."""
    return STATES.get(state, (state.replace("_", " ").capitalize(), "plain"))


def kind_of_finding(finding: Finding) -> str:
    """`Gap`, `Line`; a finding of no known kind says what to do with it."""
    return next((word for code, word in KINDS if finding.code.startswith(code)), USUAL_KINDS[finding.severity])


def begins(version: AgreementVersion) -> datetime:
    """From when a version holds, or would: later than its text says where the last party signed later."""
    return version.holds_from or version.starts


def period(version: AgreementVersion, now: datetime) -> str:
    """`from Tue 1 Sep 2026 to Tue 31 Aug 2027`: the last day is the last on which it holds. Both show their year, or,
    where both are this year's, none. A beginning within a day shows its time."""
    first, last = in_london(begins(version)).date(), in_london(version.ends - timedelta(minutes=1)).date()
    year = in_london(now).year
    shown = None if first.year == last.year == year else date(1, 1, 1)
    return f"from {beginning(begins(version), shown)} to {day(last, shown)}"
