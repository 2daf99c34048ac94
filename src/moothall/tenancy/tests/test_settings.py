"""The settings of a scope are named thrice in SQL; one that were forgotten in one place would outlive its scope."""
from __future__ import annotations

import re
from pathlib import Path

SQL = Path(__file__).parents[1] / "open_scope.sql"
READ = r"current_setting\('moothall\.(\w+)'"


def test_each_setting_is_looked_at_and_cleared() -> None:
    text = SQL.read_text(encoding="utf-8")
    closing = text[text.index("FUNCTION moothall.close_scope"):text.index("FUNCTION moothall.open_scope")]
    looked = re.search(r"IF concat\((.*?)\) <> ''", text, re.DOTALL)
    assert looked
    cleared = set(re.findall(r"set_config\('moothall\.(\w+)'", closing))
    assert set(re.findall(READ, looked[1])) == cleared
    root = Path(__file__).parents[2]
    every = [path.read_text(encoding="utf-8") for path in (*root.rglob("*.sql"), *root.glob("tenancy/*.py"))]
    assert {name for each in every for name in re.findall(READ, each)} <= cleared
