"""A condition as a service designer would say it: `bin == "food" && !known(tag)` reads “Which bin” is Food and “Tag”
isn't known."""

from __future__ import annotations

import re
from datetime import date

from moothall.domain.interview.expressions import KNOWN, Condition
from moothall.domain.interview.model import Script
from moothall.domain.interview.terms import AMONG, OTHER, VERSUS, Settled, Term
from moothall.domain.interview.tree import Call, Const, Items, Name, Node
from moothall.domain.interview.words import spoken_day, spoken_time, unfilled

LANGUAGE = "en"
_NUMBERS = {"_==_": "is", "_!=_": "isn't", "_<_": "is under", "_<=_": "is at most", "_>_": "is over",
            "_>=_": "is at least"}  # fmt: skip
_DAYS = {**_NUMBERS, "_<_": "is before", "_<=_": "is on or before", "_>_": "is after", "_>=_": "is on or after"}
_SUMS = {"_+_": "plus", "_-_": "minus"}


def plainly(condition: Condition, script: Script) -> str:
    """The condition in words."""
    return _Speaker(script).truth(condition.tree)


def sum_of(condition: Condition, script: Script, *, truth: bool) -> str:
    """What a step works out, in words."""
    speaker = _Speaker(script)
    return speaker.truth(condition.tree) if truth else speaker.value(condition.tree)


def called(script: Script, name: str) -> str:
    """What a name is called: the short text of its step, else the name in words."""
    step = script.step(name)
    short = unfilled(step.short.get(LANGUAGE)) if step else ""
    return f"“{short}”" if short else name.replace("_", " ")


def settled(script: Script, term: Term, value: Settled) -> str:
    """What a way settled, as an example of it: “Which bin” is Garden, property count (property_count) is 1. A name that
    no question stands for is told beside its words: it is what a designer looks for in the file."""
    if VERSUS in term:
        one, two = (_side(script, each) for each in term.split(VERSUS))
        day = any(kind_of(script, each) == "date" for each in term.split(VERSUS))
        signs = {-1: "before", 0: "the same day as", 1: "after"} if day else {-1: "under", 0: "as much as", 1: "over"}
        return f"{one} is {signs.get(int(value), '')} {two}"
    if term.startswith("known("):
        name = _side(script, term.removeprefix("known(").removesuffix(")"))
        return f"{name} is known" if value else f"{name} isn't known"
    if among := AMONG.fullmatch(term):
        words = _Speaker(script).literal(among[1], among[2])
        return f"{_side(script, among[2])} {'has' if value else 'doesn’t have'} {words}"
    return f"{_side(script, term)} is {_said(script, term, value)}"


def _said(script: Script, term: Term, value: Settled) -> str:
    if value == OTHER:
        return "something else"
    if kind_of(script, term) == "date" and isinstance(value, int):
        return _day(date.fromordinal(value).isoformat())
    return _Speaker(script).literal(value, term)


def kind_of(script: Script, name: str) -> str:
    variable = script.variables.get(name)
    return variable.kind if variable else ""


def _side(script: Script, term: Term) -> str:
    """A name in words; what is worked out of several stays as it is written."""
    if sized := re.fullmatch(r"size\((\w+)\)", term):
        return f"how many of {_side(script, sized[1])}"
    if term not in script.variables:
        return term
    name = called(script, term)
    return name if name.startswith("“") else f"{name} ({term})" if "_" in term else name


class _Speaker:
    def __init__(self, script: Script) -> None:
        self.script = script

    def truth(self, node: Node, within: str = "") -> str:
        """`within` is the connective around it: another one beneath stands in brackets."""
        match node:
            case Const(bool() as value):
                return "always" if value else "never"
            case Call("_&&_" | "_||_", (left, right)):
                joined = " and " if node.function == "_&&_" else " or "
                said = joined.join(self.truth(each, node.function) for each in (left, right))
                return f"({said})" if within not in ("", node.function) else said
            case Call("!_", (each,)):
                return self.untruth(each)
            case Call("_?_:_", (test, then, other)):
                return f"if {self.truth(test)} then {self.truth(then)}, else {self.truth(other)}"
            case Name(name) if name.startswith(KNOWN):
                return f"{called(self.script, name.removeprefix(KNOWN))} is known"
            case Name(name):
                return f"{called(self.script, name)} is yes"
            case Call("@in", (each, Items(items))):
                return f"{self.value(each)} is {' or '.join(self.value(item, self.key(each)) for item in items)}"
            case Call("@in", (each, Name(name))):
                return f"{self.value(each, name)} is among {called(self.script, name)}"
            case Call("same_address", (one, other)):
                return f"{self.value(one)} is the same address as {self.value(other)}"
            case Call(function, (left, right)) if function in _NUMBERS:
                signs = _DAYS if "date" in (self.kind(left), self.kind(right)) else _NUMBERS
                return f"{self.value(left, self.key(right))} {signs[function]} {self.value(right, self.key(left))}"
        return self.value(node)

    def untruth(self, node: Node) -> str:
        match node:
            case Name(name) if name.startswith(KNOWN):
                return f"{called(self.script, name.removeprefix(KNOWN))} isn't known"
            case Name(name):
                return f"{called(self.script, name)} is no"
            case Call("@in", (each, Name(name))):
                return f"{self.value(each, name)} isn't among {called(self.script, name)}"
        return f"not ({self.truth(node)})"

    def key(self, node: Node) -> str:
        return node.name if isinstance(node, Name) else ""

    def kind(self, node: Node) -> str:
        variable = self.script.variables.get(self.key(node))
        if variable:
            return variable.kind
        return "date" if isinstance(node, Call) and node.function in ("date", "add_days", "add_working_days") else ""

    def value(self, node: Node, beside: str = "") -> str:
        """A value; a literal is said as what stands `beside` it has it: an option's label, pounds, a time."""
        match node:
            case Const(value):
                return self.literal(value, beside)
            case Name(name):
                return called(self.script, name)
            case Call("date", (Const(str() as text),)):
                return _day(text)
            case Call("date", (each,)):
                return self.value(each)
            case Call("days_between", (first, last)):
                return f"the days from {self.value(first)} to {self.value(last)}"
            case Call("add_days" | "add_working_days", (day, number)):
                kind = "days" if node.function == "add_days" else "working days"
                return f"{self.value(number).removesuffix(' days')} {kind} after {self.value(day)}"
            case Call("size", (each,)):
                return f"how many of {self.value(each)}"
            case Call("_?_:_", (test, then, other)):
                return f"{self.value(then)} if {self.truth(test)}, else {self.value(other)}"
            case Call(function, (left, right)) if function in _SUMS:
                return f"{self.value(left)} {_SUMS[function]} {self.value(right)}"
            case Items(items):
                return ", ".join(self.value(item) for item in items)
        return self.truth(node, "?") if isinstance(node, Call) else "?"

    def literal(self, value: str | int | bool, beside: str) -> str:
        step = self.script.step(beside)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int):
            variable = self.script.variables.get(beside)
            if variable and variable.kind == "time":
                return spoken_time(value)
            return f"£{value / 100:,.2f}" if step and step.field.kind == "money" else f"{value:,}"
        options = step.field.options if step else ()
        label = next((option.label.get(LANGUAGE) for option in options if option.value == value), "")
        return label or str(value).replace("_", " ")


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{spoken_day(day)} {day.year}"
