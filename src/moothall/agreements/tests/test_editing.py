"""Edits of a text: an edit and its opposite give the same bytes, the rest stays, and it says what was meant."""
from __future__ import annotations

import difflib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moothall.agreements.editing import Drop, Edit, NotEdited, Put, edit, splices, values
from moothall.agreements.tests.edits import EIGHT, HUB
from moothall.agreements.tests.texts import SMALL

TEXTS = {"hub": HUB, "eight": EIGHT, "small": SMALL}
SHARE: dict[str, Any] = {
    "client": "Harborough", "services": "licensing", "function": "answer", "channels": ["phone"],
    "team": "charnwood-contact-centre", "hours": {"saturday": "09:00-12:00", "on": {"2026-12-26": "closed"}},
    "standard": {"answered_within_s": 60, "for_percent": 80}, "price": {"per_contact_pence": 310},
}


def paths(data: Any, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [here] if here else []
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for head, each in inner:
        found += paths(each, (*here, head))
    return found


def undone(text: str, one: Edit) -> str:
    """The text after an edit and its opposite."""
    made = splices(text, one)
    for splice in made:
        text = splice.on(text)
    for splice in reversed(made):
        text = splice.undo.on(text)
    return text


@pytest.mark.parametrize("name", TEXTS)
def test_everything_can_be_taken_out_and_put_back(name: str) -> None:
    """Every key and item of a text, some of the long ones: taken out, all else says the same; back to the byte."""
    text = TEXTS[name]
    for path in paths(values(text))[:: 1 if name == "small" else 29]:
        one = Drop(path)
        assert undone(text, one) == text, path
        after = edit(text, [one])
        gone = [line[2:] for line in difflib.ndiff(text.splitlines(), after.splitlines()) if line.startswith("- ")]
        assert len(gone) < 25 or len(path) == 1 or path[0] in ("shares", "hours"), path


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    for head in path:
        data = data[head]
    return data


@pytest.mark.parametrize("name", TEXTS)
def test_a_value_and_its_former_value_give_the_same_bytes(name: str) -> None:
    """Changed, then changed back by what the text said: the shipped texts are written in the editor's own style."""
    text = TEXTS[name]
    data = values(text)
    for path in paths(data)[:: 1 if name == "small" else 29]:
        if isinstance(at(data, path), str):
            before = int(at(data, path)) if _bare_number(text, at(data, path), path) else at(data, path)
            changed = edit(text, [Put(path, "something-else")])
            if changed.count("\n") == text.count("\n") and "&all" in text and "&all" not in changed:
                continue  # what several referred to by name was written out
            back = edit(changed, [Put(path, before)])
            assert values(back) == data, path
            lines = zip(text.splitlines(), back.splitlines(), strict=True)
            different = [(old, new) for old, new in lines if old != new]
            assert all(old.replace('"', "") == new.replace('"', "") for old, new in different), different


def _bare_number(text: str, value: str, path: tuple[str | int, ...]) -> bool:
    return value.isdigit() and f'"{value}"' not in text


@pytest.mark.parametrize("name", TEXTS)
def test_a_share_added_and_removed(name: str) -> None:
    text = TEXTS[name]
    added = edit(text, [Put(("shares", "saturday"), SHARE)])
    said = values(added)
    assert list(said["shares"])[-1] == "saturday"
    assert said["shares"]["saturday"]["hours"] == {"saturday": "09:00-12:00", "on": {"2026-12-26": "closed"}}
    assert '    hours:\n      saturday: "09:00-12:00"\n      on: {2026-12-26: closed}\n' in added
    assert edit(added, [Drop(("shares", "saturday"))]) == text


def test_comments_of_what_stays_stay_and_those_of_what_goes_go() -> None:
    after = edit(HUB, [Drop(("shares", "harborough-overflow")), Put(("shares", "hub-line", "tier"), 1)])
    assert "# When Charnwood is busy" not in after
    assert "# The shared line, until the caller says" in after
    assert "partnership: P00000001 # owns the shared line" in after
    for line in difflib.ndiff(HUB.splitlines(), after.splitlines()):
        if line.startswith("+ "):
            assert line == "+     tier: 1"


def test_the_last_of_a_list_leaves_an_empty_one_and_takes_a_new_one() -> None:
    text = edit(SMALL, [Drop(("lines", 0))])
    assert text.endswith("lines: []\n")
    again = edit(text, [Put(("lines", 0), {"number": "5903", "council": "Lichfield"})])
    assert again.endswith('lines:\n  - {number: "5903", council: Lichfield}\n')


def test_what_several_share_by_name_is_written_out_before_one_is_edited() -> None:
    after = edit(EIGHT, [Put(("covers", 0, "councils"), ["Stafford"])])
    said, before = values(after), values(EIGHT)
    assert said["covers"][0]["councils"] == ["Stafford"]
    assert said["covers"][1] == before["covers"][1] and said["shares"] == before["shares"]
    assert "*all" not in after and "&all" not in after
    one = edit(EIGHT, [Put(("shares", "pool", "clients"), ["Stafford", "Tamworth"])])
    assert values(one)["shares"]["pool"]["clients"] == ["Stafford", "Tamworth"]
    assert one.count("*all") == EIGHT.count("*all") - 1


def test_the_others_newlines_are_kept() -> None:
    text = SMALL.replace("\n", "\r\n")
    added = edit(text, [Put(("shares", "saturday"), SHARE)])
    assert added.count("\n") == added.count("\r\n")
    assert edit(added, [Drop(("shares", "saturday"))]) == text


@pytest.mark.parametrize("path", [("shares", "nothing"), ("covers", 9), ("nothing", "there"), ("name", "x")])
def test_what_is_not_there_is_not_taken_out(path: tuple[str | int, ...]) -> None:
    with pytest.raises(NotEdited):
        edit(SMALL, [Drop(path)])
    with pytest.raises(NotEdited):
        edit("shares: [", [Put(("name",), "x")])


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=120)
@given(WORDS, st.sampled_from(["name", "greeting", "purpose", "signatory"]))
def test_any_text_is_read_as_it_was_typed(words: str, where: str) -> None:
    """Quotes, braces, newlines, control characters, other scripts: none of them changes anything but that one value."""
    path: tuple[str | int, ...] = {
        "name": ("name",), "greeting": ("lines", 0, "greeting"), "purpose": ("shares", "garden-resolved", "purpose"),
        "signatory": ("parties", 0, "signatory"),
    }[where]
    text = SMALL.replace("parties: [Charnwood, Lichfield]", "parties:\n  - {council: Charnwood} # first\n  - Lichfield")
    one = Put(path, words)
    after = edit(text, [one])
    assert at(values(after), path) == words
    assert undone(text, one) == text
    changed = [line for line in difflib.ndiff(text.splitlines(), after.splitlines()) if line[0] in "+-"]
    assert len(changed) <= 2
