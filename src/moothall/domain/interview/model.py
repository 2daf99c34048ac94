"""A script: an ordered tree of steps. Frozen values; `parse` makes them, `run` walks them, `check` proves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from moothall.domain.findings import Place
from moothall.domain.interview.expressions import Condition, Kind, Vocabulary

StepKind = Literal["say", "ask", "look_up", "work_out", "effect", "end", "group"]
FieldKind = Literal[
    "none", "radio", "text", "notes", "postcode", "property", "date", "phone", "mobile", "email", "reach",
    "choices", "checklist", "money", "whole", "person", "file", "point", "reference", "address",
]  # fmt: skip
Source = Literal["parameter", "fixed", "run", "fact", "answer", "worked_out", "result"]


@dataclass(frozen=True, slots=True)
class Words:
    """A text by language: `(("en", "Which bin was it?"),)`."""

    by_language: tuple[tuple[str, str], ...] = ()

    def get(self, language: str) -> str:
        """The text in that language, else in the first that there is, else ""."""
        return dict(self.by_language).get(language) or next(iter(self.values()), "")

    def values(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.by_language)

    def __bool__(self) -> bool:
        return bool(self.by_language)


NO_WORDS = Words()
_NOWHERE = Place()
KIND_OF_FIELD: dict[FieldKind, Kind] = {
    "none": "text",
    "radio": "text",
    "text": "text",
    "notes": "text",
    "postcode": "text",
    "property": "text",
    "date": "date",
    "phone": "text",
    "mobile": "text",  # one that gets texts
    "email": "text",
    "reach": "text",  # a telephone number or an e-mail address
    "choices": "choices",
    "checklist": "choices",  # documents: those chosen are to hand, or will be sent
    "money": "whole",  # pence
    "whole": "whole",
    "person": "text",
    "address": "text",  # a postal one, written out: it isn't in the list
    "reference": "text",  # of a case: its check letter is judged
    "file": "choices",
    "point": "text",  # "lat,lon", where it is in words, or the one on a line before the other
}
SEVERAL: tuple[FieldKind, ...] = ("choices", "checklist", "file")  # kept as lines, one a choice
CHANNELS = ("phone", "web")
HIGHEST_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that conditions and texts may use. `values` are all it can be, where they are few."""

    name: str
    kind: Kind
    source: Source
    always: bool = False  # a parameter with a default, or a fact that its look-up always gives
    values: tuple[str | int | bool, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def from_start(self) -> bool:
        """Whether it is there before the first step."""
        return self.source in ("parameter", "fixed", "run")


BUILT_IN = (
    Variable("channel", "text", "run", True, CHANNELS),
    Variable("level", "whole", "run", True, least=0, most=HIGHEST_LEVEL),  # how far it is proved who the caller is
)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a council is asked for a parameter. `field` is `money` or `phone` where its kind alone doesn't say how it is
    typed; `values` has words for those that it can be."""

    label: Words = NO_WORDS
    hint: Words = NO_WORDS
    field: FieldKind = "none"
    values: tuple[tuple[str, Words], ...] = ()


NOT_SAID = Asked()


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: Words
    when: Condition | None = None
    why: Words = NO_WORDS
    alone: bool = False  # chosen with nothing else: "none of these"


@dataclass(frozen=True, slots=True)
class Must:
    """What an answer must fulfil beyond its kind, and what to say where it doesn't."""

    that: Condition
    words: Words


@dataclass(frozen=True, slots=True)
class Field:
    """What is typed or chosen at an `ask` step. `options_from` names a fact with (value, label) pairs."""

    kind: FieldKind = "none"
    options: tuple[Option, ...] = ()
    options_from: str = ""
    optional: bool = False
    longest: int = 200
    missing: Words = NO_WORDS  # what to say when nothing was chosen or typed
    least: int | None = None
    most: int | None = None
    must: tuple[Must, ...] = ()


_NO_FIELD = Field()


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that a case carries, under a condition."""

    word: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A look-up or an effect by name: `with_` maps its arguments to variables, `fixed` to values."""

    name: str
    with_: tuple[tuple[str, str], ...] = ()
    fixed: tuple[tuple[str, str | int | bool], ...] = ()
    marks: tuple[Mark, ...] = ()
    told: Words = NO_WORDS
    title: Words = NO_WORDS
    gives: tuple[tuple[str, str], ...] = ()  # (variable, the result's own name)
    undo: str = ""  # the effect that takes this one back
    protect: Condition | None = None  # where it holds, whoever its case is about is protected from then on


@dataclass(frozen=True, slots=True)
class Ending:
    """How the need ends: `outcome` is the contact centre's, `code` the service's wrap-up code.

    `then` is the script of the need that people with this one often have next.
    """

    outcome: str
    code: str
    then: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `conditions` are its own and its groups' `when`s: all must hold."""

    key: str
    kind: StepKind
    conditions: tuple[Condition, ...] = ()
    say: Words = NO_WORDS
    do: Words = NO_WORDS
    why: Words = NO_WORDS
    short: Words = NO_WORDS  # the line in "so far", and the question on a case
    page: Words = NO_WORDS  # what the public page says instead of `say`
    hint: Words = NO_WORDS
    help: Words = NO_WORDS
    know: str = ""  # the key of an article
    if_they_say: tuple[tuple[Words, Words], ...] = ()
    field: Field = _NO_FIELD
    call: Call | None = None
    value: Condition | None = None  # work_out
    ending: Ending | None = None
    place: Place = _NOWHERE


@dataclass(frozen=True, slots=True)
class Script:
    """A script ready to be walked; `steps` are the leaves of the tree in order."""

    key: str
    service: str
    title: Words
    variables: Mapping[str, Variable]
    steps: tuple[Step, ...]
    defaults: Mapping[str, str | int | bool]
    vocabulary: Vocabulary = field(repr=False, compare=False)
    asked: Mapping[str, Asked] = field(default_factory=dict, repr=False, compare=False)  # of its parameters
    about: int = 8  # how many questions a usual walk asks
    rank: int = 5  # its place among the scripts of its service: the one that people need most is 1
    longest: int = 0  # the most questions that any way may ask; 0: nothing is promised
    level: int = 0  # how far it must be proved who the caller is before it begins
    web: bool = True  # whether the public may follow it alone
    sub: bool = False  # used by other scripts, never begun by itself
    interrupt: str = ""  # may be entered from any step of another, and returns there
    discreet: Condition | None = None  # while it holds, nobody beside the reader should see what the page is about
    found_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what people call it, by language

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)

    def kinds(self) -> Mapping[str, Kind]:
        return self.vocabulary.declared


def reads(step: Step) -> frozenset[str]:
    """The variables that a step's conditions and call read (its texts aside)."""
    names: set[str] = set()
    for condition in _conditions(step):
        names |= condition.reads | condition.asks_known
    for must in step.field.must:
        names |= (must.that.reads | must.that.asks_known) - {step.key}
    if step.call:
        names |= {variable for _, variable in step.call.with_}
    if step.field.options_from:
        names.add(step.field.options_from)
    return frozenset(names)


def conditions(step: Step) -> Iterator[Condition]:
    """All that a step asks: whether it comes, what it works out, which options it has, what an answer must be."""
    yield from _conditions(step)
    for must in step.field.must:
        yield must.that


def _conditions(step: Step) -> Iterator[Condition]:
    yield from step.conditions
    if step.value:
        yield step.value
    for option in step.field.options:
        if option.when:
            yield option.when
    for mark in step.call.marks if step.call else ():
        if mark.when:
            yield mark.when
    if step.call and step.call.protect:
        yield step.call.protect


def gives(step: Step) -> tuple[str, ...]:
    """The variables that a step brings: its answer, its look-up's facts, its effect's results."""
    if step.kind in ("ask", "say", "work_out"):
        return (step.key,)
    return tuple(name for name, _ in step.call.gives) if step.call else ()


def texts(step: Step) -> Iterator[Words]:
    """Every text that a step may show or say while it is the step at hand, or hand on with its effect."""
    yield from (step.say, step.do, step.why, step.page, step.hint, step.help, step.field.missing)
    for pair in step.if_they_say:
        yield from pair
    for option in step.field.options:
        yield from (option.label, option.why)
    for must in step.field.must:
        yield must.words
    if step.call:
        yield from (step.call.told, step.call.title)
