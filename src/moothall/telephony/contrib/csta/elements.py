"""Reading XML that comes from outside: straight on expat, no DTD, no entities, depth at most 32, names without
namespaces.

Expat is used directly because the hardened pure-Python parsers cost ten times as much, which a hundred calls a second
would feel.
"""

from __future__ import annotations

from xml.parsers import expat

DEEPEST = 32
MOST_ELEMENTS = 20_000
STANDARDS = "http://www.ecma-international.org/standards/"


class BadXml(Exception):
    """Not XML, or XML that we refuse to read."""


class Node:
    """An element: local name, namespace, own text, children in order."""

    __slots__ = ("children", "name", "namespace", "text")

    def __init__(self, name: str, namespace: str = "") -> None:
        self.name, self.namespace, self.text = name, namespace, ""
        self.children: list[Node] = []

    def child(self, name: str) -> Node | None:
        """The first child of that name."""
        for child in self.children:
            if child.name == name:
                return child
        return None

    def text_of(self, *path: str) -> str:
        """The text at the end of a path of names, stripped; nothing if it isn't there."""
        node: Node | None = self
        for name in path:
            node = node.child(name) if node else None
        return node.text.strip() if node else ""

    def find(self, name: str) -> Node | None:
        """The first descendant of that name at any depth."""
        for child in self.children:
            if child.name == name:
                return child
            if child.children and (found := child.find(name)):
                return found
        return None

    def all(self, name: str) -> list[Node]:
        """All descendants of that name, in document order."""
        found = []
        for child in self.children:
            if child.name == name:
                found.append(child)
            found += child.all(name)
        return found


class _Builder:
    def __init__(self) -> None:
        self.open: list[Node] = []
        self.root: Node | None = None
        self.count = 0

    def start(self, name: str, _: object) -> None:
        namespace, _, local = name.rpartition(" ")
        node = Node(local, namespace)
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST_ELEMENTS:
            raise BadXml("too deep" if len(self.open) >= DEEPEST else "too many elements")
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def end(self, _: str) -> None:
        self.open.pop()

    def text(self, data: str) -> None:
        self.open[-1].text += data


def _refuse_dtd(*_: object) -> None:
    raise BadXml("a document type is not accepted")


def parse(body: bytes) -> Node:
    """The root of one document; raises BadXml. The bytes decide their encoding, as XML says."""
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.EntityDeclHandler = _refuse_dtd
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise BadXml(str(problem)) from None
    if builder.root is None:
        raise BadXml("no element")
    return builder.root
