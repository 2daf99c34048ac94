"""What a text would change, with everything that this installation knows of it: names, people, and what is open.

The pure half is `moothall.domain.responsibility.changes`.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count

from moothall.agreements.compare import NotRead, Texts, read_texts
from moothall.agreements.halts import after_recalls, until_taken_back
from moothall.agreements.in_force import terms_of_rows
from moothall.agreements.models import AgreementVersion, Share
from moothall.agreements.open_work import Open, count_open
from moothall.agreements.register import register_from_database
from moothall.domain.plural import count
from moothall.domain.responsibility.changes import Changes, Moved
from moothall.domain.responsibility.phrases import lower
from moothall.domain.responsibility.shares import Names, ShareTerms
from moothall.people.models import Membership
from moothall.tenancy.validity import valid_at

__all__ = ["NotRead", "OpenWork", "WhatChanges", "what_version_changes", "what_would_change"]


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is open of a service that somebody else deals with from then on. None: not the reader's to count."""

    council: int
    service: int
    cases: int | None
    calls: int | None
    resolved_by: str
    will_resolve: str
    words: str


@dataclass(frozen=True, slots=True)
class WhatChanges:
    """The changes in sentences, and what is open across them. `open_work` is in the order of the changes."""

    changes: Changes
    open_work: tuple[OpenWork, ...]

    @property
    def open_cases(self) -> int:
        """How many cases are open, as far as the reader may count."""
        return sum(work.cases or 0 for work in self.open_work)

    @property
    def open_calls(self) -> int:
        return sum(work.calls or 0 for work in self.open_work)

    @property
    def open_told(self) -> tuple[OpenWork, ...]:
        """What is worth a sentence: something is open, or the reader may not know."""
        return tuple(work for work in self.open_work if work.cases != 0 or work.calls != 0)


def what_would_change(
    before: str | None, after: str, *, at: datetime, since: datetime | None = None, files: tuple[str, str] = ("", ""),
    held: AgreementVersion | None = None,
) -> WhatChanges:
    """What the text `after` changes in the place of `before` (None: there is none yet).

    Runs in a scope, and counts what is open at `at` only of councils that its principal may count. `since`: what would
    have changed on earlier dates isn't told. `held` is the version that `before` is the text of, where it is one: what
    was taken back of it since isn't there any more. Raises NotRead, whose findings name the `files`; a text may have
    gaps.
    """
    texts = read_texts(before, after, register=register_from_database(), files=files)
    if held is not None and texts.before is not None:
        shares = after_recalls(texts.before.shares, held)
        texts = replace(texts, before=replace(texts.before, shares=shares))
    people = people_of(texts.teams, max(at, texts.after.starts))
    changes = texts.changes(people=people, beside=_beside(texts, at), since=since)
    return WhatChanges(changes, _open_work(changes.moved, texts, at))


def what_version_changes(version: AgreementVersion, *, at: datetime) -> WhatChanges:
    """What a draft or proposed version changes from now on, in the place of the signed one of its agreement; of a
    version that is signed itself, all that it changed in the place of the one before.
    """
    others = version.agreement.versions.exclude(pk=version.pk).order_by("-number")
    if version.state in AgreementVersion.SIGNED:
        before = others.filter(state__in=AgreementVersion.SIGNED, number__lt=version.number).first()
        return what_would_change(before.text if before else None, version.text, at=at)
    before = others.to_come(at).first()
    return what_would_change(before.text if before else None, version.text, at=at, since=at, held=before)


def _beside(texts: Texts, at: datetime) -> list[ShareTerms]:
    """The shares of the other agreements that are signed: what a team sees by them it neither gains nor loses here."""
    slugs = {terms.slug for terms in (texts.before, texts.after) if terms}
    versions = AgreementVersion.objects.to_come(at).exclude(agreement__slug__in=slugs)
    rows = Share.objects.filter(version__in=versions).select_related("team", "version")
    return until_taken_back(terms_of_rows(rows.order_by("version", "number")))


def people_of(teams: Iterable[str], at: datetime) -> dict[str, int]:
    """How many active people each team has at an instant, as far as is known now; a team that isn't there has none."""
    slugs = set(teams)
    rows = Membership.objects.filter(valid_at(at), team__slug__in=slugs, person__is_active=True)
    counted = rows.order_by().values_list("team__slug").annotate(Count("person_id", distinct=True))
    return {**dict.fromkeys(slugs, 0), **dict(counted)}


def _open_work(moved: tuple[Moved, ...], texts: Texts, at: datetime) -> tuple[OpenWork, ...]:
    counted = count_open([(each.council, each.service) for each in moved], at=at) if moved else {}
    return tuple(_work(each, counted, texts.names) for each in moved)


def _work(moved: Moved, counted: Mapping[tuple[int, int], Open], names: Names) -> OpenWork:
    found = counted.get((moved.council, moved.service))
    words = _open_words(moved, found, names)
    cases, calls = (found.cases, found.calls) if found else (None, None)
    return OpenWork(moved.council, moved.service, cases, calls, moved.resolved_by, moved.will_resolve, words)


def _open_words(moved: Moved, found: Open | None, names: Names) -> str:
    about = f"about {names.council(moved.council)}'s {lower(names.service(moved.service))}"
    if found is None:
        return f"What is open {about} isn't yours to count."
    then = [_resolved(moved, names)] if found.cases else []
    then += ["whoever is in a call may finish it"] if found.calls else []
    words = f"{count(found.cases, 'case')} and {count(found.calls, 'call')} {about} are open now"
    return f"{words}: {'; '.join(then)}." if then else f"{words}."


def _resolved(moved: Moved, names: Names) -> str:
    if not moved.will_resolve:
        return "nobody resolves the cases then"
    team = names.team(moved.will_resolve)
    if moved.will_resolve == moved.resolved_by:
        return f"the cases stay with {team}"
    before = f" instead of {names.team(moved.resolved_by)}" if moved.resolved_by else ""
    return f"{team} resolves such cases then{before}"
