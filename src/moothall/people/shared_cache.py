"""Django's cache as a table that every web process shares, so that a limit on signing in is one limit.

Values are JSON: Django's own database cache unpickles what it reads, and so lets whoever can write a row run code.
"""
from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import transaction
from django.db.models import Q, QuerySet

from moothall.lib import clock
from moothall.people.models import SharedValue

SWEPT = 100  # rows at a time, by whoever writes


class SharedCache(BaseCache):
    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Whether the key was free, as one that has expired is; of two who ask at once, one is told so."""
        name, fields = self._key(key, version), {"value": value, "expires_at": self._expires(timeout)}
        _, made = SharedValue.objects.get_or_create(key=name, defaults=fields)
        return made or bool(SharedValue.objects.filter(key=name, expires_at__lte=clock.now()).update(**fields))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        row = self._alive(key, version).values_list("value").first()
        return row[0] if row else default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        row = SharedValue(key=self._key(key, version), value=value, expires_at=self._expires(timeout))
        SharedValue.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["key"], update_fields=["value", "expires_at"]
        )
        _sweep()

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._alive(key, version).update(expires_at=self._expires(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(SharedValue.objects.filter(key=self._key(key, version)).delete()[0])

    def clear(self) -> None:
        SharedValue.objects.all().delete()

    def _alive(self, key: str, version: int | None) -> QuerySet[SharedValue]:
        still = Q(expires_at=None) | Q(expires_at__gt=clock.now())
        return SharedValue.objects.filter(still, key=self._key(key, version))

    def _key(self, key: str, version: int | None) -> str:
        return self.make_key(key, version)

    def _expires(self, timeout: Any) -> datetime | None:
        at = self.get_backend_timeout(timeout)
        return None if at is None else datetime.fromtimestamp(at, UTC)


def _sweep() -> None:
    """Remove some of what has expired; what another process is removing just now is left to it."""
    with transaction.atomic():
        gone = SharedValue.objects.select_for_update(skip_locked=True).filter(expires_at__lte=clock.now())
        SharedValue.objects.filter(pk__in=gone.order_by("expires_at").values("pk")[:SWEPT]).delete()
