"""The small faults of the bench of mutations: one at a time in a Python module or in a file of SQL functions."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
# What is written in these capitals in a string is taken for SQL, and has faults of its own.
IS_SQL = re.compile(r"\b(SELECT|CREATE|ALTER|GRANT|REVOKE|DELETE FROM|WITH CHECK|INSERT INTO| AND )\b")
_Spot = tuple[ast.AST, frozenset[int], bool]


@dataclass(frozen=True, slots=True)
class Fault:
    file: Path
    line: int
    text: str  # the whole file with the fault
    diff: str
    lines: frozenset[int] = frozenset()  # the statement's own: a trace may name any of them
    at_import: bool = False  # outside every function
    function: str = ""  # of SQL: in which it is, if in any

    @property
    def key(self) -> str:
        return sha256(f"{self.file}\n{self.text}".encode()).hexdigest()

    @property
    def name(self) -> str:
        """Which change it is, wherever in its file it stands by now."""
        told = [line for line in self.diff.splitlines() if not line.startswith(("@@", "---", "+++"))]
        return sha256("\n".join([str(self.file), *told]).encode()).hexdigest()[:12]


def faults_of(file: Path, source: str) -> Iterator[Fault]:
    """Every fault of a file, one at a time."""
    return sql_faults(file, source) if file.suffix == ".sql" else _python_faults(file, source)


def _python_faults(file: Path, source: str) -> Iterator[Fault]:
    tree = ast.parse(source)
    plain = ast.unparse(tree)
    spots = {node: (lines, outside) for node, lines, outside in _spots(tree)}
    for node in list(ast.walk(tree)):
        before = {field: getattr(node, field) for field in node._fields}
        for new in _changed(node):
            for field in node._fields:
                setattr(node, field, getattr(new, field))
            text = ast.unparse(ast.fix_missing_locations(tree))
            yield Fault(file, getattr(node, "lineno", 0), text, _diff(file, plain, text), *spots[node])
            for field, value in before.items():
                setattr(node, field, value)


def _diff(file: Path, before: str, after: str) -> str:
    return "\n".join(unified_diff(before.splitlines(), after.splitlines(), str(file), str(file), lineterm="", n=1))


def _spots(node: ast.AST, lines: frozenset[int] = frozenset(), outside: bool = True) -> Iterator[_Spot]:
    """Every node with the lines of the statement around it, and whether it runs at the module's import."""
    if isinstance(node, ast.stmt):
        first = node.body[0].lineno if isinstance(node, ast.If | ast.For | ast.While | ast.With) else None
        lines = frozenset(range(node.lineno, max(node.lineno, (first - 1) if first else node.end_lineno or 0) + 1))
    yield node, lines, outside
    for child in ast.iter_child_nodes(node):
        inside = isinstance(node, FUNCTIONS) and child in node.body
        yield from _spots(child, lines, outside and not inside)


def _changed(node: ast.AST) -> list[ast.AST]:
    """What may stand in the place of a node: nodes of its own kind."""
    match node:
        case ast.Compare(left, ops, comparators):
            return [
                ast.Compare(left, [*ops[:at], SWAPPED[type(op)](), *ops[at + 1:]], comparators)  # type: ignore[list-item]
                for at, op in enumerate(ops) if type(op) in SWAPPED
            ]
        case ast.BoolOp(op, values):
            return [ast.BoolOp(SWAPPED[type(op)](), values)]  # type: ignore[arg-type]
        case ast.BinOp(left, op, right) if type(op) in SWAPPED:
            return [ast.BinOp(left, SWAPPED[type(op)](), right)]  # type: ignore[arg-type]
        case ast.Constant(bool() as value):
            return [ast.Constant(not value)]
        case ast.Constant(int() as value):
            return [ast.Constant(value + 1)]
        case ast.Constant(str() as value) if IS_SQL.search(value) and not value.count(". "):
            return [ast.Constant(text) for text, _, _ in _sql_changes(value)]
        case ast.If(test, body, orelse):
            return [ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)]
    return []


# -- SQL: the text is cut into words, strings, signs and comments, and one of them is changed --------------------------

TOKEN = re.compile(
    r"(?P<comment>--[^\n]*)|(?P<string>'(?:[^']|'')*')|(?P<name>\"[^\"]*\"|[A-Za-z_][\w.]*)|(?P<number>\d+)"
    r"|(?P<sign><=|>=|<>|:=|::|\|\||[-+*/<>=(),;])")
SIGNS = {"<=": "<", "<": "<=", ">=": ">", ">": ">=", "=": "<>", "<>": "=", "+": "-", "-": "+"}
WORDS = {"AND": "OR", "OR": "AND", "EXISTS": "IS NULL"}
ENDS_CONDITION = {"AND", "OR", "THEN", "WHERE", "GROUP", "ORDER", "HAVING", "INTO", "FROM", "JOIN", "LEFT", "ON",
                  "UNION", "ELSE", "LOOP", "WHEN", "END", ";"}
CLAUSES = {"WHERE", "ON", "HAVING", "IF", "WHEN", "CHECK", "USING", "AND", "OR", "FILTER", "JOIN"}
DROPPED = {"PERFORM", "RAISE", "RETURN"}
_Change = tuple[str, int, str]  # the whole text, where, in which function


def sql_faults(file: Path, source: str) -> Iterator[Fault]:
    for text, at, function in _sql_changes(source):
        line = source.count("\n", 0, at) + 1
        yield Fault(file, line, text, _diff(file, source, text), frozenset({line}), not function, function)


def _sql_changes(source: str) -> list[_Change]:
    tokens = [found for found in TOKEN.finditer(source) if found.lastgroup != "comment"]
    found: list[_Change] = []
    function, statement = "", ""
    for at, token in enumerate(tokens):
        word, before = token[0], tokens[at - 1][0] if at else ""
        if before == "FUNCTION" and statement == "CREATE":
            function = word.rpartition(".")[2]
        elif before == "POLICY":
            function = ""
        if before in {";", "BEGIN", "THEN", "ELSE", ""} or word in {"CREATE", "REVOKE", "DROP"}:
            statement = word
        if statement in {"REVOKE", "DROP", "ALTER", "GRANT"} or word == "ALTER":
            continue
        for start, end, new in _replaced(tokens, at, statement):
            found.append((source[:start] + new + source[end:], token.start(), function))
    return found


def _replaced(tokens: list[re.Match[str]], at: int, statement: str) -> Iterator[tuple[int, int, str]]:
    """Where a change begins and ends, and what stands there instead."""
    token, word = tokens[at], tokens[at][0]
    before, after = (tokens[near][0] if 0 <= near < len(tokens) else "" for near in (at - 1, at + 1))
    start, end = token.span()
    if statement in DROPPED and word == statement and before in {";", "BEGIN", "THEN", "ELSE"} and after != "NEW":
        yield start, next(each.start() for each in tokens[at:] if each[0] == ";"), "NULL"
    if statement == "RAISE" or word == "RAISE":
        return
    if word == "=" and after == "ANY":
        yield start, tokens[at + 1].end(), "<> ALL"
    elif word == "<>" and after == "ALL":
        yield start, tokens[at + 1].end(), "= ANY"
    elif word in SIGNS and not _assigns(tokens, at):
        yield start, end, SIGNS[word]
    elif word in {"AND", "OR"} and after != "REPLACE" and not _of_between(tokens, at):
        yield start, end, WORDS[word]
        yield start, _end_of_condition(tokens, at), ""
    elif word == "NOT" and before == "IS":
        yield start, end, ""
    elif word == "NULL" and before == "IS":
        yield start, end, "NOT NULL"
    elif word == "NOT" and after == "EXISTS":
        yield start, end, ""
    elif token.lastgroup == "number":
        yield start, end, str(int(word) + 1)
    elif token.lastgroup == "string" and before in {"=", "<>", "(", ","} and re.fullmatch(r"'[a-z_]+'", word):
        yield start, end, f"{word[:-1]}x'"
    elif before == "interval" and (number := re.search(r"\d+", word)):
        yield start, end, word.replace(number[0], str(int(number[0]) + 1))


def _assigns(tokens: list[re.Match[str]], at: int) -> bool:
    """`SET service = excluded.service, …` sets, and compares nothing."""
    for token in reversed(tokens[:at]):
        if token[0] in CLAUSES or token[0] == ";":
            return False
        if token[0] == "SET":
            return True
    return False


def _of_between(tokens: list[re.Match[str]], at: int) -> bool:
    """The AND of `BETWEEN 1 AND 31` joins no conditions, and without it there is no SQL."""
    ends = {"BETWEEN", "(", ")"} | ENDS_CONDITION
    return tokens[at][0] == "AND" and next(
        (token[0] for token in reversed(tokens[:at]) if token[0] in ends), "") == "BETWEEN"


def _end_of_condition(tokens: list[re.Match[str]], at: int) -> int:
    depth = 0
    for near, token in enumerate(tokens[at + 1:], at + 1):
        ends = token[0] in ENDS_CONDITION or token[0] in {")", ","}
        if depth == 0 and ends and not _of_between(tokens, near):
            return token.start()
        depth += {"(": 1, ")": -1}.get(token[0], 0)
    return tokens[-1].end()
