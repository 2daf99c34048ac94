"""One cell looked at closely: its week, who joins when, what is promised, where nobody is."""
from __future__ import annotations

from moothall.web.configure.tests.test_matrix import NOW, look, read_version, words
from moothall.web.configure.zoom import standard_words, zoom_page

ZOOM = "/agreements/evenings/1/?date=2026-12-02&time=14:00&council=E07000131&service=licensing"
LICENSING = {"date": "2026-12-02", "time": "14:00", "council": "E07000131", "service": "licensing"}


def zoom(version, **more):
    seen = read_version(version, NOW)
    return zoom_page(seen, look(seen, {**LICENSING, **more}, NOW))


def test_the_week_by_hours_and_kinds_of_day(gapped):
    found = zoom(gapped)
    assert found.title == "Licensing for Harborough, by phone"
    told = {row.hours: [cell.letters or "gap" * cell.band.is_gap for cell in row.cells] for row in found.rows}
    assert told == {
        "08:45 to 17:00": ["CH"] * 5 + [""] * 3,
        "17:00 to 20:00": ["HB", "HB", "gap", "HB", "HB", "", "", ""],
    }
    assert found.promised == "Mon to Fri 08:45 to 20:00"


def test_who_joins_when_and_the_gap_are_sentences(gapped):
    found = zoom(gapped)
    assert [order.sentence for order in found.orders] == [
        "Charnwood contact centre, then Harborough customer services after 2 minutes", "Harborough customer services",
    ]
    assert found.orders[0].promise == "80% within 0:45"
    assert found.gaps == ("On Wednesdays from 17:00 to 20:00 nobody answers.",)
    assert zoom(gapped, date="2027-02-10").gaps == ()


def test_a_day_with_hours_of_its_own(gapped):
    assert zoom(gapped).named == (("Thu 24 Dec", "CH 08:45 to 12:30; HB 12:30 to 20:00"),)
    charnwood = zoom(gapped, council="E07000130")
    assert charnwood.named == (("Thu 24 Dec", "CH 08:45 to 12:30"),)


def test_the_pages_script_gets_the_part_alone(gapped, as_person):
    part = as_person("jo", ZOOM, **{"Moothall-Fragment": "zoom"})
    assert part.content.decode().strip().startswith("<section") and b"<html" not in part.content
    whole = as_person("jo", ZOOM)
    assert "On Wednesdays from 17:00 to 20:00 nobody answers." in words(whole)
    assert "Promised: Mon to Fri 08:45 to 20:00." in words(part)


def test_who_may_not_read_it_gets_no_part_either(gapped, as_person):
    assert as_person("olive", ZOOM, **{"Moothall-Fragment": "zoom"}).status_code == 404
    assert as_person(None, ZOOM, **{"Moothall-Fragment": "zoom"}).status_code == 401


def test_a_promise_in_words():
    from moothall.domain.responsibility.shares import StandardTerms

    assert standard_words(StandardTerms()) == ""
    assert standard_words(StandardTerms(resolved_within_days=1, for_percent=95)) == "95% within 1 working day, by 17:00"
    assert standard_words(StandardTerms(answered_within_s=90)) == "within 1:30"
