"""What is a council's to take along: each of its tables, and what they name, as rows and as a schema.

Tenant tables come from the models, so that a new one is handed back from the day on which it is written. A table stands
before those that it names: rows are added meanwhile and never removed, so whatever a row names is there when its own
table is read.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from moothall.agreements.models import AgreementVersion, Halt, Line, Share, SightConfirmed, Signature
from moothall.customers.models import Customer, ProtectedSight
from moothall.documents.models import Document
from moothall.identity.models import Identity
from moothall.people.models import Membership, Person, Skill, Team
from moothall.tenancy.models import Council, Grant, Service, TenantModel

Row = dict[str, Any]
Model = type[models.Model]
TYPES: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.BooleanField, "boolean"), (models.IntegerField, "integer"), (models.FloatField, "number"),
    (models.DateTimeField, "datetime"), (models.DateField, "date"), (ArrayField, "array"), (models.JSONField, "any"),
)  # fmt: skip
NEVER_SENT = {"name": "", "content": b""}  # a file that waits for its resident to send it is none of the council's
PERSONAL = ("email", "job", "station")  # of a person, for their own employer alone


@dataclass(frozen=True, slots=True)
class Resource:
    """One file: the rows of a model that belong to one council. `rows_of` chooses them, `hidden` never leave."""

    model: Model
    rows_of: Callable[[int], models.QuerySet[Any]]
    hidden: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        return str(self.model._meta.pk.attname)

    @property
    def at_once(self) -> int:
        """How many rows may be held in memory at once: few, where each holds a file."""
        return 4 if any(isinstance(field, models.BinaryField) for field in self.fields) else 2_000

    @property
    def fields(self) -> list[models.Field[Any, Any]]:
        return [each for each in self.model._meta.concrete_fields if each.attname not in self.hidden]

    def batch(self, council: int, after: Any, mark: Any, most: int) -> list[Row]:
        """The next rows by key, `after` excluded, up to and with `mark`. Within the council's scope."""
        found = self.rows_of(council).filter(pk__lte=mark)
        if after is not None:
            found = found.filter(pk__gt=after)
        names = [field.attname for field in self.fields]
        rows = found.order_by("pk").values(*names)[: min(most, self.at_once)]
        if self.model is Person:
            return [_own_alone(row, council) for row in rows]
        if self.model is Document:
            return [row if row["contact_id"] else {**row, **NEVER_SENT} for row in rows]
        return _without_those_left_out(list(rows)) if "customer_id" in names else list(rows)

    def last(self, council: int) -> Any:
        """The highest key there is, None where there is no row."""
        return self.rows_of(council).order_by("-pk").values_list("pk", flat=True).first()

    def count(self, council: int, mark: Any) -> int:
        return 0 if mark is None else self.rows_of(council).filter(pk__lte=mark).count()


def _own_alone(row: Row, council: int) -> Row:
    """Of another council's people the name goes along, since it stands in this one's records; nothing else."""
    return row if row["employer_id"] == council else {**row, **dict.fromkeys(PERSONAL, "")}


def _without_those_left_out(rows: list[Row]) -> list[Row]:
    """A row may name somebody protected who doesn't come along: then it names nobody."""
    named = {row["customer_id"] for row in rows} - {None}
    there = set(Customer.objects.filter(pk__in=named).values_list("pk", flat=True))
    return [row if row["customer_id"] in there else {**row, "customer_id": None} for row in rows]


def line_of(row: Row) -> bytes:
    """A row as a line of JSON."""
    return json.dumps(row, ensure_ascii=False, default=_written, separators=(",", ":")).encode() + b"\n"


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    assert isinstance(value, date), value
    return value.isoformat()


# -- which rows -------------------------------------------------------------------------------------------------------


def tenant_models() -> list[Model]:
    """Every table of councils' own rows, each before those that it names."""
    found = {model for model in apps.get_models() if issubclass(model, TenantModel)}
    ordered: list[Model] = []
    while found:
        free = [model for model in found if not any(model in _named(other) for other in found - {model})]
        assert free, f"tables name each other in a ring: {found}"
        ordered += sorted(free, key=lambda model: model._meta.db_table)
        found -= set(free)
    return ordered


def _named(model: Model) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}


def _tenant(model: Model) -> Resource:
    return Resource(model, lambda council: model._default_manager.filter(council_id=council))


def _named_by_rows(target: Model, council: int) -> Q:
    """Rows of `target` that any of the council's own rows names."""
    found = Q(pk__in=[])
    for model in tenant_models():
        for field in model._meta.concrete_fields:
            if field.related_model is target:
                rows = model._default_manager.filter(council_id=council, **{f"{field.name}__isnull": False})
                found |= Q(pk__in=rows.order_by().values(field.attname))
    return found


def _versions(council: int) -> models.QuerySet[AgreementVersion]:
    """The agreements to which it is or was a party, and those by which one of its rows was stamped."""
    bound = Q(parties__contains=[council]) | Q(pk__in=Share.objects.filter(client=council).values("version"))
    return AgreementVersion.objects.filter(bound | _named_by_rows(AgreementVersion, council))


def _memberships(council: int) -> models.QuerySet[Membership]:
    return Membership.objects.filter(Q(person__employer=council) | Q(team__employer=council))


def _teams(council: int) -> models.QuerySet[Team]:
    named = Q(pk__in=_memberships(council).values("team")) | Q(pk__in=_shares(council).values("team"))
    given = Q(pk__in=Grant.objects.filter(council=council).values("team"))
    return Team.objects.filter(Q(employer=council) | named | given | _named_by_rows(Team, council))


def _people(council: int) -> models.QuerySet[Person]:
    named = Q(pk__in=_memberships(council).values("person"))
    signed = Q(pk__in=Signature.objects.filter(version__in=_versions(council).values("pk")).values("person"))
    acted = Q(pk__in=[])
    own = (_versions(council), *(each.objects.filter(council=council) for each in (Halt, Identity, ProtectedSight)))
    for rows in own:
        for field in rows.model._meta.concrete_fields:
            if field.related_model is Person:  # who saved, proposed, gave notice; who paused, who let it go on
                acted |= Q(pk__in=rows.exclude(**{field.name: None}).values(field.attname))
    return Person.objects.filter(Q(employer=council) | named | signed | acted | _named_by_rows(Person, council))


def _shares(council: int) -> models.QuerySet[Share]:
    return Share.objects.filter(version__in=_versions(council).values("pk"))


def _councils(council: int) -> models.QuerySet[Council]:
    """Itself, the other parties, and the employers of whoever is named."""
    rows = (
        _people(council).exclude(employer=None).values("employer"), _shares(council).values("client"),
        _teams(council).exclude(employer=None).values("employer"),
        Line.objects.filter(version__in=_versions(council).values("pk")).values("council"),
        Signature.objects.filter(version__in=_versions(council).values("pk")).values("council"),
    )  # fmt: skip
    found = Q(number=council)
    for each in rows:
        found |= Q(number__in=each)
    return Council.objects.filter(found)


def resources() -> list[Resource]:
    """Every file in the order in which it is written."""
    model = apps.get_model
    of_versions: dict[Model, Any] = {each: each._default_manager for each in (Signature, SightConfirmed, Line)}
    beside = [
        Resource(each, lambda council, rows=rows: rows.filter(version__in=_versions(council).values("pk")))
        for each, rows in of_versions.items()
    ]
    return [
        *(_tenant(each) for each in tenant_models()),
        Resource(Grant, lambda council: Grant.objects.filter(council=council)),
        *beside,
        Resource(ProtectedSight, lambda council: ProtectedSight.objects.filter(council=council)),
        Resource(Halt, lambda council: Halt.objects.filter(council=council)),
        Resource(Identity, lambda council: Identity.objects.filter(council=council)),
        Resource(Share, _shares),
        Resource(AgreementVersion, _versions),
        Resource(model("agreements", "Agreement"), lambda council: model(
            "agreements", "Agreement")._default_manager.filter(pk__in=_versions(council).values("agreement"))),
        Resource(model("scripts", "ScriptVersion"), lambda council: model(
            "scripts", "ScriptVersion")._default_manager.filter(
                _named_by_rows(model("scripts", "ScriptVersion"), council))),
        Resource(Membership, _memberships),
        Resource(Skill, lambda council: Skill.objects.filter(person__employer=council)),
        Resource(Team, _teams),
        Resource(Person, _people, frozenset({"password", "last_login"})),
        Resource(Service, lambda _council: Service.objects.all()),
        Resource(Council, _councils),
    ]


# -- how they are described --------------------------------------------------------------------------------------------


def schema_of(resource: Resource, names: set[str]) -> dict[str, Any]:
    """A table schema as the Frictionless specification has it; keys into files that are there are named."""
    fields = [
        {"name": field.attname, "type": _type(field), "constraints": {"required": not field.null}, **_format(field)}
        for field in resource.fields
    ]
    return {"fields": fields, "primaryKey": [resource.key], "foreignKeys": list(_keys(resource, names))}


def _type(field: models.Field[Any, Any]) -> str:
    target: Any = field
    while target.is_relation:
        target = target.target_field
    return next((name for kind, name in TYPES if isinstance(target, kind)), "string")


def _format(field: models.Field[Any, Any]) -> dict[str, str]:
    return {"file": "its path in this folder"} if isinstance(field, models.BinaryField) else {}


def _keys(resource: Resource, names: set[str]) -> Iterator[dict[str, Any]]:
    for field in resource.fields:
        target = field.related_model
        if isinstance(target, type) and target._meta.db_table in names:
            there = {"resource": target._meta.db_table, "fields": [target._meta.pk.attname]}
            yield {"fields": [field.attname], "reference": there}
