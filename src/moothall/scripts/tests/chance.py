"""Facts and answers by chance, of the classes that a script's own conditions tell apart."""

from __future__ import annotations

from datetime import date, timedelta

from moothall.domain.interview.answers import accept, choices
from moothall.domain.interview.model import SEVERAL, gives
from moothall.domain.interview.run import Ask, Effect, LookUp
from moothall.domain.interview.terms import candidates, tests_in

TODAY = date(2026, 12, 24)
TYPED = {"postcode": "LE167AA", "phone": "07700 900123", "reach": "a@b.example", "email": "a@b.example",
         "person": "O'Brien", "address": "Plot 7, The Orchard", "money": "24.50", "point": "By the church"}  # fmt: skip
TRIES = 4


class Chance:
    """What may be true of a script. `pick` chooses one of several."""

    def __init__(self, script, pick):
        self.script, self.pick = script, pick
        tests = {}
        for step in script.steps:
            rules = (must.that for must in step.field.must)
            for condition in (*step.conditions, *rules, *([step.value] if step.value else ())):
                for term, test in tests_in(condition):
                    tests.setdefault(term, set()).add(test)
        self.classes = {
            name: candidates(name, tests[name], variable)
            for name, variable in script.variables.items() if name in tests
        }  # fmt: skip

    def value(self, name):
        """One that the variable can be."""
        variable = self.script.variables[name]
        if not variable.always and self.pick([True, False]):
            return None
        found = [each for each in self.classes.get(name, variable.values) if not isinstance(each, bool)]
        match variable.kind:
            case "truth":
                return self.pick([True, False])
            case "choices":
                return self.pick([[["1", "One"], [TODAY.isoformat(), "A day"]], [["1", "One"]]])
            case "date":
                days = [date.fromordinal(day) for day in found if day > 0]
                return self.pick([TODAY + timedelta(days=apart) for apart in (-60, -1, 0, 1, 9)] + days).isoformat()
            case "text":
                return self.pick(found or ["7"])
        return self.pick([*found, 0, 1, 2, 5])

    def answer(self, step, values):
        """One that is taken, if it can be found by trying; else the last that was tried."""
        typed = ""
        for _ in range(TRIES):
            typed = self.typed(step.field, [value for value, _ in choices(self.script, step, values)])
            kept = accept(self.script, step, typed, values, frozenset())
            if isinstance(kept, str):
                return kept
        return typed

    def typed(self, field, listed):
        if field.optional and self.pick([True, False]):
            return ""
        if field.kind in SEVERAL:
            return "\n".join(value for value in listed if self.pick([True, False]))
        if listed:
            return self.pick(listed)
        if field.kind == "whole":
            least = field.least or 0
            return str(self.pick([least, least + 1, field.most or least + 9]))
        if field.kind == "date":
            return (TODAY + timedelta(days=self.pick([-30_000, -20_000, -90, -1, 0, 1, 60]))).isoformat()
        return TYPED.get(field.kind, "Said")

    def settle(self, stop, known):
        """What a walk's stop wanted is there: the facts, answers and effects that are known then, all put anew."""
        facts, answers, effects = known["facts"], known["answers"], known["effects"]
        match stop:
            case LookUp(step, _):
                facts = {**facts, **{name: self.value(name) for name in gives(step)}}
            case Effect(step, _):
                effects = {**effects, step.key: {name: self.value(name) for name in gives(step)}}
            case Ask(step, values):
                answers = {**answers, step.key: self.answer(step, values)}
        return {"facts": facts, "answers": answers, "effects": effects}
