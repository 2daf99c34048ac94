"""What councils choose on their way to live, and the functions by which they come there."""
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

COUNCIL = {"on_delete": django.db.models.deletion.CASCADE, "related_name": "+", "to": "tenancy.council"}
SERVICE = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": "tenancy.service"}


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("tenancy", "0060_council_identity"), ("people", "0003_sharedvalue"), ("agreements", "0080_succession"),
        ("scripts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            "ChosenService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("council", models.ForeignKey(**COUNCIL)),
                ("service", models.ForeignKey(**SERVICE)),
                ("values", models.JSONField(default=dict)),
                ("chosen_at", models.DateTimeField()),
            ],
            options={"constraints": [
                models.UniqueConstraint(fields=["council", "service"], name="one_choice_a_service"),
            ]},
        ),
        migrations.CreateModel(
            "PlannedLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("council", models.ForeignKey(**COUNCIL)),
                ("service", models.ForeignKey(**SERVICE)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("public_number", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("greeting", models.CharField(max_length=200, blank=True)),
            ],
        ),
        migrations.CreateModel(
            "DryRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("council", models.ForeignKey(**COUNCIL)),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+",
                                              to="agreements.agreementversion")),
                ("at", models.DateTimeField()),
                ("way", models.CharField(max_length=10)),
                ("calls", models.PositiveIntegerField()),
                ("problems", models.PositiveIntegerField()),
            ],
            options={"indexes": [models.Index(fields=["council", "at"], name="dry_runs_of_a_council")]},
        ),
        migrations.RunSQL((Path(__file__).parents[1] / "onboard.sql").read_text(), migrations.RunSQL.noop),
    ]
