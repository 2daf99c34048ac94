"""Who is calling is proved by what only they know; nothing is told before, nothing of it is kept, and the words are the
same whether there is an account or not."""

import json

import pytest
from django.db import connection
from tests.revenues_package import Home, running_package

from moothall.backoffice.revenues import Evidence
from moothall.cases.models import Case
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.places.models import Property
from moothall.scripts import lookups_revenues
from moothall.scripts.answering import AnswerSealed, answer_step, reopen_step
from moothall.scripts.models import IdentityCheck, Run
from moothall.scripts.packs import load_pack
from moothall.scripts.proof_of_identity import facts_to_ask, is_theirs
from moothall.scripts.proved import Proved, proved_in
from moothall.scripts.queries import current
from moothall.scripts.surroundings import Surroundings
from moothall.scripts.tests.walks import answered, begun
from moothall.scripts.versions import publish_pack
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

SCRIPT = """
script: hear
service: refuse
title: {en: Hear}
steps:
  - {look_up: today, gives: {today: {kind: date, always: true}}}
  - {use: address, as: at}
  - use: identify
    as: who
    when: at_address_found
    with: {need: 2, property: {from: at_property}, today: {from: today}}
  - look_up: tax_account
    when: at_address_found
    with: {property: at_property, today: today}
    gives:
      may_tell: {kind: truth, always: true}
      answering: {kind: truth, always: true}
      owing: whole
      stage: text
      joint: truth
  - effect: open_case
    when: "!at_address_found"
    fixed: {kind: enquiry}
    title: {en: Address not found}
    gives: {ref: {kind: text, always: true, from: case_reference}}
  - {end: TOLD, when: known(owing), outcome: resolved, code: x, say: {en: "You owe {owing:pounds}."}}
  - {end: NOTHING, outcome: resolved, code: x, say: {en: Nothing.}}
"""
COUNCIL = "E07000131"
HELD = {"acref": "500000021", "instday": "15", "lastamt": "164.25", "nino3": "34C", "lastref": "CT12345", "hh": "3",
        "pw": "marmalade"}  # fmt: skip
RIGHT = {
    "account_number": "500000021", "instalment_day": "the 15th", "last_payment": "£164.25", "ni_last_three": "34 c",
    "letter_reference": "ct-12345", "household": "three of us",
}  # fmt: skip
WRONG = "no idea at all"


@pytest.fixture
def package(world, town, tmp_path, settings):
    """Accounts for 1 Mill Lane (Ana) and 2 Mill Lane (guarded); none for 4 Mill Lane."""
    folder = tmp_path / "hear"
    (folder / "scripts").mkdir(parents=True)
    (folder / "pack.yaml").write_text("pack: hear\nscripts: [hear]\n")
    (folder / "scripts/hear.yaml").write_text(SCRIPT)
    (tmp_path / "common").symlink_to(settings.BASE.parents[1] / "packs/common")
    publish_pack(folder, at=clock.now())
    with scope(System("load")):
        uprns = dict(Property.objects.values_list("pk", "uprn"))
    story = {"stage": "10REM", "band": "D", "idv": HELD, "joint": []}
    homes = [
        Home(COUNCIL, uprns[town.mill_lane], "1 Mill Lane", ("Ana Kowalska",), story=story),
        Home(COUNCIL, uprns[town.assisted], "2 Mill Lane", ("Ana Kowalska",), guarded=True, story=story),
    ]
    with running_package(tmp_path, homes) as (server, file):
        settings.CONNECTIONS = file
        yield server
    lookups_revenues.resting.clear()


def at_the_facts(world, home, name="Ana Kowalska"):
    run = begun(world, "hear")
    return answered(run, at_postcode="LE16 7ZZ", at_property=str(home), who_role="self", who_name=name)


def say(run, *rights):
    """Answer the facts that are asked, right or wrong."""
    for number, right in enumerate(rights, 1):
        kind = run.facts[f"who_ask_{number}"]["value"]
        run = answered(run, **{f"who_said_{number}": RIGHT[kind] if right else WRONG})
    return run


def proved_of(*runs):
    """What the desk tells of it beside the call."""
    return proved_in(runs[0].contact, runs)


def test_two_right_facts_open_the_account(package, desk, town):
    asked = at_the_facts(desk, town.mill_lane)
    assert proved_of(asked) is None
    run = say(asked, True)
    assert proved_of(run) is None, "one is not enough"
    run = answered(run, who_said_2=RIGHT[run.facts["who_ask_2"]["value"]])
    home = Property.objects.get(pk=town.mill_lane)
    assert proved_of(run) == Proved("Ana Kowalska", home.line, 2)
    view = current(run)
    assert view.key == "TOLD"
    assert view.say.startswith("You owe £")
    assert run.facts["stage"]["value"] == "reminder"


def account_for(run, home, *, resident=False):
    """What the look-up itself gives this run, whatever its script would ask first."""
    council = Council.objects.get(pk=2)
    about = Surroundings(council, 524, council, clock.now(), resident=resident, run=run.pk, contact=run.contact_id)
    args = {"property": home, "today": "2026-11-26"}
    asked = lookups_revenues.identity_facts(about, args).facts
    return lookups_revenues.tax_account(about, args).facts, asked["proved"]


def test_on_the_public_pages_nothing_is_told_whatever_was_proved(package, desk, town):
    run = say(at_the_facts(desk, town.mill_lane), True, True)
    assert account_for(run, town.mill_lane)[0]["may_tell"]
    told, proved = account_for(run, town.mill_lane, resident=True)
    assert {name for name, value in told.items() if value is not None} == {"answering", "may_tell"}
    assert (told["may_tell"], proved) == (False, 0)


def test_a_script_that_forgets_to_ask_learns_nothing(package, desk, town):
    unasked = at_the_facts(desk, town.mill_lane)
    guarded = say(at_the_facts(desk, town.assisted), True, True)  # two facts, and no password
    for run, home in ((unasked, town.mill_lane), (guarded, town.assisted), (guarded, town.mill_lane)):
        told = account_for(run, home)[0]
        assert {name for name, value in told.items() if value is not None} == {"answering", "may_tell"}
        assert told["may_tell"] is False


def test_one_slip_takes_a_third_fact(package, desk, town):
    assert current(say(at_the_facts(desk, town.mill_lane), False, True, True)).key == "TOLD"


@pytest.mark.parametrize("rights", [(False, False), (True, False, False)])
def test_two_wrong_ones_end_it(package, desk, town, rights):
    run = say(at_the_facts(desk, town.mill_lane), *rights)
    assert current(run).key == "who_cannot_say"
    assert proved_of(run) == Proved("Ana Kowalska", "", 0)
    run = answered(run, who_cannot_say="said")
    assert (current(run).key, run.facts["may_tell"]["value"], run.facts["owing"]["value"]) == ("NOTHING", False, None)


def test_right_facts_under_another_name_open_nothing(package, desk, town):
    run = at_the_facts(desk, town.mill_lane, "Mark Kowalska")
    assert say(run, True).effects["who_check_1"]["who_right_1"] is False


@pytest.mark.parametrize(
    ("said", "theirs"),
    [
        ("Ana Kowalska", True),
        ("mrs ana  KOWALSKA", True),
        ("Ana Maria Kowalska", False),
        ("Kowalska", False),
        ("Ana", False),
        ("", False),
    ],
)
def test_a_name_is_a_first_and_a_last_one_and_no_other_word(said, theirs):
    evidence = Evidence(("Ana Kowalska",), {"household": "3"}, guarded=False)
    assert is_theirs(evidence, said, "household", "3") is theirs


@pytest.mark.parametrize("said", ["", "   ", "£", "0", "33", "x" * 200, "\u0000"])
def test_what_is_no_answer_is_never_right(said):
    evidence = Evidence(("Ana Kowalska",), {"household": "3", "last_payment": "164.25"}, guarded=False)
    for kind in ("household", "last_payment", "password", "nonsense"):
        assert not is_theirs(evidence, "Ana Kowalska", kind, said)


def test_where_there_is_no_account_the_questions_and_the_words_are_the_same(package, desk, town):
    views = []
    for home in (town.mill_lane, town.no_round):
        run = say(at_the_facts(desk, home), False, False)
        views.append((current(run).key, current(run).say, current(run).do))
        run = answered(run, who_cannot_say="said")
        known = {name: run.facts[name]["value"] for name in ("may_tell", "owing", "stage", "joint", "answering")}
        views[-1] += (current(run).say, known, {name: fact["source"] for name, fact in run.facts.items()})
    assert views[0] == views[1]


def test_what_was_said_and_what_was_expected_is_kept_nowhere(package, desk, town):
    run = Run.objects.get(pk=say(at_the_facts(desk, town.mill_lane), True, True).pk)
    shown = current(run)
    journal = list(Entry.objects.filter(kind="identity.check").values_list("body", flat=True))
    assert len(journal) == 2 and all(body["matched"] for body in journal)
    kept = json.dumps([run.answers, run.facts, run.effects, journal, list(IdentityCheck.objects.values("fact"))])
    for text in (*RIGHT.values(), *HELD.values()):
        if len(text) > 3:
            assert text not in kept
    assert {run.answers[f"who_said_{n}"]["value"] for n in (1, 2)} == {"(not kept)"}
    assert not [said for said in shown.so_far if said.step.startswith("who_said")]


def test_nobody_goes_back_to_guess_again(package, desk, town):
    run = say(at_the_facts(desk, town.mill_lane), False)
    with pytest.raises(AnswerSealed):
        reopen_step(run, "who_said_1")
    with pytest.raises(AnswerSealed):
        answer_step(run, "who_said_1", "500000021", seen_version=run.version)


def test_of_two_calls_at_once_the_second_counts_what_the_first_said(package, desk, town):
    """It waits for the first one to end: else two wrong ones at once are each the second, and nobody hears of three."""
    say(at_the_facts(desk, town.mill_lane), False)
    about = f"identity-alert:{town.mill_lane}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted "
            "AND (classid::bigint << 32) + objid::bigint = hashtextextended(%s, 2)", [about])
        assert cursor.fetchone() == (1,)


def test_three_failures_on_a_day_alert_the_officers_and_nothing_fits_any_more(package, desk, town):
    say(at_the_facts(desk, town.mill_lane), False, False)
    assert not Case.objects.filter(kind="identity-alert").exists()
    say(at_the_facts(desk, town.mill_lane), False)
    case = Case.objects.get(kind="identity-alert")
    assert case.title == "Failed identity checks, 1 Mill Lane, Kibworth"
    run = at_the_facts(desk, town.mill_lane)
    assert say(run, True).effects["who_check_1"]["who_right_1"] is False
    assert Case.objects.filter(kind="identity-alert").count() == 1


def test_what_was_proved_holds_for_the_contact_and_for_that_home(package, desk, town):
    say(at_the_facts(desk, town.mill_lane), True, True)
    assert current(at_the_facts(desk, town.mill_lane)).key == "TOLD"  # the same call, another need
    assert current(at_the_facts(desk, town.no_round)).key == "who_said_1"


def test_a_guarded_account_takes_the_password_as_well(package, desk, town):
    run = say(at_the_facts(desk, town.assisted), True, True)
    assert current(run).key == "who_password"
    refused = answered(run, who_password="jam")
    assert current(refused).key == "who_cannot_say"


def test_the_password_opens_a_guarded_account_and_is_not_kept(package, desk, town):
    run = answered(say(at_the_facts(desk, town.assisted), True, True), who_password="Marmalade ")
    assert current(run).key == "TOLD"
    assert "armalade" not in json.dumps([run.answers, run.facts, run.effects])


def test_who_answers_is_told_to_take_care_and_the_page_is_not(package, desk, town):
    view = current(at_the_facts(desk, town.assisted))
    assert "Protected: tell nothing" in view.do
    assert "Protected" not in view.say
    assert "Protected" not in current(at_the_facts(desk, town.mill_lane)).do


@pytest.mark.parametrize("fault", ["broken", "odd_code"])
def test_a_system_that_is_down_blocks_nobody(package, desk, town, fault):
    package.go_wrong(fault, 99)
    run = at_the_facts(desk, town.mill_lane)
    assert current(run).key == "who_system_silent"
    run = answered(run, who_system_silent="said")
    assert (current(run).key, run.facts["answering"]["value"], run.facts["owing"]["value"]) == ("NOTHING", False, None)


def test_one_that_did_not_answer_is_left_alone_for_a_while(package, desk, town, monkeypatch):
    package.go_wrong("broken", 99)
    at_the_facts(desk, town.mill_lane)
    package.go_wrong("", 0)
    assert current(at_the_facts(desk, town.mill_lane)).key == "who_system_silent"
    monkeypatch.setattr(lookups_revenues, "monotonic", lambda: lookups_revenues.resting[COUNCIL])
    assert current(at_the_facts(desk, town.mill_lane)).key == "who_said_1"


def test_somebody_else_hears_the_words_for_everybody(package, desk, town):
    run = answered(begun(desk, "hear"), at_postcode="LE16 7ZZ", at_property=str(town.mill_lane), who_role="other")
    assert current(run).say == "I can't say whether we hold anything about that person. I can listen, though."
    assert current(answered(run, who_others_account="said")).key == "NOTHING"


def test_the_facts_asked_stay_the_same_all_day_and_change(settings):
    held = tuple(RIGHT)
    assert facts_to_ask(1, "2026-11-26", held) == facts_to_ask(1, "2026-11-26", held)
    assert len({tuple(facts_to_ask(1, f"2026-11-{day}", held)) for day in range(10, 30)}) > 5
    assert len(facts_to_ask(1, "2026-11-26", ())) == 3
    assert set(facts_to_ask(1, "2026-11-26", held[:3])) == set(held[:3])


def test_the_pack_of_this_test_is_sound(package, tmp_path):
    assert load_pack(tmp_path / "hear")[1] == []
