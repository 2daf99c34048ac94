"""Bringing a council live by pages: who may, step by step, wrong entries, and links shown once."""
from __future__ import annotations

import html
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.onboarding.models import ChosenService, PlannedLine
from moothall.onboarding.rehearsal import play
from moothall.onboarding.services import parameters_for
from moothall.people.models import Person
from moothall.scripts.tests.checked import check_packs_once
from moothall.scripts.versions import parameters_of, publish_packs, version_for
from moothall.tenancy.models import Council, Service
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

HARBOROUGH = "E07000131"
STAFF = "name,email,team,role\nAda Fell,ada@harborough.example,Harborough desk,agent\n"


def browser(person: int) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=person))
    return client


@pytest.fixture(autouse=True)
def _packs_are_checked_once(monkeypatch):
    check_packs_once(monkeypatch)


@pytest.fixture
def kit(world, as_role):
    client = browser(world.kit)
    with as_role("web"):
        yield client


def page(response) -> str:
    return html.unescape(response.content.decode())


def test_an_operator_lets_a_council_take_part_by_name(kit):
    made = kit.post("/onboarding/", {"council": "Rutland County Council"})
    assert made.status_code == 302 and made["Location"].startswith("/onboarding/E06000017/")
    shown = page(kit.get(made["Location"]))
    assert "Bring Rutland County Council live" in shown and "None is chosen yet." in shown
    assert "It takes part now." in shown and 'href="/onboarding/E06000017/services/">Choose services</a></p>' in shown
    assert "Rutland" in page(kit.get("/onboarding/"))


def test_an_operator_removes_a_council_that_was_added_by_mistake(world, kit):
    kit.post("/onboarding/", {"council": "Rutland County Council"})
    assert "Remove Rutland County Council" in page(kit.get("/onboarding/E06000017/"))
    gone = kit.post("/onboarding/E06000017/remove/")
    assert gone.status_code == 302
    assert "takes no part any more" in page(kit.get(gone["Location"]))
    assert "Rutland" not in page(kit.get("/onboarding/"))
    refused = kit.post(f"/onboarding/{HARBOROUGH}/remove/")
    assert refused.status_code == 409 and "“Test hub”, version 1, names Harborough District Council" in page(refused)
    jo = browser(world.jo)
    assert "Remove Harborough" not in page(jo.get(f"/onboarding/{HARBOROUGH}/"))
    assert jo.post(f"/onboarding/{HARBOROUGH}/remove/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter the council’s name or its ONS code"),
        ("Rutlnad County Council", "Rutland"),
        ("E9", "No council has the code “E9”"),
        (HARBOROUGH, "takes part already"),
        ("x" * 300, "120"),
    ],
)
def test_a_wrong_council_is_answered_and_kept(kit, typed, words):
    refused = kit.post("/onboarding/", {"council": typed})
    assert refused.status_code == 422 and words in page(refused)
    assert typed[:20] in page(refused)


def test_an_operator_adds_a_council_that_is_to_come(kit):
    made = kit.post("/onboarding/", {"gss": "e06999901", "name": "Northlands Council"})
    assert made.status_code == 302 and made["Location"] == "/onboarding/E06999901/?saved=council"
    found = Council.objects.get(gss="E06999901")
    assert (found.name, found.short_name, found.slug, found.tier) == (
        "Northlands Council", "Northlands", "northlands", "unitary")
    again = kit.post("/onboarding/", {"gss": "E06999901", "name": "Northlands Council"})
    assert again.status_code == 422 and "takes part already" in page(again)


@pytest.mark.parametrize(("told", "words"), [
    ({"gss": "E6", "name": "Northlands"}, "is no ONS code"),
    ({"gss": HARBOROUGH, "name": "Northlands"}, "Enter it above instead"),
    ({"gss": "E06999901", "name": ""}, "Enter the name of the new council"),
])  # fmt: skip
def test_a_wrong_council_to_come_is_answered_and_kept(kit, told, words):
    before = Council.objects.count()
    refused = kit.post("/onboarding/", told)
    assert refused.status_code == 422 and words in page(refused) and told["name"] in page(refused)
    assert Council.objects.count() == before


def test_services_parameters_lines_and_colour_by_a_manager(world, as_role):
    publish_packs()
    jo = browser(world.jo)
    at = f"/onboarding/{HARBOROUGH}"
    with as_role("web"):
        assert jo.get("/onboarding/").status_code == 302
        assert jo.post(f"{at}/services/", {"services": ["refuse", "council-tax"]}).status_code == 302
        assert jo.post(f"{at}/services/refuse/", {"out_by": "half past six"}).status_code == 422
        saved = jo.post(f"{at}/services/refuse/", {"out_by": "06:30", "bin_refuse": "black bin"})
        assert saved.status_code == 302
        lines = {"line0-service": "refuse", "line0-number": "5001", "line0-public": "01632 960001", "line0-name": "",
                 "line0-greeting": "", "line1-service": "", "line1-number": "", "line1-public": "",
                 "have": "2"}  # fmt: skip
        assert jo.post(f"{at}/lines/", lines).status_code == 302
        told = {"brand": "17365F", "phone": "01858 000000", "address": "Adam and Eve Street", "website": ""}
        assert jo.post(f"{at}/brand/", told).status_code == 302
        shown = page(jo.get(f"{at}/"))
    assert ChosenService.objects.get(council=2, service__slug="refuse").values["out_by"] == "06:30"
    assert PlannedLine.objects.get(council=2).number == "5001"
    assert Council.objects.get(pk=2).brand == "#17365F"
    assert "Bins and recycling" in shown and "(5001)" in shown


def test_what_every_service_asks_for_is_asked_and_missed(world, as_role):
    publish_packs()
    jo, at = browser(world.jo), f"/onboarding/{HARBOROUGH}"
    with as_role("web"):
        jo.post(f"{at}/services/", {"services": ["refuse"]})
        asked = page(jo.get(f"{at}/?saved=services"))
        assert "Telephone of the children’s social care duty team (every service)." in asked
        assert "Services are saved." in asked and f'main" href="{at}/services/">Answer what the' in asked
        assert "2 answers of 6 still to give" in page(jo.get(f"{at}/services/"))
        shown = page(jo.get(f"{at}/services/core/"))
        assert "Every service: what holds at Harborough District Council" in shown
        assert jo.post(f"{at}/services/core/", {"children_duty_number": ""}).status_code == 422
        told = {"children_duty_number": "01632 960001", "adults_duty_number": "01632 960002"}
        assert jo.post(f"{at}/services/core/", told).status_code == 302
        jo.post(f"{at}/services/", {"services": ["refuse", "council-tax"]})
        assert "every service" not in page(jo.get(f"{at}/"))
        assert "2 of 6 your own" in page(jo.get(f"{at}/services/"))
    assert parameters_of(version_for("risk", HARBOROUGH)) == told


def test_each_parameter_is_asked_for_in_words_and_read_as_people_write_it(world, as_role):
    publish_packs()
    jo, at = browser(world.jo), f"/onboarding/{HARBOROUGH}/services"
    wrong = {
        "core": {"children_duty_number": ("duty team", "Enter a telephone number, like"),
                 "adults_duty_number": ("4401", "Enter the whole telephone number"),
                 "answer_days": ("ten", "Enter a whole number, like 2")},
        "refuse": {"out_by": ("6am", "Enter a time, like 07:00"), "window_days": ("-2", "Enter a whole number")},
        "bulky": {"fee_first": ("thirty", "Enter pounds and pence, like 24.50")},
    }  # fmt: skip
    with as_role("web"):
        jo.post(f"{at}/", {"services": list(wrong.keys() - {"core"})})
        for service, fields in wrong.items():
            answer = jo.post(f"{at}/{service}/", {name: typed for name, (typed, _) in fields.items()})
            assert answer.status_code == 422
            for name, (typed, words) in fields.items():
                assert words in page(answer) and f'id="id_{name}-error"' in page(answer) and typed in page(answer)
        shown = page(jo.get(f"{at}/bulky/"))
        assert "Fee for the first items" in shown and "If you leave it empty: 35.00." in shown
        assert "As usual: There is no limit" in page(jo.get(f"{at}/refuse/"))
        assert jo.post(f"{at}/bulky/", {"fee_first": "£27.5", "fee_more": "£7.50"}).status_code == 422
        assert jo.post(f"{at}/bulky/", {"fee_first": "£27", "fee_more": "7.50", "out_by": "6:30"}).status_code == 302
        shown = page(jo.get(f"{at}/bulky/?saved=x"))
        assert 'value="27.00"' in shown and 'value="7.50"' in shown and 'value="06:30"' in shown
        told = {"children_duty_number": "+44 1632 960001", "adults_duty_number": "01632960002"}
        assert jo.post(f"{at}/core/", told).status_code == 302
    kept = {row.service.slug: row.values for row in ChosenService.objects.filter(council=2).select_related("service")}
    assert (kept["bulky"]["fee_first"], kept["bulky"]["fee_more"], kept["bulky"]["out_by"]) == (2700, 750, "06:30")
    assert kept["core"] == {"children_duty_number": "01632 960001", "adults_duty_number": "01632 960002"}


def test_no_shipped_script_asks_by_its_technical_names(world):
    publish_packs()
    harborough, services = Council.objects.get(pk=2), Service.objects.values_list("slug", flat=True)
    bare = {(slug, each.name) for slug in services for each in parameters_for(harborough, slug) if not each.asked.label}
    unnamed = {(slug, each.name) for slug in services for each in parameters_for(harborough, slug)
               if {*each.values} - {value for value, _ in each.asked.values}}  # fmt: skip
    assert not bare and not unnamed


def test_wrong_lines_and_colours_say_so_at_their_field(world, as_role):
    publish_packs()
    jo = browser(world.jo)
    with as_role("web"):
        jo.post(f"/onboarding/{HARBOROUGH}/services/", {"services": ["refuse"]})
        wrong = jo.post(
            f"/onboarding/{HARBOROUGH}/lines/",
            {"line0-service": "refuse", "line0-number": "abc", "line0-public": "nine", "line0-greeting": "{name}",
             "have": "1"},
        )
        weak = jo.post(f"/onboarding/{HARBOROUGH}/brand/", {"brand": "#7A7F86", "phone": "1", "address": "x"})
    assert wrong.status_code == 422 and "as the exchange dials it, like 5001" in page(wrong)
    assert 'id="id_line0-number-error"' in page(wrong) and "abc" in page(wrong)
    assert weak.status_code == 422 and "The nearest that can be used is" in page(weak)
    assert not PlannedLine.objects.exists()


def test_a_file_of_staff_is_shown_first_and_loaded_then_with_links_once(world, as_role):
    jo = browser(world.jo)
    at = f"/onboarding/{HARBOROUGH}/staff/"
    with as_role("web"):
        file = SimpleUploadedFile("staff.csv", STAFF.encode())
        checked = jo.post(at, {"file": file})
        assert checked.status_code == 200 and "1 new" in page(checked)
        assert not Person.objects.filter(email="ada@harborough.example").exists(), "nothing is done before it is shown"
        loaded = jo.post(at, {"rows": STAFF, "act": "load"})
        assert "/invited/" in page(loaded) and "no-store" in loaded["Cache-Control"]
        ada = Person.objects.get(email="ada@harborough.example")
        again = jo.post(f"{at}{ada.pk}/link/")
        assert "/invited/" in page(again)
        assert "/invited/" not in page(jo.get(at)), "a link is shown once"
    with scope(System("load")):
        told = Entry.objects.filter(kind="person.invite", council_id=2)
        assert told.count() == 2 and "/invited/" not in str(list(told.values_list("body", flat=True)))


def test_a_wrong_file_names_its_line_and_changes_nothing(world, as_role):
    jo = browser(world.jo)
    with as_role("web"):
        rows = STAFF + "Bo,not-an-address,Desk,agent\n"
        wrong = jo.post(f"/onboarding/{HARBOROUGH}/staff/", {"rows": rows, "act": "load"})
        none = jo.post(f"/onboarding/{HARBOROUGH}/staff/", {})
    assert wrong.status_code == 422 and "Line 3, column 2, email:" in page(wrong) and "Ada Fell" in page(wrong)
    assert 'id="id_rows-error"' in page(wrong) and 'href="#id_rows">Line 3' in page(wrong)
    assert none.status_code == 422 and "Choose a file, or paste its lines" in page(none)
    assert not Person.objects.filter(email="ada@harborough.example").exists()


def test_a_link_is_made_for_own_staff_without_a_password_alone(world, as_role):
    jo = browser(world.jo)
    with as_role("web"):
        for person in (world.sam, world.kit, world.jo, 999_999):
            assert jo.post(f"/onboarding/{HARBOROUGH}/staff/{person}/link/").status_code == 404


def asked_jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'moothall.onboarding.tasks.play_calls'")
        return [json.loads(args) if isinstance(args, str) else args for (args,) in cursor.fetchall()]


def test_simulated_calls_are_asked_for_waited_for_and_shown(world, as_role, monkeypatch):
    publish_packs()
    jo, at = browser(world.jo), f"/onboarding/{HARBOROUGH}/dry-run/"
    with as_role("web"):
        before = page(jo.get(at))
        assert "No call has been played yet." in before and "Charnwood contact centre answers." in before
        asked = jo.post(at)
        assert asked.status_code == 302 and "Calls are being played" in page(jo.get(asked["Location"]))
    assert asked_jobs() == [{"council": HARBOROUGH, "person": world.jo}]
    later = clock.now() + timedelta(minutes=3)
    with as_role("web"), monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        assert "The calls haven’t been played" in page(jo.get(asked["Location"]))
    found = play(Council.objects.get(pk=2), by=Person.objects.get(pk=world.jo))
    assert found.calls
    with as_role("web"):
        shown = page(jo.get(asked["Location"]))
    heard = next(row for row in found.rows if row.agent)
    assert f"{found.calls} call" in shown and heard.greeting in shown and heard.asks.split(". ")[-1] in shown
    assert "being played" not in shown and "Play the calls again" in shown


@pytest.mark.parametrize("query", ["asked=x&after=1", "asked=1&after=-2", "asked=99999999999999999999&after=0"])
def test_a_forged_wait_waits_for_nothing(world, as_role, query):
    jo = browser(world.jo)
    with as_role("web"):
        assert jo.get(f"/onboarding/{HARBOROUGH}/dry-run/?{query}").status_code == 200


@pytest.mark.parametrize("who", ["sam", "priya", "lee", "olive"])
def test_nobody_else_comes_here(world, as_role, who):
    other = browser(getattr(world, who))
    with as_role("web"):
        for path in ("", f"{HARBOROUGH}/", f"{HARBOROUGH}/staff/", f"{HARBOROUGH}/services/", f"{HARBOROUGH}/dry-run/"):
            assert other.get(f"/onboarding/{path}").status_code == 404
    jo = browser(world.jo)
    with as_role("web"):
        assert jo.get("/onboarding/E07000130/").status_code == 404
        assert jo.post("/onboarding/", {"council": "Rutland County Council"}).status_code == 404
