"""The code as the rules see it: each Python file of ours, read and parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "src/moothall"


@dataclass(frozen=True)
class Source:
    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def module(self) -> str:
        """`moothall.scripts.actions`, as it is imported."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[1:] if parts[0] == "src" else parts)

    @property
    def is_test(self) -> bool:
        return bool({"tests", "e2e", "meta"} & set(self.path.parts)) or self.path.name == "conftest.py"

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node, walked once for all rules."""
        return tuple(ast.walk(self.tree))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Each call with the dotted name of what is called, `datetime.now` for one."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield dotted(node.func), node

    def imports(self) -> Iterator[str]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression; a call or an index within it is left out: `x().now` is `.now`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file under these folders of the repository, without tests; `src/moothall` where none is named."""
    return tuple(source for source in _all(*folders or ("src/moothall",)) if not source.is_test)


@cache
def sources_of_tests(*folders: str) -> tuple[Source, ...]:
    """Every Python file of tests under these folders."""
    return tuple(source for source in _all(*folders) if source.is_test)


def _all(*folders: str) -> Iterator[Source]:
    for folder in folders:
        yield from map(_read, sorted((ROOT / folder).rglob("*.py")))


@cache
def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path, text, ast.parse(text, str(path)))
