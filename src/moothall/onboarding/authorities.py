"""A council by its ONS code: what the open data says of it, and how it would be called here. Pure but for one file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import cache

from moothall import data
from moothall.agreements.document import nearest

CODE = re.compile(r"[ENSW]\d{8}")
HOW = "Enter the council’s ONS code, a letter and eight digits."
AROUND = re.compile(
    r"^(the )?((royal )?(london )?borough of|city of|county of|council of the)\s+|"
    r"\s+((metropolitan )?(borough|district)|city|county|borough)?\s*council$|\s+city and district council$",
    re.I,
)
SMALL = {"and", "of", "the", "upon", "under", "on", "le", "by", "with", "in"}


@dataclass(frozen=True, slots=True)
class Known:
    """A council as the open data has it."""

    gss: str
    name: str
    tier: str
    website: str

    @property
    def shown(self) -> str:
        return f"{self.name} ({self.gss})"


@dataclass(frozen=True, slots=True)
class Names:
    """How a council is called here. `letters` stand in its square, `reference_prefix` leads its references."""

    gss: str
    name: str
    short_name: str
    slug: str
    tier: str
    county_gss: str
    letters: str
    reference_prefix: str
    website: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


class Unknown(LookupError):
    """No council has that code or name; the words say which come near."""


@cache
def authorities() -> Mapping[str, Known]:
    """Every council of the United Kingdom by its code."""
    return {
        row["gss"]: Known(row["gss"], row["name"], row["tier"], row["website"]) for row in data.rows("authorities.csv")
    }


def authority(typed: str) -> Known:
    """By code, or by its full or short name. Unknown, with what is nearest, where there is none."""
    wanted = " ".join(typed.split())
    known = authorities()
    found = known.get(wanted.upper())
    by_name = {name.casefold(): each for each in known.values() for name in (each.name, short_name(each.name))}
    found = found or by_name.get(wanted.casefold())
    if found is None:
        raise Unknown(_nearest(wanted, known, by_name))
    return found


def _nearest(wanted: str, known: Mapping[str, Known], by_name: Mapping[str, Known]) -> str:
    if not wanted:
        return HOW
    if re.search(r"\d", wanted):
        close = get_close_matches(wanted.upper(), known, n=3, cutoff=0.75)
        offered = "; ".join(known[code].shown for code in close)
        shape = "" if CODE.fullmatch(wanted.upper()) else f" {HOW}"
        return f"No council has the code “{wanted}”.{shape}" + (f" Near it: {offered}." if offered else "")
    return f"No council is called “{wanted}”. {nearest(wanted, by_name, {k: v.shown for k, v in by_name.items()})}"


def short_name(name: str) -> str:
    """`Northby` from `Northby District Council`."""
    return AROUND.sub("", AROUND.sub("", name)).strip() or name


def slug_of(short: str) -> str:
    plain = unicodedata.normalize("NFKD", short).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:60]


def propose(known: Known, *, county: str, slugs: Collection[str], prefixes: Collection[str]) -> Names:
    """Names for a council that are nobody else's here."""
    short = short_name(known.name)
    slug = next(each for each in _numbered(slug_of(short)) if each not in slugs)
    letters = next(each for each in letters_for(short) if each not in prefixes)
    return Names(known.gss, known.name, short, slug, known.tier, county, letters[:2], letters, known.website)


def letters_for(short: str) -> Iterator[str]:
    """Two letters for a name, the most telling first; three where all of those are taken."""
    plain = unicodedata.normalize("NFKD", short).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z]+", plain) or ["X"]
    telling = [word for word in words if word.lower() not in SMALL] or words
    first = telling[0].upper()
    if len(telling) > 1:
        yield first[0] + telling[1][0].upper()
    consonants = [each for each in first[1:] if each not in "AEIOU"]
    yield from (first[0] + each for each in (*consonants, *first[1:]))
    letters = "ABCDEFGHJKMNPQRSTUVWXYZ"
    yield from (first[0] + each for each in letters)
    yield from (first[0] + one + other for one in letters for other in letters)


def _numbered(slug: str) -> Iterator[str]:
    yield slug
    yield from (f"{slug[:56]}-{number}" for number in range(2, 1000))
