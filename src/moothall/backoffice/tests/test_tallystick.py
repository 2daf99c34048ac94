"""An account is read in our words, a code that we don't know raises, a package that is down blocks nobody, and what is
posted is done once."""

from dataclasses import replace
from datetime import date

import pytest
from tests.revenues_package import codes as theirs

from moothall.backoffice.contrib.tallystick import codes, link
from moothall.backoffice.port import Done, NeverCame, Posting, Refused, UnknownCode
from moothall.backoffice.registry import UnknownVendor, revenues_of
from moothall.backoffice.revenues import Dwelling, NoAccount, NotAnswering
from moothall.lib.answers import Unknown


def test_an_account_is_read_in_our_words(package):
    account = package.account_at(1)
    assert (account.stage, account.band, account.discount) == ("reminder", "D", 25)
    assert account.charge == 164_250
    assert account.owing == sum(part.pence for part in account.instalments if not part.paid)
    assert [part.late for part in account.instalments].count(True) == 1
    assert (account.holds[0].kind, account.holds[0].until) == ("breathing_space", date(2027, 1, 6))
    assert (account.broken, account.pay_day, account.joint) == (1, 15, False)
    assert account.claims[0].state == "waiting"
    assert package.dwelling_at(1) == Dwelling("D", 219_000)


def test_no_name_and_no_address_is_in_what_is_read_of_an_account(package):
    account = package.account_at(2)
    assert account.guarded
    assert account.joint
    assert not [word for word in ("Ruth", "Mark", "Silbourne", "Mill Lane") if word in repr(account)]


def test_what_proves_somebody_never_shows_in_a_text(package):
    evidence = package.evidence_at(1)
    assert evidence.facts["password"] == "marmalade"
    assert "marmalade" not in f"{evidence} {evidence!r}"


def test_a_home_without_an_account_and_a_council_without_a_package(package):
    assert package.account_at(99) == NoAccount()
    assert package.evidence_at(99) == NoAccount()
    assert revenues_of("E07000131") is None


def test_a_vendor_without_an_adapter_is_said(package, settings, tmp_path):
    file = tmp_path / "other.yaml"
    file.write_text("revenues: {vendor: abacus, address: 'http://x', every: {}}")
    settings.CONNECTIONS = str(file)
    with pytest.raises(UnknownVendor, match="abacus”; there are: tallystick"):
        revenues_of("E07000130")


@pytest.mark.parametrize("fault", ["broken", "busy", "locked"])
def test_a_package_that_cannot_answer_is_a_value(package, tallystick, fault):
    tallystick.go_wrong(fault, 9)
    assert isinstance(package.account_at(1), NotAnswering)


def test_a_silent_package_is_left_after_its_time(package, tallystick, monkeypatch):
    monkeypatch.setattr(package._house.__class__, "ask", _once_with(0.1))
    tallystick.go_wrong("silent", 9)
    assert isinstance(package.account_at(1), NotAnswering)
    assert package.send("k1", Posting("close_account")) == Unknown(package.probe("k1").reason)


def _once_with(answer_s):
    def ask(self, method, path, *, body=None, headers=None):
        return replace(self, answer_s=answer_s)._ask(method, path, body, headers or {})

    return ask


def test_a_code_that_we_do_not_know_raises(package, tallystick):
    tallystick.go_wrong("odd_code", 9)
    with pytest.raises(UnknownCode, match="Q77"):
        package.account_at(1)
    with pytest.raises(UnknownCode, match="Q77"):
        package.send("k1", Posting("close_account"))
    with pytest.raises(UnknownCode, match="stage"):
        link.ours(codes.VENDOR, "stage", codes.STAGES, "99ZZ")


def test_every_code_of_theirs_stands_in_our_table():
    assert set(theirs.STAGES) == set(codes.STAGES)
    assert set(theirs.HOLDS) == set(codes.HOLDS)
    assert set(theirs.DISCOUNTS) == set(codes.DISCOUNTS)
    assert set(theirs.ANSWERS) - {"00"} == set(codes.REFUSALS)
    assert set(codes.OPERATIONS.values()) == theirs.OPERATIONS


def test_a_posting_is_done_once_and_probed(package):
    posting = Posting("close_account", {"acref": "1"})
    assert package.probe("k1") == NeverCame()
    first = package.send("k1", posting)
    assert isinstance(first, Done)
    assert package.send("k1", posting) == first == package.probe("k1")
    assert package.send("k1", Posting("close_account", {"acref": "2"})) == Refused("key_taken")
    with pytest.raises(UnknownCode, match="operation"):
        package.send("k2", Posting("burn"))


def test_a_wrong_key_is_not_answering(package, tallystick):
    tallystick.keys = {"E07000130": "another"}
    assert isinstance(package.account_at(1), NotAnswering)
