"""Sight that nobody needs: a team that may see a service which it doesn't serve."""
from __future__ import annotations

from collections.abc import Iterator, Sequence

from moothall.domain.findings import Finding
from moothall.domain.responsibility.shares import Names, ShareTerms
from moothall.domain.responsibility.wording import services_of


def sight_beyond_service(shares: Sequence[ShareTerms], names: Names) -> Iterator[Finding]:
    """Each share by which a team gains sight that its work doesn't ask for: an error until a named person confirmed."""
    for share in shares:
        beyond = [service for service in dict.fromkeys(share.sees) if not _serves(share, service, shares)]
        if not beyond:
            continue
        team, council = names.team(share.team), names.council(share.client)
        what = f"{team} sees {council}'s {services_of(beyond, names)} by “{share.key}” and doesn't serve it"
        if share.sight_confirmed_by:
            told = f"{what}; the text says that {share.sight_confirmed_by} has confirmed that."
            yield Finding("sight-confirmed", told, "", share.place, "note")
        else:
            yield Finding(
                "sight-unconfirmed", f"{what}.",
                f"Leave it out of sees, or let somebody at {council} confirm who gains sight and write their name as "
                "sight_confirmed_by.", share.place,
            )


def _serves(share: ShareTerms, service: int, shares: Sequence[ShareTerms]) -> bool:
    """Whether the share's team serves the service for the same council as long as the share runs."""
    reached = share.starts
    serving = [s for s in shares if (s.team, s.client) == (share.team, share.client) and service in s.services]
    for other in sorted(serving, key=lambda other: other.starts):
        if other.starts <= reached:
            reached = max(reached, other.ends)
    return reached >= share.ends
