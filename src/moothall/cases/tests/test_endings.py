from __future__ import annotations

import re

from moothall.cases.endings import ANY, PACKS, endings_of, read_endings, words_of_mark


def test_a_pack_gives_its_kinds_their_own_endings() -> None:
    assert next(ending.code for ending in endings_of("missed-bin")) == "emptied"
    assert [ending.code for ending in endings_of("no-such-kind")] == [ending.code for ending in endings_of(ANY)]


def test_every_ending_tells_the_resident_something_and_no_code_stands_twice() -> None:
    for kind, endings in read_endings(PACKS).items():
        codes = [ending.code for ending in endings]
        assert len(set(codes)) == len(codes), kind
        for ending in endings:
            assert ending.words and len(ending.code) <= 40
            assert ending.told.endswith(" ") == ending.say_why, (kind, ending.code)


def test_every_mark_and_kind_that_a_script_may_give_has_its_words() -> None:
    texts = [path.read_text(encoding="utf-8") for path in PACKS.glob("*/scripts/*.yaml")]
    marks = {mark for text in texts for mark in re.findall(r"\{mark: (\w+)", text)}
    opened = {kind for text in texts for kind in re.findall(r"effect: open_case\s+fixed: \{kind: ([\w-]+)", text)}
    assert "unverified_by_crew" in marks and "missed-bin" in opened
    assert {mark for mark in marks if words_of_mark(mark) == mark.replace("_", " ").capitalize()} == set()
    assert opened <= set(read_endings(PACKS))


def test_a_mark_is_told_in_words() -> None:
    assert words_of_mark("unverified_by_crew") == "Not checked with the crew"
    assert words_of_mark("of_another_pack") == "Of another pack"
