"""What a council lets people do on the web: its published scripts that the public may follow alone."""
from __future__ import annotations

from dataclasses import dataclass

from moothall.scripts.models import ScriptVersion
from moothall.scripts.steps import LANGUAGE
from moothall.scripts.versions import published_scripts, version_key
from moothall.tenancy.models import Council, Service


@dataclass(frozen=True, slots=True)
class Offer:
    """A script at a council: `service` is the number of its service, `about` how many questions it usually asks."""

    key: str
    title: str
    service: int
    about: int


def offers_of(council: Council) -> list[Offer]:
    """Those that the council has parameters of its own for, the most needed first."""
    own = set(ScriptVersion.objects.filter(key__endswith=f"/{council.gss}").values_list("key", flat=True))
    numbers = dict(Service.objects.values_list("slug", "number"))
    scripts = sorted(published_scripts().values(), key=lambda script: (script.rank, script.key))
    return [
        Offer(script.key, script.title.get(LANGUAGE), numbers[script.service], script.about)
        for script in scripts
        if script.web and not script.level and not script.sub and not script.interrupt
        and script.service in numbers and version_key(script.key, council.gss) in own
    ]  # fmt: skip


def offer_at(council: Council, key: str) -> Offer | None:
    return next((offer for offer in offers_of(council) if offer.key == key), None)
