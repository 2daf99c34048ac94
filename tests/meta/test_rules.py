"""Rules about the whole code, which no single review would hold. Each failure names the file and the line."""

from __future__ import annotations

import ast
import csv
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.meta.sources import CODE, ROOT, Source, dotted, sources, sources_of_tests

LONGEST_FILE = 350
LONGEST_FUNCTION = 60
OUR_CODE = ("src/moothall", "simulators", "tooling", "bench")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
# Makers of contact-centre, telephony and council systems: each is named in its own contrib folder and nowhere else.
VENDORS = (
    "lagan",
    "verint",
    "kana",
    "avaya",
    "mitel",
    "genesys",
    "netcall",
    "capita",
    "civica",
    "northgate",
    "whitespace",
    "bartec",
)
OTHER_CLOCKS = {
    "timezone.now",
    "timezone.localtime",
    "timezone.localdate",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.datetime.now",
    "datetime.date.today",
    "time.time",
}
OTHER_DAYS = re.compile(r"\b(current_date|current_time|localtime(stamp)?)\b", re.I)  # of the session's time zone
RAW_SQL = re.compile(r"\.cursor\(|\.raw\(|\bRawSQL\b|\.extra\(")
STANDS_STILL = re.compile(r"\bwhile_texts_hold\b|\bone_instant\b")
OWN_DAYS = {"src/moothall/web/configure/tests/test_begin.py"}  # writes days to come into its texts
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
UNSAFE_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle"}


def none_of(found: list[str]) -> None:
    """Fail with every finding on a line of its own."""
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_lock_files_hold_no_address() -> None:
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert locks
    assert [lock.name for lock in locks if "://" in lock.read_text()] == []
    for lock in locks:
        pinned = re.split(r"^(?=[a-z0-9])", lock.read_text(), flags=re.M | re.I)[1:]
        none_of([f"{lock.name}: {package.split()[0]} has no hash" for package in pinned if "sha256:" not in package])


def test_npm_writes_no_address_into_its_lock() -> None:
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text().split()
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_files_and_functions_are_short() -> None:
    ours = [*sources(*OUR_CODE), *sources_of_tests("src", "simulators", "tests")]
    long_files = [f"{s.name} has {n} lines" for s in ours if (n := s.text.count("\n")) > LONGEST_FILE]
    scripts = sorted((CODE / "web/static").glob("*.js"))
    long_files += [f"{s.name} has {n} lines" for s in scripts if (n := s.read_text().count("\n")) > LONGEST_FILE]
    long_functions = [
        f"{source.name}:{function.lineno} {function.name} has {length} lines"
        for source in sources(*OUR_CODE)
        for function in source.functions()
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    none_of(long_files + long_functions)


def test_no_module_is_named_for_nothing() -> None:
    none_of([source.name for source in sources(*OUR_CODE) if source.path.stem in EMPTY_NAMES])


def test_raw_sql_is_in_tenancy_and_queries_alone() -> None:
    none_of(_lines_with(RAW_SQL, [source for source in sources() if not _may_hold_sql(source)]))


def _may_hold_sql(source: Source) -> bool:
    parts = source.path.relative_to(CODE).parts
    return parts[0] == "tenancy" or "migrations" in parts or source.path.name == "queries.py"


def test_the_clock_is_read_in_one_place() -> None:
    found = [
        f"{source.name}:{call.lineno} {name}"
        for source in sources()
        if source.path != CODE / "lib/clock.py"
        for name, call in source.calls()
        if any(name == clock or name.endswith("." + clock) for clock in OTHER_CLOCKS)
    ]
    none_of(found)


def test_a_day_is_londons() -> None:
    """The date of an instant in UTC is yesterday's for an hour of each summer night: `wall_clock` tells London's."""
    found = [
        f"{source.name}:{call.lineno}"
        for source in (*sources(*OUR_CODE), *sources_of_tests("src", "simulators", "tests"))
        for name, call in source.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr == "date" and not call.args
        if _of_now(call.func.value)
    ]
    texts = [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in sorted(CODE.rglob("*.sql"))]
    for name, text in [*texts, *((source.name, source.text) for source in sources(*OUR_CODE))]:
        lines = enumerate(text.splitlines(), 1)
        found += [f"{name}:{number}" for number, line in lines if OTHER_DAYS.search(line)]
    none_of(found)


def _of_now(value: ast.expr) -> bool:
    """Whether it is reckoned from now, and in no place's own time."""
    names = {dotted(node) for node in ast.walk(value) if isinstance(node, ast.Name | ast.Attribute)}
    ends = {name.rpartition(".")[2] for name in names}
    return bool(ends & {"now", "NOW"}) and not ends & {"in_london", "astimezone"}


def test_tests_of_texts_that_name_years_say_when_they_run() -> None:
    """An agreement of 2026 that is put in force today is over one day, and then its tests fail without a change."""
    found = [
        source.name
        for source in sources_of_tests("src", "tests")
        if source.name not in OWN_DAYS
        if any(module.endswith(".tests.texts") for module in source.imports())
        if any(_puts_in_force(name, call) for name, call in source.calls()) and not STANDS_STILL.search(source.text)
    ]
    none_of(found)


def _puts_in_force(name: str, call: ast.Call) -> bool:
    word = name.rpartition(".")[2]
    in_force = word == "load_version" and any(each.arg == "in_force" for each in call.keywords)
    return in_force or word == "propose_version"


def test_nothing_is_evaluated_or_unpickled() -> None:
    calls = [
        f"{source.name}:{call.lineno} {name}"
        for source in sources("src/moothall", "simulators")
        for name, call in source.calls()
        if name in UNSAFE_CALLS
    ]
    imports = [
        f"{source.name} imports {module}"
        for source in sources("src/moothall", "simulators")
        for module in source.imports()
        if module.split(".")[0] in UNSAFE_MODULES
    ]
    none_of(calls + imports)


def test_no_council_and_no_vendor_is_named_in_the_code() -> None:
    with (CODE / "data/councils.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "council"]
    names = {row[key].lower() for row in rows for key in ("slug", "short_name", "gss")} | set(VENDORS)
    pattern = re.compile(r"\b(" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")\b", re.I)
    found = []
    for path in sorted(CODE.rglob("*")):
        if path.suffix in {".py", ".html", ".js", ".scss", ".txt", ".sql", ".yaml"} and not _may_name(path):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if match := pattern.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{number} {match[0]}")
    none_of(found)


def _may_name(path: Path) -> bool:
    parts = path.relative_to(CODE).parts
    return bool({"contrib", "tests", "built", "migrations", "demo"} & set(parts)) or parts[0] == "data"


def test_each_action_writes_the_kind_that_it_is_named_for() -> None:
    every = sources()
    given = {source.module: _wrappers(source) for source in every}
    found = []
    for source in every:
        own = given[source.module]
        known = _names_of_write(source) | own | _names_of_wrappers(source, given)
        for function in source.functions() if known else ():
            if function.name in own:
                continue
            for call in _own_calls(function):
                if isinstance(call.func, ast.Name | ast.Attribute) and dotted(call.func) in known:
                    found += _wrong_pair(source, function.name, call)
    none_of(found)


def _wrappers(source: Source) -> set[str]:
    writers = _names_of_write(source)
    return {function.name for function in source.functions() if _passes_on(function, writers)}


def _names_of_wrappers(source: Source, given: Mapping[str, set[str]]) -> set[str]:
    """What the wrappers of other modules are called here: what they write is still written by whoever calls them."""
    return {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in given.get(node.module or "", ())
    }


def _names_of_write(source: Source) -> set[str]:
    """What the journal's `write` is called in this module."""
    names: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "moothall.journal.actions":
            names |= {alias.asname or alias.name for alias in node.names if alias.name == "write"}
        elif isinstance(node, ast.ImportFrom) and node.module == "moothall.journal":
            names |= {f"{alias.asname or alias.name}.write" for alias in node.names if alias.name == "actions"}
    return names


def _passes_on(function: ast.FunctionDef | ast.AsyncFunctionDef, writers: set[str]) -> bool:
    """Whether a function fills in what some entries share, and is given the kind as its argument: a private one, or one
    that is called `write_…` and serves several modules."""
    parameters = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    return function.name.startswith(("_", "write_")) and any(
        dotted(call.func) in writers
        and call.args
        and isinstance(call.args[0], ast.Name)
        and call.args[0].id in parameters
        for call in _own_calls(function)
    )


def _kind(call: ast.Call) -> ast.expr | None:
    """The kind: the first argument that is written out and has a dot, else the first."""
    written = [a for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str) and "." in a.value]
    return (written or call.args or [None])[0]


def _own_calls(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.Call]:
    inner = {
        n for child in ast.walk(function) if child is not function and _is_function(child) for n in ast.walk(child)
    }
    return [node for node in ast.walk(function) if isinstance(node, ast.Call) and node not in inner]


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _wrong_pair(source: Source, function: str, call: ast.Call) -> list[str]:
    place = f"{source.name}:{call.lineno} {function}"
    kind = _kind(call)
    if not isinstance(kind, ast.Constant) or not isinstance(kind.value, str):
        return [f"{place}: the kind must be written out"]
    noun, _, verb = kind.value.partition(".")
    public = {each.name for each in source.functions()} if function.startswith("_") else set()
    named = f"{verb}_{noun}"
    return [] if named in {function, *public} else [f"{place} writes {kind.value}, so it must be {named}"]


def test_set_up_needs_the_standard_library_alone() -> None:
    """`./moot` runs before anything is installed; what it takes of moothall.lib is held to the same."""
    allowed = {*sys.stdlib_module_names, "tooling", "__future__"}
    ours = ("progress", "one_demo")
    taken = [source for source in sources("src/moothall/lib") if source.path.stem in ours]
    found = [
        f"{source.name} imports {module}"
        for source in (*sources("tooling"), *taken)
        for module in source.imports()
        if module.split(".")[0] not in allowed and module not in {f"moothall.lib.{name}" for name in ours}
    ]
    none_of(found)
    assert not {"ensurepip"} & {module for source in sources("tooling") for module in source.imports()}


def test_every_word_of_the_command_line_is_complete() -> None:
    from moothall.cli.main import words

    known = words()
    assert {"serve", "live", "worker", "demo", "migrate"} <= set(known)
    assert [word for word, about in known.items() if not about] == []
    roles = {"owner", "web", "worker", "router", "report", "public", None}
    for word in known:
        tree = ast.parse((CODE / "cli" / f"{word.replace('-', '_')}.py").read_text(encoding="utf-8"))
        role = [node.value for node in tree.body if isinstance(node, ast.Assign) and dotted(node.targets[0]) == "ROLE"]
        assert role, f"{word} names no ROLE"
        assert isinstance(role[0], ast.Constant) and role[0].value in roles, word


def test_no_app_has_two_last_migrations() -> None:
    """Two changes that each add one to the same app meet without a conflict in any file, and `migrate` stops then."""
    assert MigrationLoader(None).detect_conflicts() == {}


@pytest.mark.parametrize(
    "text", ["x.cursor()", "Model.objects.raw('SELECT 1')", "RawSQL('1', [])", "q.extra(where=[])"]
)
def test_the_rule_on_raw_sql_sees(text: str) -> None:
    assert RAW_SQL.search(text)


def test_the_rule_on_journal_kinds_sees_a_wrong_pair() -> None:
    text = "from moothall.journal.actions import write\ndef close_case():\n    write('case.open')\n"
    source = Source(CODE / "x.py", text, ast.parse(text))
    (function,) = source.functions()
    (call,) = _own_calls(function)
    assert _names_of_write(source) == {"write"}
    assert "must be open_case" in _wrong_pair(source, function.name, call)[0]


def test_the_rule_on_journal_kinds_sees_a_wrapper_of_another_module() -> None:
    given = {"moothall.x": {"write_entry"}}
    text = "from moothall.x import write_entry as put\ndef close_case():\n    put('case.open')\n"
    assert _names_of_wrappers(Source(CODE / "y.py", text, ast.parse(text)), given) == {"put"}


def _lines_with(pattern: re.Pattern[str], among: list[Source]) -> list[str]:
    return [
        f"{source.name}:{number} {line.strip()}"
        for source in among
        for number, line in enumerate(source.text.splitlines(), 1)
        if pattern.search(line)
    ]
