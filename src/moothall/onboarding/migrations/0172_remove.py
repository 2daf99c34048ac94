"""A council that was added by mistake can be taken out again."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0171_every_service"), ("tenancy", "0214_removed_councils")]
    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "remove.sql").read_text(), migrations.RunSQL.noop),
    ]
