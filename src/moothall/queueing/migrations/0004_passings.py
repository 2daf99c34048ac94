"""Calls that are passed on: who, to whom, why; and a lease that shows of such a call what its receiver answers."""
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from moothall.tenancy.operations import GuardTable, TableClass, TenantForeignKey, in_setting

# What the next must know is about a person, so whoever counts alone doesn't read it, as they don't read needs and runs;
# the router does, who lets the call go its way.
TOLD = TableClass("work", "line_write")
ON_ITS_WAY = in_setting("scope_key", "line_write")
SQL = Path(__file__).parents[1] / "passings" / "passings.sql"
KINDS = [("team", "To a team"), ("person", "To a colleague"), ("outside", "To a number outside"),
         ("handset", "At the telephone itself")]
STATES = [("asked", "Asked of the exchange"), ("refused", "Refused by the exchange"), ("waiting", "On its way"),
          ("taken", "Taken"), ("lost", "The call ended before somebody took it"),
          ("out", "Put through to a number outside")]


def key(to, **options):
    return models.ForeignKey(to, on_delete=django.db.models.deletion.PROTECT, **{"related_name": "+", **options})


class Migration(migrations.Migration):
    dependencies = [
        ("queueing", "0003_handles_calls"), ("contacts", "0004_held_at"), ("people", "0003_sharedvalue"),
        ("tenancy", "0060_council_identity"), ("agreements", "0020_halts"), ("directory", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            "lease", "keys",
            django.contrib.postgres.fields.ArrayField(models.IntegerField(), null=True, size=None),
        ),
        migrations.CreateModel(
            "Passing",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=8)),
                ("state", models.CharField(choices=STATES, default="asked", max_length=8)),
                ("number", models.CharField(blank=True, db_default="", max_length=20)),
                ("name", models.CharField(blank=True, db_default="", max_length=120)),
                ("words", models.TextField(blank=True, db_default="")),
                ("needs", django.contrib.postgres.fields.ArrayField(
                    base_field=models.BigIntegerField(), default=list, size=None)),
                ("asked_at", models.DateTimeField()),
                ("passed_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("result", models.CharField(blank=True, db_default="", max_length=40)),
                ("note", models.TextField(blank=True, db_default="")),
                ("finished_at", models.DateTimeField(null=True)),
                ("council", key("tenancy.council", db_index=False)),
                ("service", key("tenancy.service", db_index=False)),
                ("contact", key("contacts.contact", db_constraint=False, related_name="passings")),
                ("by", key("people.person")),
                ("wanted", key("tenancy.service")),
                ("team", key("people.team", null=True)),
                ("person", key("people.person", null=True)),
                ("taken_by", key("people.person", null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(
                    condition=models.Q(("state__in", ["asked", "waiting"])), fields=("council", "contact"),
                    name="one_passing_a_contact",
                )],
            },
        ),
        GuardTable("queueing_passing", TOLD, lease={"contact_id": "lease_contact"}),
        migrations.RunSQL(
            f"CREATE POLICY see_on_its_way ON queueing_passing FOR SELECT USING ({ON_ITS_WAY})", migrations.RunSQL.noop
        ),
        TenantForeignKey("queueing_passing", "contact_id", "contacts_contact"),
        migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop),
    ]
