"""What stands beside the rows: how they are read, what they are, what the other side still holds, and every hash."""
from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet

from moothall.agreements.halt_words import halt_told, halt_words, halts_of
from moothall.agreements.models import Halt
from moothall.documents.models import Document
from moothall.domain.plural import count
from moothall.domain.responsibility.phrases import end_words
from moothall.domain.responsibility.times import listed
from moothall.handover import files as sent
from moothall.handover.folder import PROGRESS, Folder
from moothall.handover.proofs import BLOCKS, ENTRIES, PROOFS
from moothall.handover.resources import resources, schema_of
from moothall.lib import clock
from moothall.queueing.models import Lease
from moothall.tenancy.models import Council, Grant

PACKAGE, CERTIFICATE, WORDS, MANIFEST = "datapackage.json", "certificate.json", "certificate.txt", "MANIFEST.sha256"
STAYS = (
    "The rows themselves are still in the tables of the installation, where no team of another council may see them. "
    "Its operator removes them; this certificate doesn't say that they were removed.",
    "The journal stays: it is append-only, and proves to every party what was done while the agreement held. It holds "
    "ids and codes, no personal data.",
    "The agreements stay with each of their parties, with the signatures.",
    "Calls that came on a partnership's line and never became this council's belong to the partnership.",
    "Backups made before keep what was then there, as long as they are kept.",
)


@dataclass(frozen=True, slots=True)
class Sight:
    """A team of another employer that may see some of the council's rows, now or later; `until` None has no end.
    `paused` says why it sees nothing meanwhile."""

    team: str
    employer: str
    services: int
    until: datetime | None
    paused: str = ""

    @property
    def words(self) -> str:
        until = f"up to {end_words(self.until)}" if self.until else "with no end"
        meanwhile = f" Its share {self.paused}; it sees nothing meanwhile." if self.paused else ""
        return f"{_team(self.team, self.employer)} may see {count(self.services, 'service')} {until}.{meanwhile}"


Row = tuple[Grant, datetime | None]  # a right, and up to when it lasts


def still_seen(council: int, at: datetime) -> list[Sight]:
    """Who else may see rows of the council at an instant or later: what is left of others' sight. A right stays in its
    table when its share is taken back for good; it gives no sight from then on (open_scope.sql)."""
    recalls = {(halt.share_id, halt.team_id): halt.starts for halt in _recalls(council)}
    by_team: dict[int, list[Row]] = {}
    for grant in _others(council).exclude(valid_to__lte=at):
        recalled = recalls.get((grant.share_id, grant.team_id))
        until = min((end for end in (grant.valid_to, recalled) if end), default=None)
        if until is None or until > at:
            by_team.setdefault(grant.team_id, []).append((grant, until))
    return [_sight(rows, at) for rows in by_team.values()]


def taken_back(council: int, at: datetime) -> list[str]:
    """What was taken back for good of others before its time, with who did it and when."""
    halts = {(halt.share_id, halt.team_id): halt for halt in _recalls(council) if halt.starts <= at}
    found: dict[tuple[str, str], set[int]] = {}
    for grant in _others(council).filter(share__in=[share for share, _ in halts]):
        halt = halts.get((grant.share_id, grant.team_id))
        if halt is not None and (grant.valid_to is None or grant.valid_to > halt.starts):
            employer = grant.team.employer.short_name if grant.team.employer else ""
            found.setdefault((_team(grant.team.name, employer), halt_words(halt)), set()).add(grant.service_id)
    return [f"{team} sees nothing more of {count(len(services), 'service')}: {words}."
            for (team, words), services in found.items()]  # fmt: skip


def _others(council: int) -> QuerySet[Grant]:
    found = Grant.objects.filter(council=council).exclude(team__employer=council)
    return found.select_related("team__employer", "share__team").order_by("team__name", "id")


def _recalls(council: int) -> Iterable[Halt]:
    return Halt.objects.filter(kind=Halt.Kind.RECALL, share__client=council).select_related("by__employer", "council")


def _sight(rows: list[Row], at: datetime) -> Sight:
    ends = [until for _, until in rows]
    until = None if None in ends else max(end for end in ends if end)
    team = rows[0][0].team
    services = len({grant.service_id for grant, _ in rows})
    shares = {grant.share.pk: grant.share for grant, _ in rows if grant.share}
    halts = halts_of(list(shares.values()), at)
    alone = all(grant.share and halts.get(grant.share.pk) for grant, _ in rows)
    paused = listed(list(dict.fromkeys(halt_told(halt) for halt in halts.values()))) if alone else ""
    return Sight(team.name, team.employer.short_name if team.employer else "", services, until, paused)


def _team(name: str, employer: str) -> str:
    return f"{name} of {employer}" if employer else name


def leases_left(council: int, at: datetime) -> int:
    """Calls in progress of others' people, which they may finish."""
    return Lease.objects.filter(council=council, ends__gt=at).exclude(person__employer=council).count()


def write(folder: Folder, council: Council, *, at: datetime) -> str:
    """Schema, certificate and manifest; the manifest's own hash is the certificate's digest."""
    files = [_file(folder, resource.name) for resource in resources()]
    files += [_file(folder, name) for name in (BLOCKS, PROOFS)]
    folder.write(PACKAGE, _json(_package(folder, council, files)))
    now = clock.now()
    told = _told(folder, council, files, (at, now))
    folder.write(CERTIFICATE, _json(told))
    folder.write(WORDS, _words(council, told).encode())
    names = sorted([*(file["path"] for file in files), *sent.names_of(folder), PACKAGE, CERTIFICATE, WORDS])
    manifest = "".join(f"{folder.digest(name)}  {name}\n" for name in names).encode()
    folder.write(MANIFEST, manifest)
    folder.note |= {"final": told["final"], "rows": sum(file["rows"] for file in files[:-2])}
    return sha256(manifest).hexdigest()


def _file(folder: Folder, name: str) -> dict[str, Any]:
    state, path = folder.state(name), f"{name}.jsonl"
    return {"name": name, "path": path, "rows": state["rows"], "bytes": state["bytes"],
            "hash": f"sha256:{folder.digest(path)}"}


def _package(folder: Folder, council: Council, files: list[dict[str, Any]]) -> dict[str, Any]:
    """A Data Package (Frictionless), written by hand: what each file holds, and which key leads where."""
    known = {resource.name: resource for resource in resources()}
    common = {"format": "jsonl", "mediatype": "application/jsonl", "encoding": "utf-8"}
    described = []
    for file in files:
        resource = known.get(file["name"])
        about = (resource.model.__doc__ or "").split("\n")[0] if resource else ""
        schema = {"schema": schema_of(resource, set(known))} if resource else {}
        described.append({**file, **common, "title": about, **schema})
    return {
        "profile": "data-package", "name": council.slug, "title": f"{council.name}: all of its rows",
        "created": folder.note["began_at"], "resources": described,
    }


def _told(
    folder: Folder, council: Council, files: list[dict[str, Any]], times: tuple[datetime, datetime]
) -> dict[str, Any]:
    began, now = times
    sight, leases = still_seen(council.number, now), leases_left(council.number, now)
    proved = folder.state(PROOFS)["rows"]
    return {
        "form": 1, "council": {"gss": council.gss, "name": council.name, "number": council.number},
        "began_at": began.isoformat(), "made_at": now.isoformat(), "final": not sight and not leases,
        "tables": {file["name"]: file["rows"] for file in files}, "files": len(sent.names_of(folder)),
        "journal": {"blocks": folder.state(BLOCKS)["rows"], "proved": proved,
                    "not_sealed": folder.state(ENTRIES)["rows"] - proved},
        "still_seen": [{**asdict(each), "until": each.until and each.until.isoformat(), "words": each.words}
                       for each in sight],
        "taken_back": taken_back(council.number, now),
        "left_out": folder.note["left_out"], "protected_by": folder.note["protected_by"],
        "calls_in_progress": leases, "stays": list(STAYS),
    }


def _words(council: Council, told: dict[str, Any]) -> str:
    tables = [f"  {name}: {rows}" for name, rows in told["tables"].items()]
    seen = [f"  {each['words']}" for each in told["still_seen"]] or ["  Nobody of another council may see a row."]
    seen += [f"  {words}" for words in told["taken_back"]]
    if told["calls_in_progress"]:
        seen.append(f"  {count(told['calls_in_progress'], 'call')} in progress may be finished.")
    kind = "Certificate of handing back" if told["final"] else "NOT FINAL: others may still see some of these rows"
    journal = told["journal"]
    left = [f"  {name}: {rows}" for name, rows in told["left_out"].items()] or ["  None."]
    if told["protected_by"]:
        left = ["  None: the export was made in the name of somebody who may see them."]
    return "\n".join([
        f"{kind}: {council.name} ({council.gss})", "", f"Written {told['began_at']} to {told['made_at']}.", "",
        "Rows of each file, as many as the tables held:", *tables, "",
        f"Files that residents sent, in the folder {sent.FILES}: {told['files']}. "
        f"{Document._meta.db_table}.jsonl says of each what it is.",
        "Files that wait for their resident to send them stay.", "",
        "Rows left out, because they are about people who are protected:", *left, "",
        "Who else may see them:", *seen, "",
        f"Journal: {journal['proved']} entries proved by {count(journal['blocks'], 'block')}; "
        f"{journal['not_sealed']} not sealed yet.", "", "What stays behind:", *(f"  {each}" for each in told["stays"]),
        "", f"{listed([PACKAGE, CERTIFICATE])} say the same for programs. `sha256sum -c {MANIFEST}` checks every file;",
        f"{PROGRESS} is the run's own note and may be thrown away.", "",
    ])  # fmt: skip


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
