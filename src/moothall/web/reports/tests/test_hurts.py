"""Where scripts hurt through HTTP, as the web role: figures of runs walked at desk and web, that open to their rows."""
from __future__ import annotations

import html
import re

import pytest

from moothall.domain.interview.model import Step, Words
from moothall.lib import clock
from moothall.people.models import Membership, Person
from moothall.reports.step_facts import MEASURES, StepFigures, worst
from moothall.reports.tests.test_step_facts import Clock
from moothall.scripts.access import access_run
from moothall.scripts.actions import begin_run
from moothall.scripts.answering import answer_step, reopen_step
from moothall.scripts.comments import comment_step
from moothall.scripts.left_runs import leave_run
from moothall.scripts.models import ScriptVersion, StepComment
from moothall.scripts.tests.conftest import town  # noqa: F401 (a fixture)
from moothall.scripts.tests.walks import answered, begun, to_the_bin
from moothall.scripts.versions import parameters_of, version_for
from moothall.tenancy import residents
from moothall.tenancy.principals import Resident, Staff, System
from moothall.tenancy.scope import scope
from moothall.web.public.secrets import new_keys
from moothall.web.reports.hurts_contexts import _versions, names_told_apart
from moothall.web.reports.hurts_words import SHOWN

PAGE = "/reports/scripts/E07000131/missed-bin/"


@pytest.fixture
def walked(world, town, as_role, monkeypatch):  # noqa: F811
    """Harborough's missed bin: at the desk one left, one went back and was commented on; one begun on the web."""
    later = Clock()
    monkeypatch.setattr(clock, "now", later)
    with as_role("web"), scope(Staff(world.sam)):
        run = begun(world)
        later.wait(20)
        leave_run(answered(run, postcode="le16 7zz"))
        run = reopen_step(to_the_bin(world, town.mill_lane), "bin")
        comment_step(run, "bin", "They say <b>wheelie</b>, not bin", person=world.sam)
    keys = new_keys()
    version = version_for("missed-bin", "E07000131")
    with as_role("public"):
        number = residents.begin_run(2, 524, version.pk, parameters_of(version), keys)
        with scope(Resident(number, keys.secret)):
            begun_there = begin_run(access_run(number))
            later.wait(40)
            answer_step(begun_there, "postcode", "le16 7zz", seen_version=begun_there.version)
    later.wait(2 * 3600)
    return later


def words(response):
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.S)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def row(page, step):
    """The cells of a step in the table, by their measures."""
    body = page.content.decode()
    found = re.search(rf'<tr>\s*<th scope="row"><a href="{PAGE}{step}/.*?</tr>', body, re.S)
    assert found, step
    cells = re.findall(r'<td class="num"[^>]*>(.*?)</td>', found[0], re.S)
    return dict(zip(SHOWN, (re.sub(r"<[^>]+>", "", cell).strip() for cell in cells), strict=True)), found[0]


def test_every_measure_is_shown_at_its_step(walked, as_person):
    page = as_person("jo", PAGE)
    postcode, _ = row(page, "postcode")
    nothing = dict.fromkeys(("went_back", "left", "referred", "commented"), "0")
    assert postcode == {"reached": "3", "time": "0:20", **nothing}
    bins, _ = row(page, "bin")
    assert (bins["reached"], bins["went_back"], bins["commented"]) == ("1", "1", "1")
    homes, _ = row(page, "property")
    assert (homes["reached"], homes["left"]) == ("3", "2")


@pytest.mark.parametrize(("channel", "reached", "time"), [("desk", "2", "0:10"), ("web", "1", "0:40")])
def test_desk_and_web_are_counted_apart(walked, as_person, channel, reached, time):
    cells, _ = row(as_person("jo", f"{PAGE}?channel={channel}"), "postcode")
    assert (cells["reached"], cells["time"]) == (reached, time)


def test_every_number_opens_to_as_many_runs_as_it_says(walked, as_person):
    page = as_person("jo", PAGE)
    opened = re.findall(r'<td class="num"[^>]*><a href="([^"]+)">([^<]+)</a>', page.content.decode())
    assert len(opened) > 6
    for address, text in opened:
        rows = as_person("jo", html.unescape(address)).content.decode().count('<th scope="row">')
        assert rows == int(text) if text.isdigit() else rows > 0, address


def test_the_picture_is_painted_by_what_was_chosen_and_leads_to_the_step(walked, as_person):
    page = as_person("jo", f"{PAGE}?what=left").content.decode()
    step = re.search(r'<g data-step="property">.*?</g>', page, re.S)
    assert step and "flow__box--4" in step[0] and "2 of 3" in step[0]
    other = re.search(r'<g data-step="postcode">.*?</g>', page, re.S)
    assert other and "flow__box--0" in other[0]
    assert "flow__box--unseen" in page  # what is looked up
    assert "It hurts most at “Address”: 2 of 3 runs broken off at it." in html.unescape(page)
    link = re.search(r'<a class="flow__step" href="([^"]+)" aria-label="Address: 2 of 3">', step[0])
    told = words(as_person("jo", html.unescape(link[1])))
    assert "What it says" in told and "2 runs broken off at this step" in told


def test_the_list_names_where_each_script_hurts_most_and_what_nobody_has_used(walked, as_person):
    page = as_person("jo", "/reports/scripts/")
    told = words(page)
    assert re.search(r"Missed bin of Harborough .*? 3 Address 2 of 3", told)
    assert "Bin days" in told.split("Not used in these days")[1]
    empty = words(as_person("jo", "/reports/scripts/E07000131/bin-days/"))
    assert "Nobody used this from " in empty


def test_days_that_were_not_asked_for_are_not_counted(walked, as_person):
    before = as_person("jo", f"{PAGE}?from=2026-11-01&until=2026-11-20")
    assert "Nobody used this from Sun 1 Nov to Fri 20 Nov. Ask for other days" in words(before)
    told = words(as_person("jo", f"{PAGE}?from=yesterday"))
    assert "A day can’t be read, so it isn’t used. Enter it like 25/11/2026." in told and "2026-11-25" not in told
    assert "End: The crew noted that …" in html.unescape(before.content.decode()) and " hold" not in words(before)


def test_a_comment_is_read_by_managers_and_its_word_goes_back_once(walked, as_person, world):
    page = as_person("jo", PAGE)
    assert "They say &lt;b&gt;wheelie&lt;/b&gt;, not bin" in page.content.decode()
    assert "Sam Okafor" in words(page) and "1, 1 open" in words(page)
    with scope(System("load")):
        number = StepComment.objects.get(step="bin", run_number__gt=world.other["run"]).pk
    empty = as_person("jo", f"/reports/comments/{number}/done/", {"word": " "})
    assert empty.status_code == 422 and words(empty).count("Say in a few words what came of it") == 2
    done = as_person("jo", f"/reports/comments/{number}/done/", {"word": "It says wheelie bin now"})
    assert (done.status_code, done["Location"]) == (302, PAGE)
    again = as_person("jo", f"/reports/comments/{number}/done/", {"word": "Something else"})
    assert again.status_code == 302
    after = words(as_person("jo", PAGE))
    assert "It says wheelie bin now" in after and "Something else" not in after and "1, none open" in after


def test_nobody_but_a_manager_of_the_council_gives_the_word_back(walked, as_person, world):
    with scope(System("load")):
        number = StepComment.objects.get(step="bin", run_number__gt=world.other["run"]).pk
    for name in ("sam", "priya", "lee", "olive"):
        assert as_person(name, f"/reports/comments/{number}/done/", {"word": "Mine"}).status_code == 404
    hub = Membership.objects.get(person_id=world.priya)
    Membership.objects.create(
        team=hub.team, person_id=world.priya, job=Membership.Job.MANAGER, valid_from=hub.valid_from
    )
    assert as_person("priya", f"/reports/comments/{number}/done/", {"word": "Mine"}).status_code == 404
    assert "Word back" not in words(as_person("priya", PAGE))
    assert "wheelie" in words(as_person("priya", PAGE))


def test_each_sees_what_their_grants_allow_and_nothing_of_another_council(walked, as_person):
    assert row(as_person("priya", PAGE), "postcode")[0]["reached"] == "3"  # the hub answers this service
    for path in (PAGE, f"{PAGE}property/"):
        assert as_person("olive", path).status_code == 404
    assert as_person("lee", PAGE).status_code == 404  # who resolves counts nothing
    assert as_person("kit", "/reports/scripts/").status_code == 404
    assert "Harborough" not in words(as_person("olive", "/reports/scripts/"))
    # The hub doesn't answer Harborough's council tax.
    assert as_person("priya", "/reports/scripts/E07000131/moving/").status_code == 404
    assert as_person("jo", "/reports/scripts/E07000131/no-such/").status_code == 404
    assert as_person("jo", f"{PAGE}no_such_step/").status_code == 404


def test_a_comment_of_a_colleague_is_not_an_agents_to_read(walked, as_person):
    assert "wheelie" in words(as_person("sam", PAGE))  # their own
    with scope(System("load")):
        StepComment.objects.update(written_by=Person.objects.get(email="priya@example.test"))
    assert "wheelie" not in words(as_person("sam", PAGE))


def test_steps_that_are_called_the_same_are_told_apart_by_what_they_ask(walked, as_person):
    """A sub-script asks its own postcode; so does the script. A reader knows neither's key."""
    told = names_told_apart([
        Step("postcode", "ask", short=_said("Postcode"), say=_said("Let’s see. What is your postcode?")),
        Step("pay_postcode", "ask", short=_said("Postcode"), say=_said("What is the postcode of the card?")),
        Step("bin", "ask", short=_said("Which bin")),
        Step("one", "say", short=_said("Told")), Step("two", "say", short=_said("Told")),
    ])  # fmt: skip
    assert told == {
        "postcode": "What is your postcode", "pay_postcode": "What is the postcode of the card", "bin": "Which bin",
        "one": "Told (1 of 2)", "two": "Told (2 of 2)",
    }  # fmt: skip
    assert "Which bin" in words(as_person("jo", PAGE))


def test_comments_come_first_and_steps_that_nobody_came_to_are_folded(walked, as_person):
    page = as_person("jo", PAGE).content.decode()
    came, folded = page.index('id="steps"'), page.index("that nobody came to</summary>")
    assert page.index('id="comments"') < came < folded < page.index('id="flow"')
    nobody = 'data-label="Reached">0</td>'
    assert nobody not in page[came:folded] and 'data-label="Reached"><a' in page[came:folded]
    assert '<details class="fold"><summary>' in page[:folded][-80:] and nobody in page[folded:]


def test_of_equals_the_first_in_the_script_hurts_most_on_the_list_and_behind_it(walked, as_person):
    found = {step: StepFigures(step, dict.fromkeys(MEASURES, 0) | {"hurt": 1, "left": left}, None)
             for step, left in (("zebra", 0), ("bin", 0), ("out", 1), ("ant", 0))}  # fmt: skip
    assert worst(found, ["zebra", "bin", "out"]).step == "out", "whom somebody left counts before"
    del found["out"]
    assert worst(found, ["zebra", "bin"]).step == "zebra"
    assert worst(found, ["zebra", "bin"], lambda each: each.counts["left"]) is None
    rows = re.findall(r'data-label="Hurts most at">([^<]*)<', as_person("jo", "/reports/scripts/").content.decode())
    assert rows and f"It hurts most at “{rows[0]}”" in words(as_person("jo", PAGE))


def test_texts_of_one_minute_are_told_apart(walked):
    with scope(System("load")):
        own = ScriptVersion.objects.filter(key="missed-bin").first()
        again = ScriptVersion.objects.create(
            hash="f" * 64, pack=own.pack, key="missed-bin/E07000131", text=own.text, published_at=own.published_at
        )
        labels = dict(_versions({own.pk, again.pk}))
    assert len(set(labels.values())) == 2
    assert labels[again.pk].endswith(", the council’s own, fffffff") and "for all councils" in labels[own.pk]


def _said(text: str):
    return Words((("en", text),))
