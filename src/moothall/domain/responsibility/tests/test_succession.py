"""Which council stands in the place of which, and from when."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from moothall.domain.responsibility.phrases import Phrases
from moothall.domain.responsibility.shares import AgreementTerms, Cover, ShareTerms, SuccessionTerms, TeamTerms
from moothall.domain.responsibility.succession import (
    Passing,
    behind,
    pass_on,
    succeeded,
    succession_findings,
    until_vesting,
)
from moothall.domain.responsibility.succession_words import succession_sentences
from moothall.domain.responsibility.tests.one_council import ENDS, NAMES, STARTS, agreement, cover, share

FIRST = datetime(2026, 4, 1, tzinfo=UTC)
LATER = datetime(2028, 4, 1, tzinfo=UTC)
PASSED = [Passing(1, 20, FIRST), Passing(2, 20, FIRST), Passing(20, 30, LATER)]
MOMENT = timedelta(seconds=1)


def test_a_successors_successor_counts() -> None:
    assert succeeded(PASSED, FIRST) == {1: 20, 2: 20}
    assert succeeded(PASSED, LATER) == {1: 30, 2: 30, 20: 30}


def test_nobody_is_behind_a_council_before_its_vesting_day() -> None:
    assert behind(PASSED, 20, FIRST - MOMENT) == ()
    assert behind(PASSED, 20, FIRST) == behind(PASSED, 20, LATER - MOMENT) == (1, 2)
    assert (behind(PASSED, 20, LATER), behind(PASSED, 30, LATER), behind(PASSED, 1, LATER)) == ((), (1, 2, 20), ())


def test_councils_that_name_each_other_come_to_an_end() -> None:
    assert succeeded([Passing(1, 2, FIRST), Passing(2, 1, FIRST)], FIRST) == {1: 2, 2: 1}


# -- what a text says of it: Harborough (2) and Lichfield (13) become Northlands (50) in the year of one_council -------

VESTING = datetime(2027, 3, 31, 23, tzinfo=UTC)  # 1 April in London
NORTHLANDS = SuccessionTerms(50, "E06999901", "Northlands Council", "Northlands", "NQ", (2, 13), VESTING)
PROMISED = cover(council=50, starts=VESTING)
ENDING = {"ends": VESTING, "functions": ("answer",)}


def text(*shares: ShareTerms, covers: tuple[Cover, ...] = (), teams: tuple[TeamTerms, ...] = (),
         **changes: Any) -> AgreementTerms:
    """`changes` are the succession's; its own teams are `becomes`."""
    changes["teams"] = changes.pop("becomes", ())
    return agreement(*shares, covers=(cover(**ENDING), PROMISED, *covers), teams=teams,
                     successions=(replace(NORTHLANDS, **changes),))


def codes(terms: AgreementTerms) -> list[str]:
    return [found.code for found in succession_findings(terms, NAMES)]


def test_a_succession_of_which_all_is_said_has_no_findings() -> None:
    assert codes(text(share(1, ends=VESTING), share(2, client=50, starts=VESTING))) == []


@pytest.mark.parametrize(("at", "expected"), [
    (STARTS, []), (STARTS - timedelta(days=1), ["vesting-outside"]), (ENDS, ["vesting-outside"]),
    (ENDS - timedelta(days=1), []), (VESTING + timedelta(minutes=1), ["vesting-not-midnight"]),
])
def test_a_vesting_day_is_a_day_of_the_agreement(at: datetime, expected: list[str]) -> None:
    terms = agreement(covers=(cover(council=50),), successions=(replace(NORTHLANDS, at=at),))
    found = [code for code in codes(terms) if code.startswith("vesting")]
    assert found == expected


def test_the_successors_promise_outlasts_its_first_moment() -> None:
    promise = replace(PROMISED, starts=STARTS, ends=VESTING)
    terms = agreement(covers=(promise,), successions=(NORTHLANDS,))
    assert codes(terms) == ["successor-covers-nothing"]
    assert codes(replace(terms, covers=(replace(promise, ends=VESTING + MOMENT),))) == []
    assert codes(replace(terms, covers=(replace(promise, council=7, ends=ENDS),))) == ["successor-covers-nothing"]


def test_what_a_predecessor_does_or_promises_beyond_the_moment_is_told() -> None:
    onward = {"ends": VESTING + MOMENT}
    carried = share(2, client=50, starts=VESTING)
    assert codes(text(share(1, **onward), carried)) == ["after-vesting"]
    assert codes(text(share(1, ends=VESTING), carried, covers=(cover(**onward),))) == ["after-vesting"]
    assert codes(text(share(1, client=7), carried, covers=(cover(council=7),))) == [], "another council goes on"


def test_a_council_is_no_predecessor_of_itself() -> None:
    assert "own-successor" in codes(text(predecessors=(2, 50)))


def test_what_ends_with_its_council_must_be_taken_up() -> None:
    bins = share(1, ends=VESTING, services=(524,))
    left = text(bins, share(2, client=50, starts=VESTING, services=(57,)))
    [found] = succession_findings(left, NAMES)
    assert (found.code, found.severity) == ("not-carried-on", "warning")
    assert "nobody answers about Bins for Northlands" in found.words
    late, short = share(2, client=50, starts=VESTING + MOMENT), share(2, client=50, ends=VESTING)
    cases = share(2, client=50, starts=VESTING, function="resolve")
    assert [codes(text(bins, other)) for other in (late, short, cases)] == [["not-carried-on"]] * 3
    assert codes(text(share(1, ends=VESTING - MOMENT))) == [], "it ended before, and not for this"
    [found] = succession_findings(text(share(1, ends=VESTING, function="resolve", services=(524,))), NAMES)
    assert (found.code, found.severity) == ("open-cases-nobody", "error")


def test_of_each_team_of_a_predecessor_something_is_said() -> None:
    teams = (TeamTerms("own", "Own", 2), TeamTerms("hub", "The hub", 7), TeamTerms("bins", "Bins", 13))
    terms = text(share(1, ends=VESTING), share(2, client=50, starts=VESTING), teams=teams)
    [found] = succession_findings(terms, NAMES)
    assert found.words == "Nothing is said of Own and Bins: from vesting day on they see nothing."
    assert found.severity == "warning"


def test_without_an_end_of_its_own_a_share_ends_with_its_council() -> None:
    passed = [Passing(2, 50, VESTING), Passing(3, 50, STARTS + MOMENT), Passing(2, 60, ENDS - MOMENT)]
    assert until_vesting(share(1), 2, passed).ends == VESTING
    assert until_vesting(share(1, ends=VESTING - MOMENT), 2, passed).ends == VESTING - MOMENT
    assert until_vesting(share(1), 9, passed).ends == ENDS
    assert until_vesting(share(1, starts=VESTING), 2, passed[:1]).ends == ENDS, "it begins when that is over"


def test_a_share_of_the_successor_holds_for_each_council_behind_it_from_the_moment_on() -> None:
    made = pass_on([share(1), share(2, client=50), share(3, ends=VESTING)], [Passing(2, 50, VESTING)])
    held = {(each.id, each.client, each.starts, each.ends) for each in made}
    assert held == {(1, 2, STARTS, VESTING), (2, 50, STARTS, ENDS), (2, 2, VESTING, ENDS), (3, 2, STARTS, VESTING)}
    assert pass_on([share(1, starts=VESTING)], [Passing(2, 50, VESTING)]) == [], "nothing of it is left"


def sentences(before: AgreementTerms, after: AgreementTerms) -> list[str]:
    return [change.words for change in succession_sentences(before, after, Phrases(NAMES, (after, before)))]


def test_each_way_in_which_a_succession_changes_has_its_sentence() -> None:
    none, alone = agreement(), text(predecessors=(2,), becomes=(("own", "own"), ("hub", "bins")))
    assert sentences(none, alone) == [
        "Harborough becomes Northlands Council (E06999901) on 1 April 2027; new references begin with NQ. "
        "Own stays and The hub goes on as bins."]
    assert sentences(alone, none)[0].startswith("It is no longer so that Harborough becomes Northlands Council")
    assert sentences(alone, alone) == []
    both = text()
    assert sentences(none, both)[0].startswith("Harborough and council 13 become Northlands Council")
    assert sentences(none, both)[0].endswith("Nothing is said of their teams.")
    assert ", instead of: Harborough becomes" in sentences(alone, both)[0]
    moved = text(predecessors=(2,), becomes=(("own", "hub"),))
    assert sentences(alone, moved) == [
        "What becomes of teams and shares when Northlands Council begins changes. Own goes on as The hub."]
    assert sentences(both, text(known=True, letters_of="somebody", number=51)) == [], "nobody's text says these"
