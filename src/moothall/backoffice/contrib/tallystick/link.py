"""Tallystick's door: HTTP and JSON, every answer with a code in `rc`, days as 20260914, money as "1234.50"."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from moothall.backoffice.contrib.tallystick import codes
from moothall.backoffice.port import Done, NeverCame, Posting, Refused, Result, UnknownCode, ours
from moothall.backoffice.revenues import (
    Account,
    Claim,
    Dwelling,
    Evidence,
    Hold,
    Instalment,
    Missing,
    NoAccount,
    NotAnswering,
    SeveralAccounts,
)
from moothall.lib.answers import Unknown
from moothall.lib.connections import Connection
from moothall.lib.outbound import House, NotReached, Reply

PATIENCE_S = 1.5  # a caller waits
Data = Mapping[str, Any]


class TallystickLink:
    """One council's package. Keeps nothing: each question is asked anew."""

    def __init__(self, connection: Connection) -> None:
        own = connection.own
        key = {"X-TS-Key": str(own["key"])} if own.get("key") else {}
        self._house = House(connection.address, connection.private, headers=lambda: key, answer_s=PATIENCE_S)
        self._root = f"/tsapi/v2/{quote(str(own.get('authority', connection.council)), safe='')}"

    # reading

    def account_at(self, uprn: int) -> Account | Missing:
        held = self._held(uprn)
        return held if isinstance(held, Missing) else _account(held)

    def evidence_at(self, uprn: int) -> Evidence | Missing:
        held = self._held(uprn)
        if isinstance(held, Missing):
            return held
        names = tuple(str(person["nm"]) for person in held["liabs"] if not person["to"])
        facts = {ours(codes.VENDOR, "fact", codes.FACTS, code): str(told) for code, told in held["idv"].items()}
        return Evidence(names, facts, bool(held["grd"]))

    def dwelling_at(self, uprn: int) -> Dwelling | Missing:
        found = self._read(f"/dwellings/{uprn}")
        return found if isinstance(found, Missing) else Dwelling(str(found["band"]), _pence(found["amt"]))

    def _held(self, uprn: int) -> Data | Missing:
        found = self._read(f"/accounts?uprn={uprn}")
        if isinstance(found, Missing):
            return found
        held: Data | Missing = self._read(f"/accounts/{quote(str(found[0]['acref']), safe='')}")
        return held

    def _read(self, path: str) -> Any:
        answer = self._house.ask("GET", self._root + path)
        if not isinstance(answer, Reply) or not answer.fine or "rc" not in answer.body:
            reason = f"answered {answer.status}" if isinstance(answer, Reply) else answer.reason
            return NotAnswering(reason)
        code = answer.body["rc"]
        if code == codes.FINE:
            return answer.body.get("data")
        match ours(codes.VENDOR, "answer", codes.REFUSALS, code):
            case "no_record":
                return NoAccount()
            case "several":
                return SeveralAccounts()
            case refusal:
                return NotAnswering(refusal)

    # posting

    def send(self, key: str, posting: Posting) -> Result:
        operation = codes.OPERATIONS.get(posting.operation)
        if operation is None:
            raise UnknownCode(codes.VENDOR, "operation", posting.operation)
        return self._posted(key, "POST", {**posting.body, "op": operation})

    def probe(self, key: str) -> Result:
        found = self._posted(key, "GET", None)
        return NeverCame() if found == Refused("no_record") else found

    def _posted(self, key: str, method: str, body: Data | None) -> Result:
        answer = self._house.ask(method, f"{self._root}/txns/{quote(key, safe='')}", body=body)
        if isinstance(answer, NotReached):
            return NeverCame() if method == "POST" else Unknown(answer.reason)
        if not isinstance(answer, Reply) or not answer.fine or "rc" not in answer.body:
            return Unknown(f"answered {answer.status}" if isinstance(answer, Reply) else answer.reason)
        code = answer.body["rc"]
        if code == codes.FINE:
            return Done(str(answer.body.get("posting", "")))
        return Refused(ours(codes.VENDOR, "answer", codes.REFUSALS, code))


def _account(held: Data) -> Account:
    charge, recovery = held["chg"][-1], held["rec"]
    return Account(
        reference=str(held["acref"]),
        band=str(charge["band"]),
        charge=_pence(charge["amt"]),
        discount=ours(codes.VENDOR, "discount", codes.DISCOUNTS, charge["disc"]),
        owing=sum(_pence(year["os"]) for year in held["bal"]),
        instalments=tuple(_instalment(part) for part in held["inst"]),
        stage=ours(codes.VENDOR, "stage", codes.STAGES, recovery["stg"]),
        stage_day=_day(recovery["dt"]),
        costs=_pence(recovery["costs"]),
        holds=tuple(Hold(ours(codes.VENDOR, "hold", codes.HOLDS, h["cd"]), _day(h["end"])) for h in held["holds"]),
        direct_debit=bool(held["dd"]["on"]),
        pay_day=int(held["dd"]["day"]),
        broken=sum(bool(each["broken"]) for each in held["arr"]),
        joint=sum(not person["to"] for person in held["liabs"]) > 1,
        claims=tuple(_claim(each) for each in held["clms"]),
        guarded=bool(held["grd"]),
    )


def _instalment(part: Data) -> Instalment:
    paid, late = ours(codes.VENDOR, "instalment", codes.INSTALMENTS, part["st"])
    return Instalment(_sure_day(part["due"]), _pence(part["amt"]), paid, late)


def _claim(held: Data) -> Claim:
    papers = {ours(codes.VENDOR, "paper", codes.PAPERS, each["typ"]): _day(each["rcv"]) for each in held["docs"]}
    state = ours(codes.VENDOR, "claim", codes.CLAIMS, held["st"])
    return Claim(str(held["clref"]), state, _sure_day(held["dt"]), papers)


def _pence(told: str) -> int:
    return int(Decimal(told) * 100)


def _day(told: str) -> date | None:
    return _sure_day(told) if told else None


def _sure_day(told: str) -> date:
    return datetime.strptime(told, "%Y%m%d").date()  # noqa: DTZ007  # a day, no moment
