"""How many questions are still to come, by what was answered so far."""

from moothall.domain.interview.ahead import pages_ahead
from moothall.domain.interview.parse import parse

SCRIPT = {
    "script": "s", "service": "refuse", "title": {"en": "S"}, "steps": [
        {"key": "kind", "ask": "radio", "options": {"a": {"en": "A"}, "b": {"en": "B"}}, "say": {"en": "Which?"}},
        {"key": "first", "ask": "text", "say": {"en": "Say more"}, "when": 'kind == "a"'},
        {"key": "second", "ask": "text", "say": {"en": "And more"}, "when": 'kind == "b"'},
        {"key": "third", "ask": "text", "say": {"en": "And more"}, "when": 'kind == "b"'},
        {"key": "last", "ask": "text", "say": {"en": "Last"}},
        {"end": "DONE", "outcome": "resolved", "code": "done", "say": {"en": "Done."}},
    ],
}  # fmt: skip


def test_what_cannot_come_any_more_is_not_counted_and_what_may_is_by_half():
    script, findings = parse(SCRIPT)
    assert script is not None, findings
    ahead = {answer: pages_ahead(script, script.step("kind"), {"kind": answer} if answer else {})
             for answer in (None, "a", "b")}  # fmt: skip
    assert ahead == {None: 3, "a": 2, "b": 3}
    assert pages_ahead(script, script.step("last"), {"kind": "a"}) == 0
