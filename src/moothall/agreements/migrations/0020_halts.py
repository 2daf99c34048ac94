"""What a council does when it must act at once: pause a share, take it back, cut itself off."""
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PERSON = settings.AUTH_USER_MODEL


def to(model, **options):
    return models.ForeignKey(model, on_delete=django.db.models.deletion.PROTECT, **options)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0010_drafts"), ("people", "0003_sharedvalue"), ("queueing", "0002_lease_via")]

    operations = [
        migrations.CreateModel(
            "Halt",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("pause", "Paused"), ("recall", "Taken back"), ("cut", "Cut off")],
                                          max_length=6)),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField(null=True)),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("council", to("tenancy.council", related_name="+")),
                ("share", to("agreements.share", null=True, related_name="halts")),
                ("team", to("people.team", null=True, related_name="+")),
                ("by", to(PERSON, null=True, related_name="+")),
                ("lifted_by", to(PERSON, null=True, related_name="+")),
            ],
            options={"indexes": [models.Index(fields=["share", "starts"], name="halt_of_share")]},
        ),
        migrations.RunSQL((Path(__file__).parents[1] / "life.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((Path(__file__).parents[1] / "control.sql").read_text(), migrations.RunSQL.noop),
    ]
