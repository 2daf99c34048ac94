"""A council's directory, seen by those who answer its switchboard."""
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from moothall.tenancy.operations import WORK, GuardTable

KEY = {"db_index": False, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}


class Migration(migrations.Migration):
    initial = True
    dependencies = [("tenancy", "0060_council_identity")]

    operations = [
        migrations.CreateModel(
            "Listing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("council", models.ForeignKey(to="tenancy.council", **KEY)),
                ("service", models.ForeignKey(to="tenancy.service", **KEY)),
                ("kind", models.CharField(choices=[("person", "Person"), ("team", "Team")], max_length=6)),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("also", django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=120), default=list, size=None)),
                ("team", models.CharField(blank=True, max_length=120)),
                ("role", models.CharField(blank=True, max_length=40)),
                ("number", models.CharField(blank=True, max_length=20)),
                ("takes_calls", models.BooleanField(default=True)),
                ("restricted", models.BooleanField(default=False)),
                ("deputy", models.CharField(blank=True, max_length=60)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("checked_on", models.DateField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=["council", "code"], name="one_listing_a_code")],
            },
        ),
        GuardTable("directory_listing", WORK),
    ]
