"""What the pages of agreements share: the list, and the head of a version with its tabs."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet

from moothall.agreements.models import AgreementVersion
from moothall.domain.responsibility.times import listed
from moothall.tenancy.models import Council
from moothall.web.configure.finding_list import FindingRow
from moothall.web.configure.reading import TO_COME, Seen
from moothall.web.configure.words import period, state_of
from moothall.web.navigation import address_of

TABS = (
    ("Matrix", "matrix"), ("Calendar", "calendar"), ("Findings", "findings"), ("What would change", "changes"),
    ("Sign", "sign"), ("Text", "text"),
)  # fmt: skip
IN_FORCE = "in_force"
NEXT_ACTS = {"draft": "Propose", "proposed": "Sign"}
FEW_PARTIES = 3  # so many are the name of their agreement; more have one of their own


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as a list shows it."""

    version: AgreementVersion
    address: str
    period: str
    stage: str

    @property
    def state(self) -> tuple[str, str]:
        return state_of(self.stage)


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement of the list: its councils, the version in force, and those that are to come."""

    name: str
    councils: tuple[Council, ...]
    in_force: VersionRow | None
    to_come: tuple[VersionRow, ...]
    latest: VersionRow

    @property
    def address(self) -> str:
        return (self.in_force or self.latest).address


@dataclass(frozen=True, slots=True)
class Tab:
    text: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The head of every tab of a version. `act` is the next thing in its life: words and address."""

    title: str
    name: str
    version: AgreementVersion
    period: str
    state: tuple[str, str]
    findings: int
    tabs: tuple[Tab, ...]
    others: tuple[VersionRow, ...]
    act: tuple[str, str] | None
    writes: bool  # whether this person may change a draft, and write a new version
    begins: bool = False  # the page is where a new version is written


def list_page(versions: QuerySet[AgreementVersion], now: datetime) -> list[AgreementRow]:
    """The agreements of these versions, by name."""
    found = [list(group) for _, group in groupby(versions.defer("text"), key=lambda version: version.agreement_id)]
    councils = {each.number: each for each in Council.objects.filter(kind=Council.Kind.COUNCIL)}
    return [_row(group, councils, now) for group in found]


def _row(versions: list[AgreementVersion], councils: Mapping[int, Council], now: datetime) -> AgreementRow:
    rows = [version_row(version, "matrix", now) for version in versions]
    in_force = next((row for row in rows if row.stage == IN_FORCE), None)
    parties = (in_force or rows[0]).version.parties
    return AgreementRow(
        versions[0].agreement.name, tuple(councils[number] for number in parties if number in councils), in_force,
        tuple(row for row in rows if row.stage in TO_COME), rows[0],
    )  # fmt: skip


def version_row(version: AgreementVersion, tab: str, now: datetime) -> VersionRow:
    address = tab_address(tab, version) or tab_address("matrix", version) or ""
    return VersionRow(version, address, period(version, now), version.stage(now))


def tab_address(tab: str, version: AgreementVersion) -> str | None:
    """The address of a tab; None where it isn't served here."""
    return address_of(f"agreements:{tab}", version.agreement.slug, version.number)


def head_of(seen: Seen, tab: str, others: Iterable[AgreementVersion], *, now: datetime, acts: bool) -> Head:
    """The head of one tab. `others`: the versions that this person may read besides; `acts`: whether they may sign."""
    version = seen.version
    count = len(seen.findings)
    tabs = []
    draft = acts and seen.version.state == AgreementVersion.State.DRAFT
    for text, name in (*((("Edit", "edit"),) if draft else ()), *TABS):
        if address := tab_address(name, version):
            words = f"{text} ({count})" if name == "findings" else text
            tabs.append(Tab(words, address, name == tab))
    return Head(
        title=title_of(seen), name=version.agreement.name, version=version, period=period(version, now),
        state=state_of(version.stage(now)), findings=count, tabs=tuple(tabs),
        others=tuple(version_row(other, tab, now) for other in others if other.pk != version.pk),
        act=_next_act(seen, tab) if acts else None, writes=acts, begins=tab == "new",
    )  # fmt: skip


def title_of(seen: Seen) -> str:
    """`Northby and Southby`; the agreement's own name where the parties are many or can't be read."""
    parties = [seen.councils[number] for number in seen.proved.terms.parties] if seen.proved else []
    names = [council.short_name for council in parties if council.kind == Council.Kind.COUNCIL]
    if not 1 < len(names) <= FEW_PARTIES:
        return seen.version.agreement.name
    return listed(names)


def _next_act(seen: Seen, tab: str) -> tuple[str, str] | None:
    """What is to be done next with the version, unless this tab is where one does it."""
    version = seen.version
    if version.state not in NEXT_ACTS:
        return None
    words, goes_to = f"{NEXT_ACTS[version.state]} version {version.number}", "sign"
    if seen.errors:
        words, goes_to = "See what to mend", "findings"
    address = tab_address(goes_to, version)
    return (words, address) if address and tab != goes_to else None


def default_version(versions: Iterable[AgreementVersion], now: datetime) -> AgreementVersion | None:
    """Which version an agreement opens with: the one in force, else the newest."""
    found = list(versions)
    return next((version for version in found if version.stage(now) == IN_FORCE), found[0] if found else None)


@dataclass(frozen=True, slots=True)
class TextLine:
    number: int
    text: str
    findings: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True)
class TextPage:
    """The text that is signed, line by line; that the hash is the text's own is the database's to hold."""

    lines: tuple[TextLine, ...]
    sha256: str
    loaded_at: datetime
