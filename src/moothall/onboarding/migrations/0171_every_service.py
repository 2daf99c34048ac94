"""Councils are asked for what the scripts of every service want to know."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0170_dry_run_told")]
    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "onboard.sql").read_text(), migrations.RunSQL.noop),
    ]
