"""Whoever proposes a text confirms who gains sight by it; the database takes no proposal without that."""
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from moothall.tenancy.operations import AppendOnly

HERE = Path(__file__).parents[1]
WITHOUT = """
DROP FUNCTION IF EXISTS moothall.propose_text(bigint, text, bigint, timestamptz);
DROP FUNCTION IF EXISTS moothall.propose_version(bigint, bigint, timestamptz);
"""


def key(to, related_name="+"):
    return models.ForeignKey(to, on_delete=django.db.models.deletion.PROTECT, related_name=related_name)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0080_succession"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            "SightConfirmed",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("job", models.CharField(blank=True, max_length=60)),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("shares", django.contrib.postgres.fields.ArrayField(models.CharField(max_length=60), size=None)),
                ("version", key("agreements.agreementversion", "sight_confirmed")),
                ("person", key(settings.AUTH_USER_MODEL)),
            ],
            options={"constraints": [
                models.UniqueConstraint(fields=("version", "sha256"), name="one_confirmation_a_text"),
            ]},
        ),
        AppendOnly("agreements_sightconfirmed"),
        migrations.RunSQL(WITHOUT, migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "sight.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "life.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "drafts.sql").read_text(), migrations.RunSQL.noop),
    ]
