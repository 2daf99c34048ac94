"""Loading: what a version stores, which grants it gives, and that a refused text leaves no trace."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from moothall import data
from moothall.agreements import queries
from moothall.agreements.actions import NotSound, load_version
from moothall.agreements.grants import check_grants, missing_grants
from moothall.agreements.in_force import forget
from moothall.agreements.models import Agreement, AgreementVersion, Line, Share
from moothall.agreements.schema import terms_of
from moothall.agreements.tests.texts import SMALL, changed
from moothall.domain.calendar import wall_clock
from moothall.domain.responsibility.times import day_words
from moothall.journal.models import Entry
from moothall.people.models import Team
from moothall.tenancy.models import Council, Grant
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
REFUSE, COUNCIL_TAX, SWITCHBOARD, LICHFIELD = 524, 57, 9002, 13
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)
STARTS, ENDS = datetime(2026, 8, 31, 23, tzinfo=UTC), datetime(2027, 8, 31, 23, tzinfo=UTC)


def rights(version: AgreementVersion) -> set[tuple[str, int, int, str]]:
    rows = Grant.objects.filter(share__version=version)
    return set(rows.values_list("team__slug", "council", "service", "right"))


def loads() -> list[dict[str, Any]]:
    with scope(System("load")):
        return list(Entry.objects.filter(kind="version.load").order_by("id").values("council", "service", "body"))


def rows() -> tuple[int, ...]:
    models = (Agreement, AgreementVersion, Share, Line, Grant, Team)
    return (*(model.objects.count() for model in models), len(loads()))


def test_a_draft_is_stored_without_grants(world: Any) -> None:
    version = load_version(SMALL)
    assert version.state == "draft"
    assert (version.starts, version.ends) == (STARTS, ENDS)
    assert version.shares.count() == 4
    assert rights(version) == set()
    assert isinstance(queries.responsible(LICHFIELD, REFUSE, "phone", "answer", WEDNESDAY), queries.Gap)


def test_in_force_each_tier_has_its_grants(world: Any) -> None:
    version = load_version(SMALL, in_force=True)
    assert rights(version) == {
        ("charnwood-contact-centre", LICHFIELD, REFUSE, "answer"),
        ("charnwood-contact-centre", LICHFIELD, SWITCHBOARD, "answer"),
        ("charnwood-contact-centre", LICHFIELD, SWITCHBOARD, "directory"),
        ("lichfield-waste", LICHFIELD, REFUSE, "answer"),
        ("lichfield-waste", LICHFIELD, REFUSE, "resolve"),
        ("charnwood-contact-centre", 1, 530, "resolve"),
    }
    assert set(Grant.objects.filter(share__version=version).values_list("valid_from", "valid_to")) == {(STARTS, ENDS)}


def test_what_is_seen_without_being_served_has_the_same_right(world: Any) -> None:
    sees = "    after_s: 120\n    sees: [refuse, council-tax, switchboard]\n    sight_confirmed_by: Jo Bell"
    version = load_version(changed(("    after_s: 120", sees)), in_force=True)
    mine = {(service, right) for team, council, service, right in rights(version) if team == "lichfield-waste"}
    assert mine == {(REFUSE, "answer"), (REFUSE, "resolve"), (COUNCIL_TAX, "answer"), (SWITCHBOARD, "answer")}
    assert list(missing_grants(version, WEDNESDAY)) == []
    share = version.shares.get(key="lichfield-overflow")
    assert terms_of(share, {}).sees == (REFUSE, COUNCIL_TAX, SWITCHBOARD)
    assert isinstance(queries.responsible(LICHFIELD, COUNCIL_TAX, "phone", "answer", WEDNESDAY), queries.Gap)


def test_sight_that_nobody_has_confirmed_is_not_loaded(world: Any) -> None:
    with pytest.raises(NotSound, match="sees Lichfield's Council tax"):
        load_version(changed(("    after_s: 120", "    after_s: 120\n    sees: [council-tax]")))


def test_who_answers_by_the_agreement_in_force(world: Any) -> None:
    version = load_version(SMALL, in_force=True)
    found = queries.responsible(LICHFIELD, REFUSE, "phone", "answer", WEDNESDAY)
    assert isinstance(found, queries.Answer)
    hub, waste = Team.objects.get(slug="charnwood-contact-centre"), Team.objects.get(slug="lichfield-waste")
    assert found.tiers == ((0, hub.pk), (120, waste.pk))
    assert found.share_key == "lichfield-answered"
    assert found.version_id == version.pk
    assert found.answer_within_s == 45
    assert found.until == datetime(2026, 11, 25, 17, tzinfo=UTC)
    evening = queries.responsible(LICHFIELD, REFUSE, "phone", "answer", WEDNESDAY + timedelta(hours=6))
    assert evening == queries.Gap(datetime(2026, 11, 26, 9, tzinfo=UTC), "lichfield-answered")
    resolves = queries.responsible(LICHFIELD, REFUSE, "web", "resolve", WEDNESDAY + timedelta(hours=6))
    assert isinstance(resolves, queries.Answer)
    assert resolves.standard.resolved_within_days == 3
    assert resolves.until == ENDS


def test_a_bank_holiday_is_a_gap(world: Any) -> None:
    load_version(SMALL, in_force=True)
    found = queries.responsible(LICHFIELD, REFUSE, "phone", "answer", datetime(2026, 12, 28, 12, tzinfo=UTC))
    assert found == queries.Gap(datetime(2026, 12, 29, 9, tzinfo=UTC), "lichfield-answered")


def test_a_warm_look_up_asks_nothing_of_the_database(
    world: Any, django_assert_num_queries: Any, settings: Any
) -> None:
    load_version(SMALL, in_force=True)
    settings.AGREEMENTS_LOOK_AGAIN_S = 3600
    read = queries.responsible(LICHFIELD, REFUSE, "phone", "answer", WEDNESDAY)
    with django_assert_num_queries(0):
        assert queries.responsible(LICHFIELD, REFUSE, "phone", "answer", WEDNESDAY) == read
        assert queries.line("5903") is not None and queries.line("5999") is None
    forget()


def test_the_journal_has_one_entry_a_client(world: Any) -> None:
    before = len(loads())
    version = load_version(SMALL, in_force=True)
    added = loads()[before:]
    assert [(entry["council"], entry["service"]) for entry in added] == [(1, 0), (LICHFIELD, 0)]
    assert added[0]["body"] == {
        "agreement": version.agreement_id, "version": version.pk, "state": "in_force", "replaced": None,
    }


def test_the_next_version_takes_the_place_of_the_one_before(world: Any) -> None:
    first = load_version(SMALL, in_force=True)
    second = load_version(
        changed(("services: [refuse, switchboard]\n    function", "services: [refuse]\n    function"),
                ("services: [refuse, switchboard], channels", "services: [refuse], channels")),
        in_force=True, at=WEDNESDAY,
    )
    first.refresh_from_db()
    assert (first.state, first.ends, second.number) == ("ended", WEDNESDAY, 2)
    assert set(Grant.objects.filter(share__version=first).values_list("valid_to", flat=True)) == {WEDNESDAY}
    assert set(Grant.objects.filter(share__version=second).values_list("valid_from", flat=True)) == {WEDNESDAY}
    assert not Grant.objects.filter(council=LICHFIELD, service=SWITCHBOARD, valid_to__gt=WEDNESDAY).exists()
    assert isinstance(queries.responsible(LICHFIELD, SWITCHBOARD, "phone", "answer", WEDNESDAY), queries.Gap)


def test_the_same_text_twice_is_one_version(world: Any) -> None:
    draft = load_version(SMALL)
    assert load_version(SMALL).pk == draft.pk
    assert load_version(SMALL, in_force=True).pk == draft.pk
    assert load_version(SMALL, in_force=True).pk == draft.pk
    assert AgreementVersion.objects.filter(agreement__slug="small").count() == 1


def test_what_is_in_force_is_not_put_in_force_again_because_a_draft_follows_it(world: Any) -> None:
    held = load_version(SMALL, in_force=True)
    next_text = changed(("for_percent: 80", "for_percent: 81"))
    draft = load_version(next_text)
    assert draft.number == 2 and load_version(SMALL, in_force=True).pk == held.pk
    after = load_version(next_text, in_force=True, at=WEDNESDAY)
    assert after.pk == draft.pk
    again = load_version(SMALL, in_force=True, at=WEDNESDAY + timedelta(hours=1))
    assert (again.number, again.state) == (3, "in_force"), "what has ended is put in force anew"


def test_grants_are_compared_with_the_agreements_in_force(world: Any) -> None:
    assert {finding.code for finding in check_grants(WEDNESDAY)} == {"grants.extra"}, "the world gives some by hand"
    Grant.objects.filter(share=None).exclude(right="report").delete()
    version = load_version(SMALL, in_force=True)
    assert list(check_grants(WEDNESDAY)) == []
    Grant.objects.filter(share__version=version, right="directory").delete()
    [missing] = check_grants(WEDNESDAY)
    assert missing.code == "grants.missing"
    load_version(SMALL, in_force=True)
    assert list(check_grants(WEDNESDAY)) == []
    Grant.objects.filter(share__version=version, right="directory").update(council=1)
    assert [finding.code for finding in check_grants(WEDNESDAY)] == ["grants.missing", "grants.extra"]


def test_a_line_and_its_greeting(world: Any) -> None:
    load_version(SMALL, in_force=True)
    line = queries.line("5903")
    assert line is not None
    assert (line.council, line.service, line.name) == (LICHFIELD, REFUSE, "Lichfield bins")
    assert queries.line("+441543900001") == line
    assert queries.line("9999") is None
    assert queries.line(None) is None
    share = Share.objects.get(key="lichfield-answered").pk
    assert queries.greeting(line, share, "Sam") == "Hello, Lichfield District Council. My name is Sam. How can I help?"


def test_the_greeting_is_that_of_the_stamp(world: Any) -> None:
    def greet(words: str) -> AgreementVersion:
        text = changed(("name: Lichfield bins", f'name: Lichfield bins, greeting: "{words}, {{agent}}"'))
        return load_version(text, in_force=True)

    old = greet("Old words")
    greet("New words")
    line = queries.line("5903")
    assert line is not None
    assert line.greeting == "New words, {agent}"
    assert queries.greeting(line, old.shares.first().pk, "Sam") == "Old words, Sam"


@pytest.mark.parametrize(
    "change",
    [
        ("hours: office\n    standard", 'hours: {weekdays: "09:00-16:00"}\n    standard'),
        ("    tier: 1\n    after_s: 120\n    hours: office", '    hours: {weekdays: "16:59-17:30"}'),
        ("client: Lichfield", "client: Litchfield"),
        ("from: 2026-09-01\nto: 2027-09-01", "from: 2027-09-01\nto: 2026-09-01"),
        ('weekdays: "09:00-17:00"', "weekdays: 09:00-17:00"),
        ("shares:\n", "shares: [\n"),
    ],
    ids=["gap", "overlap of one minute", "unknown council", "swapped dates", "unquoted times", "no YAML"],
)
def test_a_text_that_is_not_sound_changes_nothing(world: Any, change: tuple[str, str]) -> None:
    text = changed(change)
    if "16:00" in text:
        text = text.replace("after_s: 120\n    hours: office", 'after_s: 120\n    hours: {sat: "09:00-10:00"}')
    before = rows()
    with pytest.raises(NotSound) as problem:
        load_version(text, in_force=True)
    assert all(finding.place.line for finding in problem.value.findings)
    assert rows() == before


def test_two_agreements_must_not_claim_the_same_cell(world: Any) -> None:
    text = SMALL.replace("Lichfield", "Harborough").replace("lichfield-waste", "harborough-waste")
    before = rows()
    with pytest.raises(NotSound) as problem:
        load_version(text, in_force=True)
    [overlap, *_] = problem.value.findings
    assert overlap.code == "agreements-overlap"
    held = AgreementVersion.objects.get(pk=world.version)
    first, last = (wall_clock(at)[0] for at in (held.starts, held.ends - timedelta(minutes=1)))
    other = f"“Test hub”, version 1 (Charnwood and Harborough, {day_words(first)} to {day_words(last)})"
    assert "of this agreement" in overlap.words and f"“harborough-bins-answer” of {other}" in overlap.words
    assert "Harborough's calls about" in overlap.words and overlap.times
    assert rows() == before


def test_two_agreements_must_not_lead_the_same_line(world: Any) -> None:
    with pytest.raises(NotSound) as problem:
        load_version(changed(("5903", "5001")), in_force=True)
    [taken] = problem.value.findings
    assert taken.code == "line-taken" and "5001 is already led elsewhere by “Test hub”, version 1 (" in taken.words


def test_the_shipped_agreements_are_in_force_together(world: Any) -> None:
    for row in data.rows("councils.csv"):
        values = {key: value for key, value in row.items() if key not in ("number", "gss")}
        Council.objects.get_or_create(number=row["number"], defaults={**values, "gss": row["gss"]})
    AgreementVersion.objects.update(state="ended")
    for path in sorted((Path(__file__).resolve().parents[4] / "agreements").glob("*.yaml")):
        load_version(path.read_text(encoding="utf-8"), in_force=True, file=path.name)
    night = datetime(2026, 11, 29, 3, tzinfo=UTC)
    for number in ("5000", "5001", "5002", "5011", "5012", *(f"51{kind}{n}" for kind in (0, 1) for n in range(1, 9))):
        line = queries.line(number)
        assert line is not None, number
        for at in (WEDNESDAY, night, datetime(2026, 12, 24, 12, 45, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)):
            found = queries.responsible(line.council, line.service, "phone", "answer", at)
            assert isinstance(found, queries.Answer), (number, at)
            assert found.answer_within_s
    found = queries.responsible(2, 57, "phone", "answer", WEDNESDAY)
    assert isinstance(found, queries.Answer)
    assert found.teams == ("charnwood-contact-centre", "harborough-customer-services")
    assert isinstance(queries.responsible(2, 57, "phone", "answer", night), queries.Gap)


def test_a_council_that_is_not_in_this_installation(world: Any) -> None:
    with pytest.raises(NotSound, match="Tamworth"):
        load_version(changed(("parties: [Charnwood, Lichfield]", "parties: [Charnwood, Lichfield, Tamworth]")))
