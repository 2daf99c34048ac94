"""Each step does what it says, all or nothing, for who may, and is told in the journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from moothall.identity.queries import identity_of
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.onboarding import invitations
from moothall.onboarding.actions import (
    NotOnboarded,
    add_council,
    brand_council,
    choose_services,
    load_staff,
    missing_parameters,
    plan_lines,
)
from moothall.onboarding.authorities import Unknown, authority, letters_for, short_name
from moothall.onboarding.bring import bring, names_for
from moothall.onboarding.folder import read_folder
from moothall.onboarding.models import ChosenService, PlannedLine
from moothall.onboarding.services import (
    EVERY,
    chosen_parameters,
    chosen_services,
    parameters_for,
    told_of_every,
)
from moothall.people.models import Membership, Person, Team
from moothall.scripts.versions import parameters_of, publish_packs, version_for
from moothall.tenancy.models import Council, Grant
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

pytestmark = pytest.mark.django_db
STAFF = (
    b"name,email,team,role,skills\nAnn Lee,ann@h.example,Harborough front,agent,refuse 3\n"
    b"Jo Two,jo2@h.example,Managers,manager,\n"
)
TAMWORTH = "E07000199"


@pytest.fixture
def harborough(world: Any) -> Council:
    return Council.objects.get(pk=world.harborough)


@pytest.fixture
def people(world: Any) -> dict[str, Person]:
    return {name: Person.objects.get(pk=getattr(world, name)) for name in ("sam", "jo", "kit", "olive", "lee")}


def kinds(council: int) -> list[str]:
    with scope(System("load")):
        return list(Entry.objects.filter(council_id=council, principal="system:onboard").values_list("kind", flat=True))


def test_a_code_gives_names_that_are_nobodys(world: Any, people: dict[str, Person], as_role: Any) -> None:
    with as_role("web"):
        council = add_council(names_for(TAMWORTH), by=people["kit"])
    assert (council.name, council.short_name, council.slug) == ("Tamworth Borough Council", "Tamworth", "tamworth")
    assert council.letters == "TM" and council.number == 102 and council.tier == "district"
    assert kinds(council.pk) == ["council.add"]
    with pytest.raises(NotOnboarded, match="takes part already"):
        add_council(names_for(TAMWORTH), by=people["kit"])


def test_names_and_what_is_near() -> None:
    assert short_name("London Borough of Barnet") == "Barnet" and short_name("Derby City Council") == "Derby"
    assert next(letters_for("Stoke-on-Trent")) == "ST" and len(set(list(letters_for("Ox"))[:400])) > 300
    assert authority("tamworth").gss == TAMWORTH
    with pytest.raises(Unknown, match="Near it: Tamworth Borough Council"):
        authority("E0700O199")
    with pytest.raises(Unknown, match="Did you mean Tamworth"):
        authority("Tamwort")


@pytest.mark.parametrize("who", ["sam", "jo", "lee", "olive"])
def test_only_an_operator_adds_a_council(world: Any, people: dict[str, Person], as_role: Any, who: str) -> None:
    with as_role("web"), pytest.raises(NotOnboarded, match="Only an operator"):
        add_council(names_for(TAMWORTH), by=people[who])
    with as_role("web"), pytest.raises(NotOnboarded, match="Only an operator"):
        add_council(names_for(TAMWORTH), by=None)
    assert not Council.objects.filter(gss=TAMWORTH).exists()


@pytest.mark.parametrize("case", [("jo", True), ("kit", True), ("lee", False), ("olive", False), (None, False)])
def test_a_council_is_changed_by_its_manager_or_an_operator(
    packs: Path, harborough: Council, people: dict[str, Person], as_role: Any, case: tuple[str | None, bool]
) -> None:
    who, may = case
    by = people[who] if who else None
    line = {"service": "refuse", "number": "5999", "public": "01632 960777"}
    for step in (
        lambda: brand_council(harborough, {"phone": "01632 960001"}, by=by),
        lambda: choose_services(harborough, {"refuse": {"days": "3"}}, by=by),
        lambda: load_staff(harborough, STAFF, by=by),
        lambda: plan_lines(harborough, [line], by=by),
    ):
        with as_role("web"):
            if may:
                step()
            else:
                with pytest.raises(NotOnboarded, match="Only an operator"):
                    step()
    done = ["council.brand", "services.choose", "staff.load", "lines.plan"]
    assert kinds(harborough.pk) == (done if may else [])
    assert Person.objects.filter(email="ann@h.example").exists() == may == PlannedLine.objects.exists()


def test_staff_come_with_teams_skills_and_a_managers_sight(harborough: Council, people: dict[str, Person]) -> None:
    plan = load_staff(harborough, STAFF, by=people["kit"])
    assert (len(plan.new), list(plan.new_teams)) == (2, ["harborough-front", "harborough-managers"][:1])
    ann = Person.objects.get(email="ann@h.example")
    assert not ann.has_usable_password() and ann.employer == harborough
    assert [(s.service_id, s.level) for s in ann.skills.all()] == [(524, 3)]
    assert list(ann.memberships.values_list("team__slug", "job")) == [("harborough-front", "agent")]
    team = Team.objects.get(memberships__person__email="jo2@h.example")
    assert Grant.objects.filter(team=team, council=harborough, right="report", share=None).exists()
    again = load_staff(harborough, STAFF.replace(b"refuse 3", b"refuse 1"), by=people["kit"])
    assert (len(again.new), again.same) == (0, 1) and again.changed[0][1] == ("refuse: level 1",)


def test_another_job_ends_the_one_before(harborough: Council, people: dict[str, Person]) -> None:
    load_staff(harborough, STAFF, by=people["kit"])
    load_staff(harborough, STAFF.replace(b"agent", b"leader"), by=people["kit"])
    held = Membership.objects.filter(person__email="ann@h.example").order_by("pk")
    assert [(each.job, each.valid_to is None) for each in held] == [("agent", False), ("leader", True)]


@pytest.mark.parametrize(("row", "told"), [
    ("Sam,sam@example.test,Front,agent,", "has a login here that isn’t Harborough’s"),
    ("Kit,kit@example.test,Front,agent,", "has a login here that isn’t Harborough’s"),
])  # fmt: skip
def test_nobody_is_moved_and_nothing_is_half_loaded(
    harborough: Council, people: dict[str, Person], row: str, told: str
) -> None:
    before = Person.objects.count(), Team.objects.count()
    with pytest.raises(NotOnboarded, match=told):
        load_staff(harborough, STAFF + row.encode() + b"\n", by=people["kit"])
    assert (Person.objects.count(), Team.objects.count()) == before


def test_a_team_of_several_councils_is_filled_by_an_operator_or_once_its_agreement_is_signed(
    harborough: Council, people: dict[str, Person], world: Any
) -> None:
    Team.objects.create(slug="pool", name="Pool")
    raw = b"name,email,team,role\nAnn Lee,ann@h.example,Pool,agent\n"
    with pytest.raises(NotOnboarded, match="Pool belongs to several councils"):
        load_staff(harborough, raw, by=people["jo"])
    Team.objects.filter(pk=world.hub_team).update(employer=None)  # which a signed agreement of Harborough's names
    load_staff(harborough, raw.replace(b"Pool", b"charnwood-contact-centre"), by=people["jo"])
    load_staff(harborough, raw, by=people["kit"])
    assert Membership.objects.filter(person__email="ann@h.example").count() == 2


def test_another_councils_team_is_never_filled(harborough: Council, people: dict[str, Person], world: Any) -> None:
    """Its name makes a team of one's own; a forged plan is refused by the database."""
    load_staff(harborough, b"name,email,team,role\nAnn,ann@h.example,lichfield-everything,agent\n", by=people["jo"])
    assert list(Membership.objects.filter(person__email="ann@h.example").values_list("team__slug", flat=True)) == [
        "harborough-lichfield-everything"
    ]
    from moothall.agreements.life import ask_for

    made = (
        '{"people": [{"email": "x@h.example", "name": "X", "job": "", "station": ""}], "teams": [], "skills": [], '
        '"jobs": [{"email": "x@h.example", "team": "lichfield-everything", "job": "agent"}]}'
    )
    assert ask_for("load_staff", harborough.pk, made, people["jo"].pk, clock.now()) == "not_your_team"
    stolen = made.replace("x@h.example", "olive@example.test").replace("lichfield-everything", "harborough-waste")
    assert ask_for("load_staff", harborough.pk, stolen, people["jo"].pk, clock.now()) == "elsewhere"


def test_services_are_published_with_what_the_council_tells(packs: Path, harborough: Council, people: Any) -> None:
    days = next(each for each in parameters_for(harborough, "refuse") if each.name == "days")
    assert days.missing and "Days" in days.label
    choose_services(harborough, {"refuse": {"days": "3", "out_by": "06:30"}, "garden": {}}, by=people["jo"])
    version = version_for("missed-bin", harborough.gss)
    told = {"council_name": harborough.name, "days": 3, "out_by": 390}
    assert parameters_of(version) == told
    script = packs / "scripts" / "missed-bin.yaml"
    script.write_text(script.read_text().replace("Thank you.", "Thanks."))
    publish_packs(chosen_parameters)
    newer = version_for("missed-bin", harborough.gss)
    assert newer.hash != version.hash and "Thanks." in newer.text and parameters_of(newer) == told
    choose_services(harborough, {"refuse": {"days": 4}}, by=people["jo"])
    assert list(ChosenService.objects.filter(council=harborough).values_list("service_id", flat=True)) == [524]


def test_a_council_is_asked_for_what_every_service_uses(every: Path, harborough: Council, people: Any) -> None:
    choose_services(harborough, {"refuse": {"days": 3}, "first-contact": {}}, by=people["jo"])
    missing, assumed = missing_parameters(harborough)
    assert missing == ["Duty number (every service)"] and assumed == 2
    choose_services(harborough, {"refuse": {"days": 3}, EVERY: {"duty_number": "01632 960001"}}, by=people["jo"])
    version = version_for("risk", harborough.gss)
    assert parameters_of(version) == {"duty_number": "01632 960001"}
    choose_services(harborough, {"refuse": {"days": 4}}, by=people["jo"])  # it isn't a service that is left out
    assert missing_parameters(harborough)[0] == [] and told_of_every(harborough) == {"duty_number": "01632 960001"}
    assert [row.service.slug for row in chosen_services(harborough)] == ["refuse"]
    script = every / "scripts" / "risk.yaml"
    script.write_text(script.read_text().replace("Thank you.", "Thanks."))
    publish_packs(chosen_parameters)
    newer = version_for("risk", harborough.gss)
    assert "Thanks." in newer.text and parameters_of(newer) == {"duty_number": "01632 960001"}
    assert version_for("risk", "E07000130").key == "risk", "nobody else speaks with Harborough's number"


def test_a_file_may_tell_of_every_service_alone(every: Path, harborough: Council, people: Any, tmp_path: Path) -> None:
    choose_services(harborough, {"refuse": {"days": 3}}, by=people["jo"])
    told = 'every_service: {duty_number: "01632 960001"}'
    (tmp_path / "council.yaml").write_text(f"council: {harborough.gss}\n{told}\n")
    file, findings = read_folder(tmp_path)
    assert file is not None and not findings
    assert bring(file).lines == ["Every service: duty_number."]
    assert [row.values for row in chosen_services(harborough)] == [{"days": 3}]
    assert told_of_every(harborough) == {"duty_number": "01632 960001"}
    (tmp_path / "council.yaml").write_text(f"council: {harborough.gss}\nevery_service: [1]\n")
    assert "must be lines of the form name: value" in read_folder(tmp_path)[1][0].words


def test_a_file_may_say_how_a_council_speaks_once(harborough: Council, tmp_path: Path) -> None:
    (tmp_path / "council.yaml").write_text(f"council: {harborough.gss}\ntexts: {{tone: Keep it short.}}\n")
    file, _ = read_folder(tmp_path)
    assert file is not None and bring(file).lines == ["Words: tone."]
    assert identity_of(Council.objects.get(pk=harborough.pk)).text("tone") == "Keep it short."
    assert bring(file).lines == ["Words: as the council has published them."], "what came later is its own"
    assert kinds(harborough.pk) == []  # identity's own actions write as themselves
    (tmp_path / "council.yaml").write_text(f"council: {harborough.gss}\ntexts: {{tones: Keep it short.}}\n")
    wrong = read_folder(tmp_path)[1][0]
    assert "tones" in wrong.words and "tone" in wrong.remedy and wrong.place.line == 2


@pytest.mark.parametrize(("values", "told"), [
    ({"days": "soon"}, "“soon” isn't a whole number"), ({"out_by": "late"}, "“late” isn't a time"),
    ({"out": "06:00"}, "asks for no “out”. Did you mean out_by?"),
])  # fmt: skip
def test_a_parameter_of_another_kind_is_told(
    packs: Path, harborough: Council, people: Any, values: Any, told: str
) -> None:
    with pytest.raises(NotOnboarded, match=told):
        choose_services(harborough, {"refuse": values}, by=people["jo"])
    assert not ChosenService.objects.exists()


def test_another_script_than_the_published_one_is_refused(packs: Path, harborough: Council, people: Any) -> None:
    from moothall.agreements.life import ask_for

    forged = '[{"key": "missed-bin", "text": "script: missed-bin\\n---\\ncouncil: E07000131\\n"}]'
    assert ask_for("choose_services", harborough.pk, "[]", forged, people["jo"].pk, clock.now()) == "moved"


@pytest.mark.parametrize(("line", "told"), [
    ({"service": "refuse", "number": "5001", "public": "01632 960777"}, ""),
    ({"service": "refuse", "number": "5777", "public": "01632 96"}, "as people dial it"),
    ({"service": "bins", "number": "5777", "public": "01632 960777"}, "“bins” isn’t a service"),
    ({"service": "refuse", "number": "x", "public": "01632 960777"}, "as the exchange dials it"),
    ({"service": "refuse", "number": "5777", "public": "01632 960777", "greeting": "{evil}"}, "no more"),
])  # fmt: skip
def test_lines_are_one_councils_and_well_formed(harborough: Council, people: Any, line: Any, told: str) -> None:
    if told:
        with pytest.raises(NotOnboarded, match=told):
            plan_lines(harborough, [line], by=people["jo"])
        return
    plan_lines(harborough, [line], by=people["jo"])  # its own line by its agreement
    assert PlannedLine.objects.get().public_number == "+441632960777"
    with pytest.raises(NotOnboarded, match="is another council’s line"):
        plan_lines(Council.objects.get(pk=13), [line], by=people["kit"])


def test_a_link_sets_one_password_once(harborough: Council, people: Any, as_role: Any) -> None:
    load_staff(harborough, STAFF, by=people["kit"])
    ann = Person.objects.get(email="ann@h.example")
    _, _, uid, key, _ = invitations.link_for(ann).split("/")
    assert invitations.invited(uid, key) == ann
    assert invitations.invited(uid, key[:-1] + "x") is None and invitations.invited("!", key) is None
    with as_role("web"):
        invitations.set_password(ann, "a long pass word")
    assert invitations.invited(uid, key) is None and invitations.link_for(ann) == ""
    assert "password.set" in kinds(harborough.pk)
