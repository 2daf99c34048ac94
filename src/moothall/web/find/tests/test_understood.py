import pytest

from moothall.web.find.understood import understand


@pytest.mark.parametrize(("typed", "kinds", "key"), [
    ("hb-10007-y", ["reference"], "HB-10007-Y"),
    ("HB 10007 Y", ["reference"], "HB-10007-Y"),
    ("01632 960123", ["phone"], "+441632960123"),
    ("(01632) 960-123", ["phone"], "+441632960123"),
    ("+48 22 123 45 67", ["phone"], "+48221234567"),
    ("990000000002", ["uprn"], "990000000002"),
    ("100030423", ["uprn", "phone"], "100030423"),
    ("1632960123", ["uprn", "phone"], "1632960123"),
    ("le167aa", ["postcode"], "LE167AA"),
    ("LE16-7AA", ["postcode"], "LE167AA"),
    ("Jonhson", ["name"], "jonhson"),
    ("O’Brien, Ann", ["name"], "obrien ann"),
    ("14 Mill Lane", ["name"], "14 mill lane"),
    ("Олена", ["name"], "олена"),
])  # fmt: skip
def test_what_is_typed_is_understood(typed: str, kinds: list[str], key: str) -> None:
    found = understand(typed)
    assert [each.kind for each in found] == kinds
    assert found[0].key == key and all(each.readable for each in found)


@pytest.mark.parametrize(("typed", "rest"), [("kowalska le16 7aa", "kowalska"), ("LE16 7AA, 14", "14")])
def test_beside_a_postcode_there_may_be_a_name_or_a_house(typed: str, rest: str) -> None:
    (found,) = understand(typed)
    assert (found.kind, found.key, found.rest) == ("postcode", "LE167AA", rest)
    assert found.words == f"As the postcode LE16 7AA with “{rest}”"


@pytest.mark.parametrize(("typed", "kind"), [
    ("HB-10007-Z", "reference"), ("HB-1000O-Y", "reference"), ("01", "phone"), ("1234567890123456", "phone"),
])  # fmt: skip
def test_what_is_nearly_one_is_said_to_be_unreadable(typed: str, kind: str) -> None:
    (found,) = understand(typed)
    assert (found.kind, found.readable) == (kind, False)
