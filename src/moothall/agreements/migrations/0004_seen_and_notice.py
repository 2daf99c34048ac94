"""Grants follow what a share lets its team see besides what it serves, and a notice may have days."""
from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_life")]

    operations = [
        migrations.AddField("agreementversion", "notice_days", models.PositiveSmallIntegerField(default=0)),
        migrations.RunSQL((Path(__file__).parents[1] / "life.sql").read_text(), migrations.RunSQL.noop),
    ]
