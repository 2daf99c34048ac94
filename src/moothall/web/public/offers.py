"""What a council lets people do on the web: its published scripts that the public may follow alone."""
from __future__ import annotations

from dataclasses import dataclass

from moothall.domain.interview.answers import discreet
from moothall.domain.interview.model import Script
from moothall.scripts.steps import LANGUAGE
from moothall.scripts.versions import published_scripts
from moothall.scripts.web_scripts import WEB, for_the_web, offered_at
from moothall.tenancy.models import Council
from moothall.tenancy.queries import service_by_slug, services_by_slug
from moothall.web.public.addresses import veiled

CANCEL = "cancel"  # the answer by which somebody asks that what is booked be cancelled
BEFORE = {"channel": WEB, "level": 0}  # what every script knows from the first


@dataclass(frozen=True, slots=True)
class Offer:
    """A script at a council. `slug` and `service`: its service; `about`: how many questions it usually asks.

    `discreet`: nobody beside the reader should see what it is about; `listed`: what was begun of it is named on the
    council's first page, as nothing of what can be discreet is.
    """

    key: str
    title: str
    slug: str
    service: int
    about: int
    discreet: bool = False
    listed: bool = True

    @property
    def at(self) -> str:
        """As its address calls it."""
        return veiled("offer", self.key) if self.discreet else self.key


def offers_of(council: Council) -> list[Offer]:
    """Those that the council has parameters of its own for, the most needed first."""
    numbers = services_by_slug()
    return [
        Offer(script.key, script.title.get(LANGUAGE), script.service, numbers[script.service],
              script.about, discreet(script, {**BEFORE, **script.defaults}), script.discreet is None)
        for script in offered_at(council.gss)
        if script.service in numbers
    ]  # fmt: skip


def titled(key: str) -> tuple[str, int]:
    """What a script that some council may offer is called, and its service; empty where there is none."""
    script = next((each for each in for_the_web(published_scripts().values()) if each.key == key), None)
    if script is None:
        return "", 0
    return script.title.get(LANGUAGE), service_by_slug(script.service) or 0


def calls_off(council: Council, service: int) -> Offer | None:
    """Where somebody can ask that what they booked of a service is cancelled or changed."""
    scripts = published_scripts()
    mine = (offer for offer in offers_of(council) if offer.service == service)
    return next((offer for offer in mine if _is_answered(scripts[offer.key], CANCEL)), None)


def _is_answered(script: Script, value: str) -> bool:
    return any(option.value == value for step in script.steps for option in step.field.options)


def offer_at(council: Council, key: str) -> Offer | None:
    return next((offer for offer in offers_of(council) if key in (offer.key, offer.at)), None)
