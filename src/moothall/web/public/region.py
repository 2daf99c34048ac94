"""What somebody needs, in their words, and who does that where they are: no one has to choose a council."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from moothall.agreements.successions import councils_to_come, successors_at
from moothall.domain.plain_words import Entry, best
from moothall.domain.signposting import Body, Destination, Place, Subject, who_does
from moothall.lib import clock
from moothall.places.models import Property
from moothall.places.queries import (
    CouncilOfPostcode,
    authority,
    council_of_postcode,
    open_address_list,
    properties_at,
)
from moothall.scripts.steps import LANGUAGE
from moothall.scripts.subjects import signposts
from moothall.scripts.versions import published_scripts
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.public.addresses import veiled
from moothall.web.public.contexts import council_now
from moothall.web.public.offers import Offer, for_the_web, offers_of

OFFERED = 6
USUAL = 6
EMERGENCY = "emergency"  # the body that 999 is
SCRIPT = "do-"  # before the key of a script, among keys of subjects
NOBODYS = frozenset({"legal", "press", "police-officer", "ombudsman", "invoices", "threat"})  # for no resident


@dataclass(frozen=True, slots=True)
class Need:
    """A subject, and the script that somebody chose at once; `key` names both."""

    key: str
    name: str
    subject: Subject
    script: str = ""
    words: tuple[str, ...] = ()  # what people call it besides

    @property
    def at(self) -> str:
        """As its address calls it."""
        return veiled("need", self.key) if self.subject.discreet else self.key


@dataclass(frozen=True, slots=True)
class Fit:
    """A need that fits some words; `sure`: nothing was guessed, so that it may be gone to at once."""

    need: Need
    sure: bool


@dataclass(frozen=True, slots=True)
class Danger:
    """A need where somebody may come to harm, and whom to ring; the place is asked for where it makes a difference.
    `emergency`: 999 may be needed as well, which the page says once, before all."""

    need: Need
    ring: tuple[Body, ...]
    emergency: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Who does it. `council` is one that has pages here; `offers` what can be done on them; `also` helps besides."""

    where: str
    to: Destination
    council: Council | None = None
    offers: tuple[Offer, ...] = ()
    script: str = ""
    also: tuple[Body, ...] = ()


def needs() -> dict[str, Need]:
    """All that can be asked for: the scripts that the public may follow, then the subjects."""
    subjects = {key: each for key, each in signposts().subjects.items() if key not in NOBODYS}
    found = {key: Need(key, each.name, _of_place(each), words=each.words) for key, each in subjects.items()}
    return {**dict(_of_scripts(subjects)), **found}


def need_at(at: str) -> Need | None:
    """What an address asks for."""
    known = needs()
    return known.get(at) or next((need for need in known.values() if need.at == at), None)


def _of_scripts(subjects: dict[str, Subject]) -> Iterator[tuple[str, Need]]:
    by_service = {each.service: each for each in reversed(subjects.values()) if each.service}
    for script in sorted(for_the_web(published_scripts().values()), key=lambda script: (script.rank, script.key)):
        subject = by_service.get(script.service)
        if subject is not None:
            key = f"{SCRIPT}{script.key}"
            words = script.found_by.get(LANGUAGE, ())
            yield key, Need(key, script.title.get(LANGUAGE), _of_place(subject), script.key, words)


def _of_place(subject: Subject) -> Subject:
    """Who asks the public pages isn't in a call: a team of the council is reached through that council."""
    return replace(subject, level="district", place=True) if subject.level in ("team", "person_at_once") else subject


def find(said: str) -> list[Fit]:
    """What fits the words, best first, slips of the keys forgiven. Of a subject and a script of one name the script;
    where a script is sure, not its subject as well."""
    known = needs()
    scripts = {need.name: need for need in known.values() if need.script}
    entries = (Entry(key, (need.name, *need.words)) for key, need in known.items())
    fits: dict[str, Fit] = {}
    for match in best(said, entries, 2 * OFFERED):
        need = scripts.get(known[match.key].name, known[match.key])
        fits.setdefault(need.name, Fit(need, match.sure))
    found = list(fits.values())
    if found and found[0].sure and found[0].need.script:
        subject = found[0].need.subject.key
        found = [fit for fit in found if fit.need.script or fit.need.key != subject]
    return found[:OFFERED]


def dangers(said: str) -> list[Danger]:
    """What comes first, whatever else fits: somebody may come to harm."""
    known = needs()
    return [Danger(known[each.key], _helpers(each), EMERGENCY in each.more) for each in signposts().dangers(said)]


def _helpers(subject: Subject) -> tuple[Body, ...]:
    own = (subject.body,) if subject.level == "body" else ()
    return tuple(signposts().bodies[key] for key in (*own, *subject.more) if key in own or key != EMERGENCY)


def usual() -> list[Need]:
    """What people need most."""
    return [need for need in needs().values() if need.script][:USUAL]


def addresses_of(key: str) -> list[Property]:
    """The addresses at a postcode that lies in more than one council; none where one council has it all."""
    with scope(System("where")):
        open_address_list(key)
        rows = properties_at(key)
    return rows if len({row.council_id for row in rows}) > 1 else []


def answer(need: Need, key: str, chosen: Property | None = None) -> Answer | None:
    """Who does it at a postcode, or at the address that was chosen there; None where nobody knows the postcode."""
    bodies = signposts().bodies
    also = tuple(bodies[key] for key in need.subject.more if key != EMERGENCY)
    if not need.subject.place:
        return Answer("", who_does(need.subject, None, bodies), also=also)
    where = council_of_postcode(key)
    if where is None:
        return None
    place, council = _place(where, chosen)
    to = who_does(need.subject, place, bodies)
    told = chosen.line if chosen else where.postcode
    if to.kind in ("ours", "now") and council is not None:
        mine = tuple(offer for offer in offers_of(council) if _fits(offer, need))
        return Answer(told, to, council, mine, need.script, also)
    website = to.website
    if to.kind == "county" and (county := authority(place.county_gss)):
        website = county.website
    return Answer(told, replace(to, website=website), also=also)


def _fits(offer: Offer, need: Need) -> bool:
    return offer.key == need.script if need.script else offer.slug == need.subject.service


def _place(where: CouncilOfPostcode, chosen: Property | None) -> tuple[Place, Council | None]:
    council = Council.objects.get(pk=chosen.council_id) if chosen else where.council
    if council is None:
        return Place(where.gss, where.name, where.website, "", where.county_gss, where.county_name), None
    at = clock.now()
    if council.pk in successors_at(at) or council.pk not in councils_to_come(at):
        council = council_now(council)[0]
    county = authority(council.county_gss) if council.county_gss else None
    name = county.name if county else ""
    place = Place(council.gss, council.name, council.website, council.phone, council.county_gss, name, True)
    return place, council
