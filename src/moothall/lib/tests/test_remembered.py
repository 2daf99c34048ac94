"""What is read once and again when its time is over: by one, while the others go on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from moothall.lib.remembered import Remembered


def test_one_reads_again_and_the_others_have_what_was_there() -> None:
    began, go_on, values = Event(), Event(), iter(["first", "second"])

    def read() -> str:
        value = next(values)
        if value == "second":
            began.set()
            assert go_on.wait(10)
        return value

    seconds = [60.0]
    kept = Remembered(read, lambda: seconds[0])
    assert kept() == "first"
    seconds[0] = 0.2
    with ThreadPoolExecutor(1) as threads:
        while not began.is_set():  # until its time is over
            again = threads.submit(kept)
            began.wait(0.05) or again.result()
        seconds[0] = 60.0
        assert kept() == "first"
        go_on.set()
        assert again.result() == "second" == kept()


def test_a_reading_that_failed_is_tried_again() -> None:
    answers = iter([ConnectionError(), "there"])

    def read() -> str:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    kept = Remembered(read, lambda: 60.0)
    with pytest.raises(ConnectionError):
        kept()
    assert kept() == "there"


def test_what_was_being_read_when_it_was_forgotten_is_not_put_back() -> None:
    """As where another thread changes it, says so, and asks."""
    values = iter(["older", "newer"])

    def read() -> str:
        if (value := next(values)) == "older":
            kept.forget()
        return value

    kept = Remembered(read, lambda: 60.0)
    assert kept() == "older", "for whoever asked before"
    assert kept() == "newer" == kept()


def test_a_slow_reading_is_not_put_over_one_that_began_later() -> None:
    values, seconds = iter(["slow", "later"]), [0.0]

    def read() -> str:
        if (value := next(values)) == "slow":
            assert kept() == "later"  # another thread's question, meanwhile
        return value

    kept = Remembered(read, lambda: seconds[0])
    assert kept() == "slow"
    seconds[0] = 60.0
    assert kept() == "later"
