"""Files of staff as people really send them, and as nobody should."""

from __future__ import annotations

import pytest

from moothall.onboarding.staff_file import LARGEST, MOST_ROWS, StaffFile, read_staff

SERVICES = ("refuse", "council-tax", "first-contact")
HEAD = "name,email,team,role,skills\n"


def read(raw: bytes | str) -> StaffFile:
    return read_staff(raw.encode() if isinstance(raw, str) else raw, services=SERVICES, name="staff.csv")


def wrong(raw: bytes | str) -> str:
    found = read(raw)
    assert not found.sound
    return " ".join(f"{each.place}: {each.words} {each.remedy}" for each in found.findings)


def test_a_plain_file() -> None:
    found = read(HEAD + "Ann Lee,Ann@X.example,Waste|Front,agent,refuse 3+council-tax\n")
    (row,) = found.rows
    assert (row.name, row.email, row.teams, row.role) == ("Ann Lee", "ann@x.example", ("Waste", "Front"), "agent")
    assert row.skills == (("council-tax", 2), ("refuse", 3)) and found.sound and not found.findings


def test_who_is_to_answer_and_cant_be_rung_is_told() -> None:
    """Officers and managers need neither skill nor station."""
    lines = ["a,a@x.example,One,agent,,,", "b,b@x.example,One,agent,,2501,refuse 2", "c,c@x.example,One,officer,,,",
             "d,d@x.example,One,leader,,2502,"]
    raw = "\n".join(["name,email,team,role,job,station,skills", *lines]).encode()
    told = [row.lacks for row in read_staff(raw, services={"refuse": 524}).rows]
    assert told == ["has no skill and no station yet: no call is offered to them", "", "",
                    "has no skill yet: no call is offered to them"]


@pytest.mark.parametrize("raw", [
    "\ufeffFull name;E-mail address;Team;Job role\r\nZoë Ágoston;z@x.example;Waste;Team Leader\r\n".encode(),
    "Full name;E-mail address;Team;Job role\r\nZoë Agoston;z@x.example;Waste;supervisor\r\n".encode("cp1252"),
    "NAME\tE-Mail\tTEAM\tRole\nZoë Agoston\tz@x.example\tWaste\tleader\n".encode(),
    '"Name","E mail","Team","Role"\n"Zoë\nAgoston","z@x.example","Waste","LEADER"\n'.encode(),
])  # fmt: skip
def test_as_spreadsheets_save_it(raw: bytes) -> None:
    found = read(raw)
    assert found.sound, found.findings
    assert found.rows[0].role == "leader" and found.rows[0].name.startswith("Zoë ")


def test_names_of_other_scripts_are_names() -> None:
    assert read(HEAD + "محمد الأحمد,m@x.example,Waste,officer,\n李小龍,l@x.example,Waste,agent,all 1\n").sound


@pytest.mark.parametrize(("line", "told"), [
    ("Ann,,Waste,agent,", "line 3, column 2, email: The e-mail is missing."),
    ("Ann,ann at x,Waste,agent,", "“ann at x” isn’t an e-mail address."),
    (",ann@x.example,Waste,agent,", "line 3, column 1, name: The name is missing."),
    ("Ann,ann@x.example,,agent,", "The team is missing."),
    ("Ann,ann@x.example,Waste,boss,", "“boss” isn’t a role. Enter agent, leader, officer or manager."),
    ("Ann,ann@x.example,Waste,agent,refuze 2", "“refuze” isn’t a service here. Did you mean refuse?"),
    ("=cmd|' /C calc'!A0,ann@x.example,Waste,agent,", "a spreadsheet would take it for a formula"),
    ("Ann\u202egnp,ann@x.example,Waste,agent,", "a sign in it that can’t be seen"),
    ("Lee, Ann,ann@x.example,Waste,agent,refuse", "more cells than headings"),
    ("Ann,first@x.example,Waste,agent,", "first@x.example is on line 2 already."),
    ('Ann,"ann@x.example,Waste,agent,', "line 3, column 1: A quotation mark on this line isn’t closed"),
    ("A" * 81 + ",ann@x.example,Waste,agent,", "81 characters; 80 are allowed"),
])  # fmt: skip
def test_each_bad_line_says_where_and_what_to_do(line: str, told: str) -> None:
    assert told in wrong(HEAD + "First,first@x.example,Waste,agent,\n" + line + "\n")


def test_the_headings_are_looked_at_first() -> None:
    assert "There is no column “role”" in wrong("name,email,team\nAnn,ann@x.example,Waste\n")
    assert "Passwords are never in this file." in wrong("name,email,team,role,Password\nA,a@x.example,W,agent,x\n")
    assert "Two columns say name" in wrong("name,Full name,email,team,role\nA,B,a@x.example,W,agent\n")
    assert "The file is empty." in wrong("\n\n")
    assert "There is nobody" in wrong(HEAD)


def test_hostile_files_end_in_one_clear_sentence() -> None:
    assert "1,000 kB are allowed" in wrong(b"x" * (LARGEST + 1)) and len(read(b"x" * 10_000_000).findings) == 1
    assert "line 2, column 1: There are characters in it that no CSV file holds." in wrong(
        HEAD.encode() + b"A\0nn,a@x.example,W,agent,\n"
    )
    assert "no CSV file holds" in wrong("name".encode("utf-16"))
    assert f"more than {MOST_ROWS:,} people" in wrong(HEAD + "A,a@x.example,W,agent,\n" * 40_000)
    many = read(HEAD + ",,,,\n".join([""] + ["x,,,,"] * 500))
    assert len(many.findings) <= 101
