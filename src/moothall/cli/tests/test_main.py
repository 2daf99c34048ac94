"""The command line finds its words, offers the nearest, and gives exit statuses that a script can use."""

from __future__ import annotations

import pytest

from moothall.cli.main import main, unknown, words


def test_a_word_is_a_module_with_a_run_and_arguments() -> None:
    known = words()
    assert known["serve"].startswith("serve the pages")
    assert "load-demo" in known, "an underscore is spoken as a hyphen"
    assert not {"main", "supervise", "--init--"} & set(known)


def test_an_unknown_word_offers_the_nearest_and_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctr"]) == 2
    assert "Did you mean `doctor`?" in capsys.readouterr().err
    assert "Did you mean" not in unknown("xyzzy", words())


def test_the_overview(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "load-demo" in capsys.readouterr().out
    assert main([]) == 2


def test_wrong_arguments_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--site", "moon"])
    assert ended.value.code == 2
    assert "moon" in capsys.readouterr().err


def test_the_tour_says_what_it_lacks(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOOTHALL_STAFF_URL", raising=False)
    assert main(["tour"]) == 2
    assert "MOOTHALL_STAFF_URL" in capsys.readouterr().out
