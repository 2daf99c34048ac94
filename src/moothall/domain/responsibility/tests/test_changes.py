"""What changes, against loops over minutes that share no code with it."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from moothall.domain.calendar import WeekHours, tidy
from moothall.domain.responsibility.changes import Changes, Known, changes_of
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.diff import meetings
from moothall.domain.responsibility.shares import AgreementTerms, Cell, Cover, Names, ShareTerms, StandardTerms
from moothall.domain.responsibility.tests.one_council import agreement, share

LONDON = ZoneInfo("Europe/London")
HOLIDAYS = {1: frozenset({date(2026, 10, 26), date(2027, 3, 26)}), 2: frozenset()}
KNOWN = Known(Names(), HOLIDAYS, {})
# A clock change and a holiday in each; nine days from a London midnight.
WINDOWS = (datetime(2026, 10, 21, 23, tzinfo=UTC), datetime(2027, 3, 23, tzinfo=UTC))
DAYS, STEP = 9, timedelta(minutes=30)
CELLS = [Cell(council, service, "phone", "answer") for council in (1, 2) for service in (524, 57)]
COVER = ("cover-added", "cover-removed", "first-moved", "tiers-moved")

minutes = st.integers(0, 48).map(lambda half: half * 30)
hours = st.one_of(st.just(((0, 1440),)), st.lists(st.tuples(minutes, minutes), max_size=2).map(tidy))
named = st.dictionaries(st.sampled_from([date(2026, 10, 25), date(2026, 10, 26), date(2027, 3, 28)]), hours, max_size=1)
weeks = st.builds(
    lambda days, bank, names: WeekHours(tuple(days), bank, tuple(sorted(names.items()))),
    st.lists(hours, min_size=7, max_size=7), hours, named,
)
services = st.sampled_from([(524,), (57,), (524, 57)])
prices = st.sampled_from([None, 210, 225])


def noon_or_midnight(base: datetime, half_days: int) -> datetime:
    """A civil instant that no clock change makes doubtful."""
    day = (base.astimezone(LONDON) + timedelta(days=half_days // 2)).date()
    return datetime(day.year, day.month, day.day, 12 * (half_days % 2), tzinfo=LONDON).astimezone(UTC)


@st.composite
def share_of(draw: st.DrawFn, number: int, base: datetime) -> ShareTerms:
    begins = draw(st.sampled_from([0, 0, 3, 8]))
    ends = draw(st.sampled_from([2 * DAYS, 2 * DAYS, 9, 14]))
    tier = draw(st.integers(0, 1))
    return ShareTerms(
        id=number, key=f"s{number}", client=draw(st.sampled_from([1, 2])), services=draw(services),
        channels=("phone",), function="answer", team=draw(st.sampled_from(["a", "b"])), hours=draw(weeks),
        starts=noon_or_midnight(base, begins), ends=noon_or_midnight(base, ends), tier=tier, after_s=60 * tier,
        overrides=tuple(draw(st.sets(st.integers(1, 3).filter(lambda n: n != number), max_size=1))),
        standard=StandardTerms(draw(st.sampled_from([None, 45, 90]))),
    )


def text(shares: list[ShareTerms], base: datetime, bodies: Mapping[int, Mapping[str, object]]) -> AgreementTerms:
    ends = noon_or_midnight(base, 2 * DAYS)
    covers = tuple(Cover(s.client, s.services, s.channels, (s.function,), s.hours, s.starts, s.ends) for s in shares)
    return AgreementTerms("t", "T", base, ends, (1, 2), (), covers, tuple(shares), (), bodies)


@st.composite
def texts(draw: st.DrawFn) -> tuple[AgreementTerms, AgreementTerms]:
    """Two texts; some of the second's shares are the first's, or nearly."""
    base = draw(st.sampled_from(WINDOWS))
    before = [draw(share_of(number, base)) for number in range(1, draw(st.integers(1, 3)) + 1)]
    after: list[ShareTerms] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        other = draw(share_of(number, base))
        if number <= len(before) and draw(st.booleans()):
            fields = draw(st.sampled_from([(), ("hours",), ("team",), ("key",), ("standard",)]))
            kept = {field: f"{getattr(other, field)}x" if field == "key" else getattr(other, field) for field in fields}
            other = replace(before[number - 1], **kept)
        after.append(other)
    first, second = (
        text(shares, base, {s.id: {"price": {"per_contact_pence": draw(prices)}} for s in shares})
        for shares in (before, after)
    )
    return first, second


def open_by_the_clock(share: ShareTerms, at: datetime) -> bool:
    local = at.astimezone(LONDON)
    spans = share.hours.weekdays[local.weekday()]
    if local.date() in HOLIDAYS[share.client]:
        spans = share.hours.bank_holiday
    spans = dict(share.hours.exceptions).get(local.date(), spans)
    minute = local.hour * 60 + local.minute
    return share.starts <= at < share.ends and any(a <= minute < b for a, b in spans)


def plan(terms: AgreementTerms, cell: Cell, at: datetime) -> list[ShareTerms]:
    """The shares of a plan, first the accountable one: naively, of this very minute."""
    opened = [s for s in terms.shares if s.client == cell.council and cell.service in s.services]
    opened = [share for share in opened if open_by_the_clock(share, at)]
    found = []
    for tier in (0, 1):
        here = [share for share in opened if share.tier == tier]
        free = [share for share in here if not any(share.id in other.overrides for other in here)]
        if here:
            found.append(min(free or here, key=lambda share: share.id))
    return found


def tiers(shares: list[ShareTerms]) -> tuple[tuple[int, str], ...]:
    return tuple((share.after_s - shares[0].after_s, share.team) for share in shares)


def samples(terms: AgreementTerms) -> Iterator[datetime]:
    at = terms.starts
    while at < terms.ends:
        yield at
        at += STEP


def told_of(changes: Changes, kinds: tuple[str, ...], figure: str = "") -> set[Cell]:
    return {
        Cell(council, service, channel, change.function)
        for change in changes.of(*kinds) if change.figure == figure
        for council in change.councils for service in change.services for channel in change.channels
    }


@settings(max_examples=25)
@given(texts())
def test_cover_changes_where_the_minutes_differ_and_nowhere_else(pair: tuple[AgreementTerms, AgreementTerms]) -> None:
    before, after = pair
    differing = {
        cell for cell in CELLS
        if any(tiers(plan(before, cell, at)) != tiers(plan(after, cell, at)) for at in samples(after))
    }
    changes = changes_of(before, after, known=KNOWN)
    assert told_of(changes, COVER) == differing
    # What is promised runs as the shares do here, whichever team keeps it.
    promised = {
        cell for cell in CELLS
        if any(bool(plan(before, cell, at)) != bool(plan(after, cell, at)) for at in samples(after))
    }
    assert told_of(changes, ("promise-added", "promise-removed")) == promised


@settings(max_examples=25)
@given(texts())
def test_maps_meet_as_the_minutes_say(pair: tuple[AgreementTerms, AgreementTerms]) -> None:
    after = pair[1]
    met = meetings(*(compile_shares(terms.shares, HOLIDAYS) for terms in pair), after.starts, after.ends)
    for meeting in met:
        for at in samples(after):
            local = at.astimezone(LONDON)
            minute = local.hour * 60 + local.minute
            found = [
                (was.share, becomes.share) for (was, becomes), dates in meeting.spans.items()
                if any(a <= minute < b for a, b in dates.get(local.date(), ()))
            ]
            first = [shares[0].id if shares else 0 for shares in (plan(t, meeting.cells[0], at) for t in pair)]
            assert found == ([tuple(first)] if any(first) else []), at


@settings(max_examples=25)
@given(texts())
def test_prices_change_where_the_minutes_differ(pair: tuple[AgreementTerms, AgreementTerms]) -> None:
    before, after = pair
    changes = changes_of(before, after, known=KNOWN)
    firsts = {shares[0].id for cell in CELLS for at in samples(after) if (shares := plan(after, cell, at))}
    told = told_of(Changes(after.starts, after.ends, tuple(c for c in changes if not c.note)), ("price",),
                   "price.per_contact_pence")
    assert told == {cell for cell in CELLS if price_differs(before, after, cell)}
    assert all(set(c.shares).isdisjoint({s.key for s in after.shares if s.id in firsts}) for c in changes if c.note)


def price(terms: AgreementTerms, share: ShareTerms) -> object:
    return terms.bodies[share.id]["price"]["per_contact_pence"]  # type: ignore[index]


def price_differs(before: AgreementTerms, after: AgreementTerms, cell: Cell) -> bool:
    """At some minute another price holds; where nobody was, one that nobody asked for this service before."""
    plans = [(plan(before, cell, at), plan(after, cell, at)) for at in samples(after)]
    known = {price(before, was[0]) for was, _ in plans if was}
    for was, becomes in plans:
        if not becomes:
            continue
        new = becomes[0]
        same = [s for s in before.shares if (s.key, s.client) == (new.key, new.client) and cell.service in s.services]
        follows = was[:1] or same
        if follows and price(before, follows[0]) != price(after, new):
            return True
        if not follows and price(after, new) is not None and price(after, new) not in known:
            return True
    return False


@settings(max_examples=25)
@given(texts())
def test_sight_changes_at_the_instants_of_the_periods(pair: tuple[AgreementTerms, AgreementTerms]) -> None:
    before, after = pair
    changes = changes_of(before, after, known=KNOWN).of("sight-gained", "sight-lost")

    def sees(terms: AgreementTerms, at: datetime) -> set[tuple[str, int, int]]:
        shares = (share for share in terms.shares if share.starts <= at < share.ends)
        return {(share.team, share.client, service) for share in shares for service in share.services}

    for at in samples(after):
        told = [
            (change.kind, change.teams[0], change.councils[0], service)
            for change in changes if change.starts and change.ends and change.starts <= at < change.ends
            for service in change.services
        ]
        gained, lost = sees(after, at) - sees(before, at), sees(before, at) - sees(after, at)
        expected = [("sight-gained", *key) for key in gained] + [("sight-lost", *key) for key in lost]
        assert sorted(told) == sorted(expected), at


@settings(max_examples=25)
@given(texts())
def test_a_text_changes_nothing_in_its_own_place(pair: tuple[AgreementTerms, AgreementTerms]) -> None:
    for terms in pair:
        assert changes_of(terms, terms, known=KNOWN).told == ()


@settings(max_examples=25)
@given(texts(), st.data())
def test_other_keys_alone_change_nothing(pair: tuple[AgreementTerms, AgreementTerms], data: st.DataObject) -> None:
    terms = pair[0]
    renamed = [
        replace(share, key=f"new-{share.id}") if data.draw(st.booleans()) else share for share in terms.shares
    ]
    assert changes_of(terms, replace(terms, shares=tuple(renamed)), known=KNOWN).told == ()


@settings(max_examples=30)
@given(texts())
def test_changes_are_told_in_one_order(pair: tuple[AgreementTerms, AgreementTerms]) -> None:
    assert changes_of(*pair, known=KNOWN) == changes_of(*pair, known=KNOWN)
    assert all(change.sentence.endswith((".", ".”.")) for change in changes_of(*pair, known=KNOWN))


def test_two_alike_that_never_come_first_are_told_apart_by_what_they_say() -> None:
    """Both joined later and cost another price; only their keys are new."""
    terms = agreement(share(1), *(share(each, tier=1, after_s=60, team="later") for each in (2, 3)))
    terms = replace(terms, bodies={2: {"price": {"per_contact_pence": 210}}, 3: {"price": {"per_contact_pence": 225}}})
    renamed = replace(terms, shares=tuple(replace(each, key=f"new-{each.id}") for each in terms.shares))
    assert changes_of(terms, renamed, known=KNOWN).told == ()
    dearer = replace(renamed, bodies={**terms.bodies, 3: {"price": {"per_contact_pence": 230}}})
    assert [each.after for each in changes_of(terms, dearer, known=KNOWN).told] == [230]
