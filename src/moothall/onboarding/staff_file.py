"""A file of staff as spreadsheets save it, read into rows; what can't be read is named by line and column. Pure.

Columns: name, email, team, role; if need be job, station, skills. Teams and skills of one person stand in one cell with
| or + between. There is never a password in it: each person sets their own at their first sign-in.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from moothall.agreements.document import nearest
from moothall.domain.findings import Finding, Place, Severity

LARGEST = 1_000_000  # bytes
MOST_ROWS = 2_000
MOST_FINDINGS = 100
NEEDED = ("name", "email", "team", "role")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full name", "staff name", "employee", "employee name", "display name"),
    "email": ("email", "e mail", "email address", "e mail address", "work email", "work e mail", "mail"),
    "team": ("team", "teams", "team name", "group"),
    "role": ("role", "job role", "type", "access", "role in team"),
    "job": ("job", "job title", "title", "position", "post"),
    "station": ("station", "extension", "ext", "phone", "telephone", "desk phone", "handset", "telephone on the desk"),
    "skills": ("skills", "skill", "services", "answers", "can answer"),
}
PASSWORDS = {"password", "passwords", "passcode", "pin", "pwd"}
ANSWERING = frozenset({"agent", "leader"})
ROLES: Mapping[str, tuple[str, ...]] = {
    "agent": ("agent", "adviser", "advisor", "customer service adviser", "call handler"),
    "leader": ("leader", "team leader", "supervisor"),
    "officer": ("officer", "case officer", "back office"),
    "manager": ("manager", "partnership manager"),
}
LEVELS = {"1": 1, "2": 2, "3": 3, "learning": 1, "able": 2, "expert": 3}
MAIL = re.compile(r"[a-z0-9._%+'-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)
STATION = re.compile(r"[0-9A-Za-z][0-9A-Za-z@.:_-]{0,39}", re.ASCII)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person. `teams` are as they were typed, `skills` pairs of a service's slug and a level."""

    line: int
    name: str
    email: str
    teams: tuple[str, ...]
    role: str
    job: str = ""
    station: str = ""
    skills: tuple[tuple[str, int], ...] = ()

    @property
    def lacks(self) -> str:
        """Why nobody would ring them, though they are to answer; empty for anybody else."""
        if self.role not in ANSWERING:
            return ""
        missing = [name for name, there in (("skill", self.skills), ("station", self.station)) if not there]
        return f"has no {' and no '.join(missing)} yet: no call is offered to them" if missing else ""


@dataclass
class StaffFile:
    """What was read. `findings` of severity error forbid that anything is done with it."""

    rows: list[StaffRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    name: str = ""

    def add(self, line: int, column: str, words: str, remedy: str = "", severity: Severity = "error") -> None:
        if len(self.findings) < MOST_FINDINGS:
            number = self.columns.get(column, 0) + 1
            self.findings.append(Finding("staff-file", words, remedy, Place(column, self.name, line, number), severity))

    @property
    def sound(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)


def read_staff(raw: bytes, *, services: Collection[str], name: str = "") -> StaffFile:
    """The people of a file, as far as it can be read."""
    found = StaffFile(name=name)
    text = _text(raw, found)
    if text is None:
        return found
    rows = _cells(text, found)
    for line, cells in rows[:1]:
        _headings(line, cells, found)
    if len(rows) < 2 and found.sound:
        found.add(1, "", "There is nobody in this file.", "Add a line for each person below the headings.")
    if not found.sound:
        return found
    seen: dict[str, int] = {}
    for line, cells in rows[1:]:
        row = _row(line, cells, found, services)
        first = seen.setdefault(row.email, line) if row.email else line
        if first != line:
            found.add(
                line,
                "email",
                f"{row.email} is on line {first} already.",
                "Leave one line out; several teams stand in one cell, with | between.",
            )
        found.rows.append(row)
    if len(found.findings) >= MOST_FINDINGS:
        found.findings.append(
            Finding(
                "staff-file",
                f"There are more than {MOST_FINDINGS} things to mend.",
                "Mend these first, then load the file again.",
                Place(file=name),
            )
        )
    return found


# -- bytes to cells ---------------------------------------------------------------------------------------------------


def _text(raw: bytes, found: StaffFile) -> str | None:
    if len(raw) > LARGEST:
        found.add(
            0,
            "",
            f"The file has {len(raw) // 1000:,} kB; {LARGEST // 1000:,} kB are allowed.",
            f"Leave out all columns but {', '.join(COLUMNS)}, or split it.",
        )
        return None
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        found.add(
            line, "", "There are characters in it that no CSV file holds.", "Save it as “CSV UTF-8”, not as a workbook."
        )
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        found.add(line, "", "A sign on this line can’t be read.", "Save the file as “CSV UTF-8” and load it again.")
        return None
    found.add(
        0, "", "The file isn’t UTF-8; it was read as Windows saves it.", "Look whether accents are right.", "note"
    )
    return text


def _cells(text: str, found: StaffFile) -> list[tuple[int, list[str]]]:
    """Rows that hold something, each with the line on which it begins."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, [" ".join(cell.split()) for cell in cells]))
            if len(rows) > MOST_ROWS + 1:
                found.add(line, "", f"There are more than {MOST_ROWS:,} people in it.", "Split it into several files.")
                return []
            line = reader.line_num + 1
    except csv.Error:
        found.add(
            line,
            "",
            "A quotation mark on this line isn’t closed, or stands inside a cell.",
            "Close it, or take it out.",
        )
        return []
    if not rows:
        found.add(1, "", "The file is empty.", f"Its first line names the columns: {', '.join(COLUMNS)}.")
    return rows


def _headings(line: int, cells: Sequence[str], found: StaffFile) -> None:
    names = {synonym: column for column, synonyms in COLUMNS.items() for synonym in synonyms}
    for index, cell in enumerate(cells):
        word = re.sub(r"[^a-z]+", " ", cell.lower()).strip()
        if word in PASSWORDS:
            found.columns[cell] = index
            found.add(
                line,
                cell,
                "Passwords are never in this file.",
                "Take the column out. Everybody gets a link with which they set their own.",
            )
        elif word not in names:
            found.columns.setdefault(cell, index)
            if cell:
                found.add(line, cell, f"The column “{cell[:40]}” isn’t used.", nearest(word, names), "note")
        elif names[word] in found.columns:
            found.add(line, names[word], f"Two columns say {names[word]}.", "Leave one out.")
        else:
            found.columns[names[word]] = index
    for column in NEEDED:
        if column not in found.columns:
            found.add(
                line,
                "",
                f"There is no column “{column}”.",
                f"Name it on the first line; it may also be called {', '.join(COLUMNS[column][1:4])}.",
            )


# -- cells to a person ------------------------------------------------------------------------------------------------


def _row(line: int, cells: Sequence[str], found: StaffFile, services: Collection[str]) -> StaffRow:
    told = {column: cells[index] if index < len(cells) else "" for column, index in found.columns.items()}
    if any(cells[len(found.columns) :]):
        found.add(
            line,
            "",
            "There are more cells than headings on this line.",
            "Put a cell with a comma in it in quotation marks.",
        )
    for column, longest in (("name", 80), ("job", 60)):
        _check_words(line, column, told.get(column, ""), longest, found)
    if not told["name"]:
        found.add(line, "name", "The name is missing.", "Enter the person’s full name.")
    email = told["email"].lower()
    if not MAIL.fullmatch(email) or len(email) > 254:
        found.add(
            line,
            "email",
            f"“{told['email'][:60]}” isn’t an e-mail address." if email else "The e-mail is missing.",
            "Enter the work e-mail, like name@council.gov.uk.",
        )
    station = told.get("station", "")
    if station and not STATION.fullmatch(station):
        found.add(
            line,
            "station",
            f"“{station[:40]}” isn’t a telephone of the exchange.",
            "Enter its extension, like 4001, or nothing.",
        )
    teams = _several(told["team"])
    if not teams:
        found.add(line, "team", "The team is missing.", "Enter a team’s name, like Customer services.")
    for team in teams:
        _check_words(line, "team", team, 60, found)
    return StaffRow(
        line,
        told["name"],
        email,
        teams,
        _role(line, told["role"], found),
        told.get("job", ""),
        station,
        tuple(_skills(line, told.get("skills", ""), found, services)),
    )


def _check_words(line: int, column: str, text: str, longest: int, found: StaffFile) -> None:
    if len(text) > longest:
        found.add(line, column, f"This has {len(text)} characters; {longest} are allowed.", "Shorten it.")
    elif text.startswith(FORMULA):
        found.add(
            line,
            column,
            f"It begins with “{text[0]}”; a spreadsheet would take it for a formula.",
            "Begin with a letter.",
        )
    elif any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs") and sign not in "\u200c\u200d" for sign in text):
        found.add(line, column, "There is a sign in it that can’t be seen.", "Type it anew.")


def _role(line: int, typed: str, found: StaffFile) -> str:
    known = {synonym: role for role, synonyms in ROLES.items() for synonym in synonyms}
    role = known.get(typed.lower(), "")
    if not role:
        words = f"“{typed[:40]}” isn’t a role." if typed else "The role is missing."
        found.add(line, "role", words, "Enter agent, leader, officer or manager.")
    return role


def _skills(line: int, typed: str, found: StaffFile, services: Collection[str]) -> Iterator[tuple[str, int]]:
    told: dict[str, int] = {}
    for part in _several(typed):
        match = re.fullmatch(r"(.*?)[\s:=(]*(1|2|3|learning|able|expert)?\)?", part.lower())
        slug, level = (match[1].strip(), LEVELS.get(match[2] or "2", 2)) if match else (part.lower(), 2)
        if slug == "all":
            told = {**dict.fromkeys(services, level), **told}
        elif slug in services:
            told[slug] = level
        else:
            found.add(line, "skills", f"“{slug[:40]}” isn’t a service here.", nearest(slug, services))
    yield from sorted(told.items())


def _several(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for each in re.split(r"[|+/]", cell) if (part := each.strip())))
