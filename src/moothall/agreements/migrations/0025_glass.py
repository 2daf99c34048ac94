"""Break glass: who sees what is another council's for a stated emergency, from when to when."""
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PERSON = settings.AUTH_USER_MODEL


def to(model, **options):
    return models.ForeignKey(model, on_delete=django.db.models.deletion.PROTECT, related_name="+", **options)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0045_sight_confirmed"), ("people", "0003_sharedvalue"), ("tenancy", "0020_halts")]

    operations = [
        migrations.CreateModel(
            "BreakGlass",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200)),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("person", to(PERSON)),
                ("council", to("tenancy.council")),
                ("ended_by", to(PERSON, null=True)),
            ],
            options={"indexes": [models.Index(fields=["council", "ends"], name="glass_of_council")]},
        ),
        migrations.RunSQL((Path(__file__).parents[1] / "glass.sql").read_text(), migrations.RunSQL.noop),
    ]
