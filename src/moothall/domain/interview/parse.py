"""From a script's data (as YAML gives it) to a `Script`, with findings that say where and what.

Pure: the reader of the file hands in plain mappings and a function that tells where a key stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, cast

from moothall.domain.findings import Finding, Place
from moothall.domain.interview import grammar
from moothall.domain.interview.declare import NAME, given_as
from moothall.domain.interview.expand import Library, expand, write_out
from moothall.domain.interview.expressions import Condition, Vocabulary
from moothall.domain.interview.fields import FieldReader
from moothall.domain.interview.model import HIGHEST_LEVEL, Call, Ending, Field, Mark, Script, Step, StepKind
from moothall.domain.interview.overlay import lay_over
from moothall.domain.interview.reading import Data, PlaceOf


def parse(
    data: Any,
    place: PlaceOf = lambda _data, _key: Place(),
    library: Library | None = None,
    overlay: Any = None,
) -> tuple[Script | None, list[Finding]]:
    """The script, or None when a finding forbids it. `place(mapping, key)` tells where a key stands in its file;
    `library` holds the sub-scripts that it may use; `overlay` is one council's own way with it."""
    parser = _Parser(place)
    return parser.script(data, library or {}, overlay), parser.findings


class _Parser(FieldReader):
    def script(self, data: Any, library: Library, overlay: Any = None) -> Script | None:
        if not isinstance(data, Mapping):
            words = "A script is a mapping with script, service, title and steps"
            self.find("script-form", words, data, None, "Write script:, service:, title: and steps:, each on its line.")
            return None
        self.keys(data, grammar.TOP)
        for key in ("script", "service", "title", "steps"):
            if key not in data:
                self.find("script-form", f"“{key}” is missing", data, None, f"Add {key}: to the script.")
        if self.findings:
            return None
        steps, parameters = expand(data, library, self)
        if overlay is not None:
            steps = self.overlaid(steps, overlay, library, parameters)
        for told in parameters:
            self.parameters(told)
        self.declare(steps)
        self.vocabulary = Vocabulary({name: variable.kind for name, variable in self.variables.items()})
        walked = tuple(self.steps(steps, (), data))
        script = self.made(data, walked)
        return None if any(finding.severity == "error" for finding in self.findings) else script

    def overlaid(self, steps: Any, overlay: Any, library: Library, parameters: list[Data]) -> Any:
        def expanded(put_in: Any) -> Any:
            written_out, brought = write_out(put_in, library, self)
            parameters.extend(brought)
            return written_out

        return lay_over(steps, overlay, self, expanded)

    def made(self, data: Data, steps: tuple[Step, ...]) -> Script:
        discreet = self.condition(data, "discreet")
        if discreet and data.get("sub") is True:
            remedy = "Say it in the scripts that use it."
            self.find("discreet", "A sub-script can't be discreet", data, "discreet", remedy)
        interrupt = data.get("interrupt", "")
        if not isinstance(interrupt, str) or (interrupt and not NAME.fullmatch(interrupt)):
            self.find("name", f"“{interrupt}” can't be a name", data, "interrupt", "Write one word, like risk.")
        return Script(
            key=str(data["script"]),
            service=str(data["service"]),
            title=self.words(data, "title"),
            variables=MappingProxyType(self.variables),
            steps=steps,
            defaults=MappingProxyType(self.defaults),
            vocabulary=self.vocabulary,
            asked=MappingProxyType(self.asked),
            about=self.whole(data, "about", 8, 1),
            rank=self.whole(data, "rank", 5),
            longest=self.whole(data, "longest", 0, 1) if "longest" in data else 0,
            level=self.whole(data, "level", 0, 0, HIGHEST_LEVEL),
            web=self.truth(data, "web", True),
            sub=self.truth(data, "sub"),
            interrupt=str(interrupt),
            discreet=discreet[0] if discreet else None,
            found_by=MappingProxyType(dict(self.phrases(data, "found_by"))),
        )

    def steps(self, data: Any, conditions: tuple[Condition, ...], within: Data) -> Iterable[Step]:
        for item in self.listed(data, within, "steps"):
            verb = grammar.verb_of(item)
            self.within = str(item.get("key") or item.get(verb) or "")
            if not verb:
                self.nothing(item)
                continue
            self.keys(item, grammar.allowed(verb), grammar.BY_VERB if verb == "say" else ())
            own = (*conditions, *self.condition(item, "when"))
            if verb == "group":
                yield from self.steps(item.get("steps"), own, item)
            elif verb != "use":  # one that couldn't be found
                yield self.step(item, verb, own)
            self.within = ""

    def nothing(self, data: Data) -> None:
        """A step without a verb; one that is misspelt is named."""
        verbs = [*grammar.BY_VERB, "say"]
        near = [(key, found[0]) for key in data if (found := get_close_matches(str(key), verbs, n=1))]
        words = f"This step does nothing: “{near[0][0]}” isn't known" if near else "This step does nothing"
        remedy = f"Did you mean “{near[0][1]}”?" if near else f"Give it {', '.join(verbs)}."
        self.find("step-form", words, data, near[0][0] if near else None, remedy)

    def step(self, data: Data, verb: str, conditions: tuple[Condition, ...]) -> Step:
        key = data.get("key") or data.get(verb)
        if not isinstance(key, str):
            self.find("step-form", "This step has no key", data, None, "Add key: with a short name.")
        value = self.condition(data, "work_out", data.get("kind", "truth"))
        replies = self.listed(data.get("if_they_say"), data, "if_they_say", "replies")
        for pair in replies:
            self.keys(pair, grammar.REPLY)
        return Step(
            key=str(key),
            kind=cast(StepKind, verb),
            conditions=conditions,
            say=self.words(data, "say"),
            do=self.words(data, "do"),
            why=self.words(data, "why"),
            short=self.words(data, "short"),
            if_they_say=tuple((self.words(pair, "they"), self.words(pair, "you")) for pair in replies),
            field=self.field(data) if verb == "ask" else Field(),
            call=self.call(data, verb) if verb in ("look_up", "effect") else None,
            value=value[0] if value else None,
            ending=self.ending(data) if verb == "end" else None,
            page=self.words(data, "page"),
            hint=self.words(data, "hint"),
            help=self.words(data, "help"),
            know=str(data.get("know", "")),
            place=self.located(data, verb),
        )

    def call(self, data: Data, verb: str) -> Call:
        marks = []
        for item in self.listed(data.get("marks"), data, "marks", "marks"):
            self.keys(item, grammar.MARK)
            when = self.condition(item, "when")
            marks.append(Mark(str(item.get("mark")), when[0] if when else None))
        protect = self.condition(data, "protect")
        return Call(
            str(data[verb]),
            tuple((str(k), str(v)) for k, v in self.mapping(data, "with").items()),
            tuple((str(k), v) for k, v in self.mapping(data, "fixed").items()),
            tuple(marks),
            self.words(data, "told"),
            self.words(data, "title"),
            tuple(given_as(data)),
            str(data.get("undo", "")),
            protect[0] if protect else None,
        )

    def ending(self, data: Data) -> Ending:
        outcome = data.get("outcome")
        if outcome not in grammar.OUTCOMES:
            remedy = f"There are {', '.join(grammar.OUTCOMES)}."
            self.find("outcome", f"“{outcome}” isn't an outcome", data, "outcome", remedy)
        return Ending(str(outcome), str(data.get("code") or ""), str(data.get("then", "")))  # `check` wants a code
