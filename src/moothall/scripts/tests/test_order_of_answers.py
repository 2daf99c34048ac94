"""The same number is the same answer: whoever learned that 1 is Yes presses it before the second question is read."""
from __future__ import annotations

import re

from moothall.scripts.packs import FOLDER
from moothall.scripts.tests.checked import loaded_once


def test_where_a_question_has_a_yes_and_a_no_yes_comes_first():
    found = set()
    for folder in sorted(path.parent for path in FOLDER.glob("*/pack.yaml")):
        pack, _ = loaded_once(folder)
        for published in pack.scripts:
            for step in published.script.steps:
                heads = [re.match(r"\w+", option.label.get("en")) for option in step.field.options]
                told = [head[0] for head in heads if head and head[0] in ("Yes", "No")]
                if "Yes" in told and told[0] == "No":
                    found.add((published.key, step.key))
    assert found == set()
