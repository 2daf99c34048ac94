"""A draft as its editor reads it: sentences by council and service, each with its share; promises and lines below."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moothall.agreements.editing import values
from moothall.domain.responsibility.phrases import pounds
from moothall.domain.responsibility.shares import Cell, Cover, ShareTerms
from moothall.domain.responsibility.times import listed
from moothall.domain.telephone import telephone
from moothall.tenancy.models import Council
from moothall.web.configure.bands import bands_of_kinds, gaps_of
from moothall.web.configure.edit_hours import DAYS, OWN, spans
from moothall.web.configure.edit_told import Told
from moothall.web.configure.finding_list import FindingRow, findings_page, promise_of
from moothall.web.configure.forms import usual_instant
from moothall.web.configure.hours_words import of_week
from moothall.web.configure.reading import Seen
from moothall.web.configure.words import WAYS, WHO
from moothall.web.configure.zoom import standard_words

PRICES = (("per_contact_pence", "a contact"), ("per_minute_pence", "a minute"), ("per_month_pence", "a month"))


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """Services that the same shares are about."""

    services: str
    shares: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class CouncilPart:
    council: Council
    rows: tuple[ServiceRow, ...]
    promises: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class EditPage:
    councils: tuple[CouncilPart, ...]
    lines: tuple[Told, ...]
    findings: Sequence[FindingRow]
    notice: str


def edit_page(seen: Seen) -> EditPage:
    """The overview of a draft, which can be read: only such are stored."""
    assert seen.proved
    terms, said = seen.proved.terms, values(seen.version.text)
    named = [number for number in terms.parties if number in seen.councils]
    return EditPage(
        tuple(CouncilPart(seen.councils[each], tuple(_rows(seen, each, said)), tuple(_promises(seen, each)))
              for each in named),
        tuple(Told(f"{line.name}, {telephone(line.public_number or line.number)}: "
                   f"{seen.councils[line.council].short_name}, {seen.services[line.service].name.lower()}.", str(index))
              for index, line in enumerate(terms.lines)),
        findings_page(seen), str(terms.notice),
    )  # fmt: skip


def sentences_of(page: EditPage, part: str, entry: str) -> list[str]:
    """What an entry says, in the overview's sentences, each with whose it is."""
    if part == "lines":
        return [told.sentence for told in page.lines if told.entry == entry]
    found = []
    for council in page.councils:
        told = [each for row in council.rows for each in row.shares] if part == "shares" else council.promises
        name = council.council.short_name
        found += [f"{name}: {each.sentence}" for each in told if each.entry == entry]
    return list(dict.fromkeys(found))


def _rows(seen: Seen, council: int, said: Mapping[str, Any]) -> Iterable[ServiceRow]:
    assert seen.proved
    shares = [share for share in seen.proved.terms.shares if share.client == council]
    by_service: dict[int, tuple[int, ...]] = {}
    for share in shares:
        for service in share.services:
            by_service[service] = (*by_service.get(service, ()), share.id)
    alike: dict[tuple[int, ...], list[int]] = {}
    for service, ids in by_service.items():
        alike.setdefault(ids, []).append(service)
    for ids, services in alike.items():
        told = tuple(Told(share_sentence(seen, seen.proved.shares[each]), entry_of(seen.proved.shares[each], said))
                     for each in ids)
        yield ServiceRow(listed([seen.services[each].name for each in services]), told)


def entry_of(share: ShareTerms, said: Mapping[str, Any]) -> str:
    """The key of the text: a share for several clients is one entry."""
    entries = said.get("shares") or {}
    return share.key if share.key in entries else share.key.rpartition(".")[0]


def share_sentence(seen: Seen, share: ShareTerms) -> str:
    """`Northby contact centre answers by phone, Mon to Fri 09:00 to 17:00, 80% within 0:45, £2.25 a contact.`"""
    assert seen.proved
    team = seen.holders.teams[share.team].name
    ways = listed([WAYS[each] for each in share.channels]) if share.function == "answer" else ""
    body = seen.proved.terms.bodies[share.id]
    price = body.get("price")
    charged = price if isinstance(price, dict) else {}
    costs = [f"{pounds(int(charged[key]))} {words}" for key, words in PRICES if charged.get(key)]
    joins = f"joins after {share.after_s} seconds" if share.tier else ""
    parts = [f"{team} {WHO[share.function]} {ways}".strip(), joins, of_week(share.hours),
             standard_words(share.standard), *costs]
    parts += [f"{name} {bound}" for name, bound in (("guarantee", share.guarantee), ("cap", share.cap)) if bound]
    return f"{', '.join(part for part in parts if part)}."


def cover_index(seen: Seen, cover: Cover) -> int:
    """Which of the text's promises it is; one for several councils is several covers."""
    found = promise_of(seen, cover.place)
    assert found is not None
    return found


def _promises(seen: Seen, council: int) -> Iterable[Told]:
    assert seen.proved
    for cover in seen.proved.terms.covers:
        if cover.council == council:
            what = listed([{"answer": "answered", "resolve": "resolved"}[each] for each in cover.functions])
            services = listed([seen.services[each].name for each in cover.services])
            ways = listed([WAYS[each] for each in cover.channels])
            yield Told(f"{services}: {what} {ways}, {of_week(cover.hours)}.", str(cover_index(seen, cover)))


def gap_values(seen: Seen, cells: Iterable[Cell]) -> dict[str, Any]:
    """What a share would have to say to close the gaps of these cells: of those that lack the hours of the first."""
    assert seen.proved
    found: list[tuple[Cell, list[Any]]] = []
    at = usual_instant(seen, seen.version.starts)
    for cell in cells:
        kinds = bands_of_kinds(seen.proved.table, cell, seen.proved.covers.get(cell, ()), at)
        gaps = [gaps_of(bands) for bands in kinds]
        if any(gaps):
            found.append((cell, gaps))
    if not found:
        return {}
    first, gaps = found[0]
    told = [cell for cell, each in found if (cell.function, each) == (first.function, gaps)]
    return {
        "clients": list(dict.fromkeys(seen.councils[cell.council].gss for cell in told)),
        "services": list(dict.fromkeys(seen.services[cell.service].slug for cell in told)),
        "channels": list(dict.fromkeys(cell.channel for cell in told)), "function": first.function, "hours": OWN,
        **dict(zip(DAYS, (spans(each) for each in gaps), strict=True)),
    }
