from __future__ import annotations

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


def test_a_mark_is_told_in_words() -> None:
    assert words_of_mark("unverified_by_crew") == "Not checked with the crew"
    assert words_of_mark("of_another_pack") == "Of another pack"
