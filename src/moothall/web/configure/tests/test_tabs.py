"""The other tabs: calendar, findings, what would change, the text and its hash; and a text that can't be read."""
from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from moothall.agreements.models import AgreementVersion
from moothall.agreements.tests.texts import SMALL
from moothall.domain.findings import Finding, Place
from moothall.domain.responsibility.shares import Notice
from moothall.web.configure.finding_list import findings_page
from moothall.web.configure.months import last_day_for_notice, months_of
from moothall.web.configure.tests.conftest import NOW, rewrite, store
from moothall.web.configure.tests.test_matrix import words
from moothall.web.configure.tests.texts import GAPPED


def test_each_mark_of_the_calendar_leads_to_its_sentence(gapped, as_person):
    page = as_person("jo", "/agreements/evenings/1/calendar/")
    text, told = page.content.decode(), words(page)
    marks = re.findall(r'class="mark mark--(\w+)" href="#sentence-(\d+)"', text)
    assert sorted({kind for kind, _ in marks}) == ["ends", "gap", "notice", "starts"]
    assert all(f'id="sentence-{number}"' in text for _, number in marks)
    assert "Nobody answers Harborough’s calls about Licensing, though it is promised:" in told
    assert "Wednesdays 17:00 to 20:00, to 27 January 2027" in told
    assert "GAP 15 h" in told and "GAP 12 h" in told
    assert "Sat 28 Aug 2027 . The last day on which notice of 6 months ends it sooner." in told


def test_the_calendar_goes_on_after_twelve_months(gapped, as_person):
    first = as_person("jo", "/agreements/evenings/1/calendar/").content.decode()
    assert "Later months" in first and "Earlier months" not in first
    later = as_person("jo", "/agreements/evenings/1/calendar/?from=2027-12")
    assert "The agreement’s last day." in words(later) and "Earlier months" in words(later)
    assert "No gap" in words(later)


@pytest.mark.parametrize(
    ("ends", "months", "last"),
    [((2027, 8, 31, 23), 6, (2027, 2, 28)), ((2028, 3, 1, 0), 6, (2027, 8, 28)), ((2027, 3, 31, 23), 1, (2027, 2, 28)),
     ((2027, 1, 1, 0), 12, (2025, 12, 30)), ((2027, 3, 2, 0), 6, (2026, 8, 31))],
)  # fmt: skip
def test_the_last_day_for_notice(ends, months, last):
    assert last_day_for_notice(datetime(*ends, tzinfo=UTC), Notice(months)) == date(*last)


def test_every_month_that_a_period_touches():
    found = months_of(datetime(2026, 8, 31, 23, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    assert found == [date(2026, 9, 1), date(2026, 10, 1)]


def test_findings_have_their_remedy_and_their_line(gapped, as_person):
    page = as_person("jo", "/agreements/evenings/1/findings/")
    told = words(page)
    assert "1 finding must be mended" in told and "Gap" in told and "Wednesdays 17:00 to 20:00" in told
    line = next(n for n, line in enumerate(GAPPED.splitlines(), 1) if "hours: late}" in line)
    assert f'href="/agreements/evenings/1/text/#line-{line}"' in page.content.decode()


def test_a_sound_text_says_what_was_looked_at(world, as_person):
    AgreementVersion.objects.filter(pk=store(SMALL, "in_force").pk).update(state="ended")
    told = words(as_person("kit", "/agreements/small/1/findings/"))
    assert "Findings (0)" in told and "No findings" in told and "Every minute that a council promises" in told


def test_the_filled_button_is_the_next_act_of_its_life(gapped, as_person):
    filled = re.compile(r'button--main" href="([^"]+)">([^<]+)<')
    told = {name: filled.findall(as_person(name, "/agreements/evenings/1/").content.decode()) for name in ("jo", "kit")}
    assert told == {"jo": [("/agreements/evenings/1/findings/", "See what to mend")], "kit": []}
    rewrite(gapped, GAPPED.replace("late: {weekdays: \"08:45-20:00\"}", "late: {weekdays: \"08:45-17:00\"}"))
    found = filled.findall(as_person("jo", "/agreements/evenings/1/").content.decode())
    assert found == [("/agreements/evenings/1/sign/", "Propose version 1")]


def test_findings_that_differ_in_a_name_alone_are_told_together():
    alike = {"remedy": "Add people.", "place": Place(line=98), "severity": "warning"}
    found = (Finding("team-empty", "A has none.", **alike), Finding("team-empty", "B has none.", **alike),
             Finding("gap-answer", "Nobody answers."))  # fmt: skip
    rows = findings_page(SimpleNamespace(proved=None, findings=found))
    assert [row.words for row in rows] == [("Nobody answers.",), ("A has none.", "B has none.")]
    assert [row.tag for row in rows] == [("bad", "Gap"), ("warn", "People")]


def test_of_a_version_that_holds_it_is_asked_who_is_there(world, as_person):
    store(SMALL, "in_force")
    told = words(as_person("kit", "/agreements/small/1/findings/"))
    assert "Lichfield waste has no members" in told and "Nothing here keeps this text from being in force" in told


def test_a_draft_is_asked_for_the_notice_that_was_agreed(gapped, as_person):
    rewrite(gapped, GAPPED.replace("from: 2026-12-01", "from: 2026-09-01", 1), state="in_force", starts=NOW)
    store(GAPPED.replace("08:45-17:00", "09:00-17:00").replace("from: 2026-12-01", "from: 2026-12-08", 1))
    told = words(as_person("jo", "/agreements/evenings/2/findings/"))
    assert "Notice" in told and "6 months of notice were agreed" in told


def test_a_draft_says_what_it_would_change(gapped, as_person):
    told = words(as_person("jo", "/agreements/evenings/1/changes/"))
    assert "No version of this agreement is in force" in told
    assert re.search(r"Gain sight \([1-9]", told) and "Lose sight (0) Nobody." in told


def test_a_version_in_force_would_change_nothing_any_more(world, as_person):
    store(SMALL, "in_force")
    assert "nothing is to change by it any more" in words(as_person("kit", "/agreements/small/1/changes/"))


def test_the_download_is_what_was_hashed(gapped, as_person):
    saved = as_person("jo", "/agreements/evenings/1/text.yaml")
    assert saved.content == GAPPED.encode()
    assert hashlib.sha256(saved.content).hexdigest() == gapped.sha256
    assert 'filename="evenings-1.yaml"' in saved["Content-Disposition"]
    page = as_person("jo", "/agreements/evenings/1/text/").content.decode()
    assert gapped.sha256 in page and page.count("<code>") == len(GAPPED.splitlines())


def test_a_text_holds_no_mark_up_of_its_own(gapped, as_person):
    rewrite(gapped, GAPPED + "# <script>alert(1)</script> </li>\n")
    assert "<script>alert" not in as_person("jo", "/agreements/evenings/1/text/").content.decode()


@pytest.mark.parametrize("page", ["", "calendar/", "findings/", "changes/", "text/"])
def test_a_text_that_cannot_be_read_says_so_on_every_tab(world, as_person, page):
    """The tests' own world holds one: its text is the word test."""
    told = words(as_person("jo", f"/agreements/test-hub/1/{page}"))
    assert "Test hub" in told and "Findings (1)" in told
    if page in {"", "calendar/"}:
        assert "can’t be read as an agreement" in told


def test_what_would_change_needs_both_texts(gapped, as_person):
    rewrite(gapped, "not this", state="in_force", starts=NOW)
    store(GAPPED)
    assert "version 1 can’t be read" in words(as_person("jo", "/agreements/evenings/2/changes/"))


def test_the_other_versions_are_offered_on_the_same_tab(gapped, as_person):
    store(GAPPED, "in_force")
    page = as_person("jo", "/agreements/evenings/1/calendar/").content.decode()
    assert 'href="/agreements/evenings/2/calendar/"' in page
    assert as_person("jo", "/agreements/evenings/")["Location"] == "/agreements/evenings/2/"
