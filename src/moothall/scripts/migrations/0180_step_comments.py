"""What agents say of a script's step, from within a call, and the word back to them."""
import django.db.models.deletion
from django.db import migrations, models

from moothall.tenancy.operations import GuardTable, TableClass, TenantForeignKey

# Whoever answers, resolves or counts may read them, as they may the journal. A manager who counts and answers nothing
# gives the word back, so these may write it too; which columns, is the privileges' to say (tenancy/privileges.py).
NOTED = TableClass("journal", "journal")


def key(to, **options):
    return models.ForeignKey(to, on_delete=django.db.models.deletion.PROTECT, related_name="+", **options)


class Migration(migrations.Migration):
    dependencies = [
        ("scripts", "0160_identity_checks"), ("contacts", "0001_initial"), ("people", "0001_initial"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            "StepComment",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=80)),
                ("run_number", models.BigIntegerField()),
                ("text", models.CharField(max_length=300)),
                ("written_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("word", models.CharField(max_length=300)),
                ("council", key("tenancy.council", db_index=False)),
                ("service", key("tenancy.service", db_index=False)),
                ("contact", key("contacts.contact", db_constraint=False, null=True, blank=True)),
                ("script", key("scripts.scriptversion")),
                ("written_by", key("people.person")),
                ("done_by", key("people.person", null=True)),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        GuardTable("scripts_stepcomment", NOTED, lease={"contact_id": "lease_contact"}),
        TenantForeignKey("scripts_stepcomment", "contact_id", "contacts_contact"),
    ]
