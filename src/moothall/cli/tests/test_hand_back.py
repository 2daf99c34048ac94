"""`hand-back`: words and JSON, both clock-change nights, codes and folders that aren't there."""
from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from moothall.agreements.actions import load_version
from moothall.agreements.in_force import forget
from moothall.agreements.tests.texts import changed
from moothall.cli import hand_back
from moothall.cli.given import Misnamed
from moothall.customers.protection import give_see_protected
from moothall.lib import clock
from moothall.people.models import Person
from moothall.tenancy.models import Council

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
WHAT = ("rehearse", "--council", "E07000194", "--agreement", "small")


@pytest.fixture
def say(world: Any, as_role: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    load_version(changed(), in_force=True)
    monkeypatch.setattr("moothall.cli.main.set_up_django", lambda module: None)

    def run(*words: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        hand_back.add_arguments(parser)
        with as_role("report" if words[0] == "rehearse" else "worker"):
            status = hand_back.run(parser.parse_args(words))
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    yield run
    forget()


def test_a_rehearsal_in_words_and_for_programs(say: Any) -> None:
    status, words = say(*WHAT, "--at", "2027-06-01")
    assert status == 1, "something would be left without anybody"
    assert words.startswith("Lichfield District Council takes its service back from 1 June 2027")
    assert "Lines (1)" in words and "Left without anybody (1)" in words
    status, words = say(*WHAT, "--at", "2027-06-01T00:00", "--json")
    found = json.loads(words)
    assert status == 1 and found["at"] == "2027-06-01T00:00:00+01:00" and found["way"] == "supposed"
    assert {group["key"] for group in found["groups"]} >= {"lines", "cases", "calls", "history", "staff", "messages",
                                                           "grants", "nobody"}


@pytest.mark.parametrize(("at", "why"), [
    ("2027-03-28T01:30", "doesn't exist"), ("2027-10-31T01:30", "happens twice"), ("soon", "isn't an instant"),
])  # fmt: skip
def test_a_time_that_the_clocks_make_doubtful_is_refused(at: str, why: str, say: Any, capsys: Any) -> None:
    with pytest.raises(SystemExit):
        say(*WHAT, "--at", at)
    assert why in capsys.readouterr().err


def test_what_is_not_there_is_said(say: Any, tmp_path: Any) -> None:
    when = ("--agreement", "small", "--at", "2027-06-01")
    with pytest.raises(Misnamed, match=r"There are: .*Charnwood \(E07000130\)"):
        say("rehearse", "--council", "X", *when)
    assert "Lichfield" in say("rehearse", "--council", "lichfield", *when)[1]
    assert "There are: small" in say("rehearse", "--council", "E07000194", "--agreement", "x", "--at", "2027-06-01")[1]
    status, words = say(*WHAT, "--at", "2020-01-01")
    assert status == 2 and "is past" in words
    (tmp_path / "x").write_text("x")
    status, words = say("export", "--council", "E07000194", "--into", str(tmp_path))
    assert status == 2 and "holds other things" in words


def test_protected_people_come_along_in_the_name_of_whoever_may_see_them(
    world: Any, say: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lee, jo = Person.objects.get(pk=world.lee), Person.objects.get(pk=world.jo)
    council = Council.objects.get(pk=2)
    words = ("export", "--council", council.gss, "--into", str(tmp_path / "rows"), "--protected-by", lee.email.upper())

    def typed(password: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        return say(*words)

    refused = typed("moothall-demo")
    assert refused[0] == 2 and "may not see Harborough's protected people" in refused[1]
    give_see_protected(council, lee, until=clock.now() + timedelta(days=1), by=jo)
    assert typed("wrong") == refused, "what is wrong isn't told"
    assert not (tmp_path / "rows").exists()
    status, said = typed("moothall-demo")
    assert status == 0 and "made in the name of somebody who may see them" in said
