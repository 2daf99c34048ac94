"""Texts that are no agreement at all, or are damaged or hostile: a clear answer each, and never an exception."""
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moothall.agreements.tests.texts import SMALL, changed, check, only, position, where


def test_duplicate_keys() -> None:
    text = changed(("    after_s: 120", "    after_s: 120\n    after_s: 180"))
    found = only(text)
    assert found.code == "duplicate-key"
    assert where(found) == position(text, "after_s: 180")


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: [1\nb: 2", "not-yaml", 2, 2),
        ("a: b: c", "not-yaml", 1, 5),
        ("moothall: 1\n\tname: x", "not-yaml", 2, 1),
        ("name: 'x", "not-yaml", 1, 9),
        ("name: \x07", "not-yaml", 1, 7),
        ("", "empty", 1, 1),
        ("--- 1\n--- 2\n", "not-yaml", 2, 1),
        ("a: *nothing", "unknown-alias", 1, 4),
        ("a: &x [1, *x]", "unknown-alias", 1, 11),
        ("a: " + "[" * 50 + "]" * 50, "too-deep", 1, 14),
        ("a: !!binary aGk=", "tag", 1, 4),
        ("a: \ud800", "not-yaml", 1, 4),
    ],
)
def test_texts_that_are_no_yaml(text: str, code: str, line: int, column: int) -> None:
    found = only(text)
    assert (found.code, where(found)) == (code, (line, column))


def test_aliases_that_unfold_to_billions() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    text += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert only(text).code == "too-deep"


def test_a_file_of_ten_megabytes() -> None:
    found = only("a: b\n" * 2_000_000)
    assert found.code == "too-large"


def test_one_anchor_that_is_used_ten_thousand_times() -> None:
    text = "a: &a [x, x, x, x, x, x, x, x, x, x]\nb: [" + "*a, " * 10_000 + "*a]"
    assert only(text).code == "too-deep"


def test_a_text_with_thousands_of_faults_is_not_read_to_its_end() -> None:
    found = check(changed(("services: [refuse, switchboard]\n    function",
                           f"services: [{'refuzz, ' * 20_000}refuse]\n    function"))).findings
    assert len(found) == 201
    assert (found[-1].code, found[-1].words) == ("too-many", "There are more than 200 findings.")


def test_merge_keys_are_not_understood() -> None:
    text = changed(("    function: answer\n    channels: [phone]\n    team: charnwood-contact-centre\n",
                    "    function: answer\n    <<: {channels: [phone]}\n    team: charnwood-contact-centre\n"))
    assert [f.code for f in check(text).findings] == ["unknown-key", "missing-key"]


def test_a_list_where_an_agreement_is_expected() -> None:
    assert check("- 1\n- 2").findings[0].code == "not-a-mapping"


@settings(max_examples=80)
@given(st.data())
def test_a_damaged_text_never_raises(data: st.DataObject) -> None:
    lines = SMALL.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    start = data.draw(st.integers(0, len(lines[number])))
    damage = st.sampled_from(["", ": ", "[", "}", "- ", "'", "&a ", "!x ", "?"])
    lines[number] = lines[number][:start] + data.draw(damage)
    checked = check("\n".join(lines))
    assert checked.sound or any(finding.severity == "error" for finding in checked.findings)
