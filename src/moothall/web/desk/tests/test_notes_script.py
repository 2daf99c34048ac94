"""The script of the desk's notes on a slow and broken link, run by itself: one window is never taken for two."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.meta.sources import CODE

PAGE = """
const page = { asked: [], due: new Map(), stored: new Map(), timers: 0 };
globalThis.setTimeout = (act) => { page.due.set(++page.timers, act); return page.timers; };
globalThis.clearTimeout = (timer) => page.due.delete(timer);
globalThis.localStorage = {
  getItem: (key) => page.stored.get(key) ?? null,
  setItem: (key, value) => page.stored.set(key, String(value)),
  removeItem: (key) => page.stored.delete(key),
};
globalThis.fetch = (address, { body }) => new Promise((answer, lose) => {
  page.asked.push({ sent: Object.fromEntries(body), lose,
    answer: (told) => answer({ ok: true, status: 200, json: async () => told }) });
});
globalThis.document = {
  querySelector: () => page.form, getElementById: () => ({}), addEventListener() {}, dispatchEvent() {},
};
const settle = async () => { for (let turn = 0; turn < 20; turn += 1) await null; };
const pass = async () => {
  const acts = [...page.due.values()];
  page.due.clear();
  acts.forEach((act) => act());
  await settle();
};
function load(note) {
  const heard = () => ({ isConnected: true, heard: {}, addEventListener(name, act) { this.heard[name] = act; } });
  const field = { ...heard(), value: note, dataset: {}, setSelectionRange() {},
    type(text) { this.value = text; this.heard.input(); } };
  page.form = { ...heard(), dataset: { notes: "7" },
    elements: { notes: field, was: { value: note }, sent_last: { value: "" } },
    querySelector: (asked) => asked.startsWith("textarea") ? field : { value: "token" } };
  watchNotes();
  return field;
}
const { watchNotes } = await import("./desk-notes.js");
const sent = () => page.asked.map(({ sent: { notes, was, sent_last: last } }) => [notes, was, last]);
const done = () => { console.log(JSON.stringify(sent())); process.exit(0); };
const field = load("");
"""
FIRST = 'field.type("Gate stikcs"); await pass(); field.type("Gate sticks"); await pass();\n'


@pytest.fixture
def on_a_page(tmp_path):
    for name in ("desk-notes.js", "desk-say.js", "desk-trouble.js"):
        shutil.copyfile(CODE / "web/static" / name, tmp_path / name)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    assert node, "the extra `node` brings it"

    def run(acts: str) -> list[list[str]]:
        """What is sent while these happen: each time the note, what was read, and what was sent without an answer."""
        (tmp_path / "page.js").write_text(f"{PAGE}{acts}\ndone();\n")
        command = [node, str(tmp_path / "page.js")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_a_save_waits_for_the_answer_to_the_one_before(on_a_page):
    assert on_a_page(FIRST) == [["Gate stikcs", "", ""]]
    answered = 'page.asked[0].answer({ saved: "10:00", notes: "Gate stikcs" }); await settle(); await pass();'
    assert on_a_page(FIRST + answered) == [["Gate stikcs", "", ""], ["Gate sticks", "Gate stikcs", ""]]


def test_what_was_sent_without_an_answer_is_sent_along_also_after_a_reload_and_with_a_finish(on_a_page):
    lost = FIRST + "page.asked[0].lose(new Error()); await settle(); await pass();"
    assert on_a_page(lost)[1:] == [["Gate sticks", "", "\nGate stikcs"]]
    again = "load('Gate stikcs'); await settle(); page.asked[1].lose(new Error()); await settle(); await pass();"
    assert on_a_page(lost + again)[2] == ["Gate sticks", "", "\nGate stikcs\nGate sticks"]
    fields = "Object.entries(page.form.elements).map(([name, field]) => [name, field.value])"
    finish = f"page.asked.push({{ sent: Object.fromEntries({fields}) }});"
    assert on_a_page(FIRST + finish)[1] == ["Gate sticks", "", "\nGate stikcs"]


def test_after_an_answer_to_what_was_typed_on_meanwhile_a_reload_knows_it(on_a_page):
    answered = 'page.asked[0].answer({ saved: "10:00", notes: "Gate stikcs" }); await settle();'
    assert on_a_page(FIRST + answered + "load('Gate stikcs'); await pass();")[1] == ["Gate sticks", "Gate stikcs", ""]


def test_what_both_wrote_comes_with_the_next_where_the_start_was_changed_meanwhile(on_a_page):
    both = 'page.asked[0].answer({ saved: "10:00", notes: "Gate stikcs\\nA dog.", changed: "Both" });'
    found = on_a_page(FIRST + both + "await settle(); await pass();")
    assert found[1:] == [["Gate sticks", "Gate stikcs", ""]], "their line isn't taken for read"
