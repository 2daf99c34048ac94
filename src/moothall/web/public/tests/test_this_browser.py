"""What the regional pages were told opens from its address in that browser alone, and without cookies all the same."""
from __future__ import annotations

import re

from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_region import anybody, follow, links  # noqa: F401 - one is a fixture


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_what_was_typed_opens_in_no_other_browser(anybody: Resident) -> None:  # noqa: F811
    found = anybody.client.post("/find/", {"what": "child being hit next door", "postcode": "LE16 1AA"})["Location"]
    assert "You can get help now" in anybody.get(found) and "LE16" not in found + " ".join(links(anybody.page))
    anybody.send("/find/", what="child being hit next door")
    follow(anybody, "Find who helps where you are")
    there = anybody.client.post("/where/", {**fields(anybody.page), "postcode": "LE16 1AA"})["Location"]
    assert "LE16" not in there and "child" not in there and "At LE16 1AA" in anybody.get(there)
    assert "LE16" not in " ".join(re.findall(r'href="([^"]+)"', anybody.page))
    stranger = Resident("localhost")
    page = stranger.get(found)
    assert "being hit" not in page and "LE16" not in page and "We can’t read here what was typed" in stranger.words
    assert "LE16" not in stranger.get(there) and "Where? Enter the postcode" in stranger.words


def test_without_cookies_words_and_postcode_are_asked_again_and_answered(anybody: Resident) -> None:  # noqa: F811
    def sent(path: str, **said: str) -> None:
        anybody.client.cookies.clear()
        answer = anybody.client.post(path, said)
        anybody.client.cookies.clear()
        anybody._seen(anybody.client.get(answer["Location"]) if answer.status_code == 302 else answer)

    sent("/find/", what="child being hit next door")
    assert "We can’t read here" in anybody.words
    sent("/find/", what="child being hit next door", **fields(anybody.page))
    assert "You can get help now" in anybody.words
    sent("/where/", need="homeless", postcode="LE16 1AA")
    assert "Where? Enter the postcode" in anybody.words
    sent("/where/", **{**fields(anybody.page), "postcode": "LE16 1AA"})
    assert "At LE16 1AA" in anybody.words
