"""A dry run keeps what its calls heard, so that a page can show it."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0001_initial")]
    operations = [
        migrations.AddField("dryrun", "told", models.JSONField(default=dict, db_default={})),
        migrations.RunSQL((Path(__file__).parents[1] / "onboard.sql").read_text(), migrations.RunSQL.noop),
    ]
