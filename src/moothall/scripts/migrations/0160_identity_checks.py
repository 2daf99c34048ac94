"""Which facts somebody was asked, and whether they were right: counted by record and day."""
import django.db.models.deletion
from django.db import migrations, models

from moothall.tenancy.operations import WORK, GuardTable, TenantForeignKey


def key(to, **options):
    return models.ForeignKey(to, on_delete=django.db.models.deletion.PROTECT, related_name="+", **options)


class Migration(migrations.Migration):
    dependencies = [("scripts", "0140_run_key"), ("places", "0001_initial"), ("tenancy", "0002_walls")]

    operations = [
        migrations.CreateModel(
            "IdentityCheck",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_number", models.BigIntegerField()),
                ("contact_number", models.BigIntegerField(null=True)),
                ("fact", models.CharField(max_length=20)),
                ("matched", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("council", key("tenancy.council", db_index=False)),
                ("service", key("tenancy.service", db_index=False)),
                ("property", key("places.property", db_constraint=False)),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.AddIndex(
            "IdentityCheck", models.Index(fields=["property", "at"], name="identity_check_day")
        ),
        GuardTable("scripts_identitycheck", WORK),
        TenantForeignKey("scripts_identitycheck", "property_id", "places_property"),
    ]
