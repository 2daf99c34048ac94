"""The manager of tenant models: it refuses to work outside a scope."""
from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

from moothall.tenancy.scope import require_scope

Row = TypeVar("Row", bound=models.Model)


class TenantManager(models.Manager[Row]):
    """Raises OutsideScope rather than returning nothing, so that a forgotten scope is seen in development."""

    def get_queryset(self) -> models.QuerySet[Row]:
        require_scope(self.model.__name__)
        return super().get_queryset()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Row]:
        require_scope(self.model.__name__)
        return super().bulk_create(*args, **kwargs)
