"""Drafts are written by managers, each of whom has read what they replace; who saved one last is kept."""
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_seen_and_notice"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField("agreementversion", "saved_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "agreementversion", "saved_by",
            models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=django.db.models.deletion.PROTECT,
                              related_name="+"),
        ),
        migrations.RunSQL((Path(__file__).parents[1] / "life.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((Path(__file__).parents[1] / "drafts.sql").read_text(), migrations.RunSQL.noop),
    ]
