"""What is kept apart of people who are protected, and who may see it: tenancy/protected.sql."""
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from moothall.tenancy.operations import PROTECTED, GuardTable, TenantForeignKey

PERSON = settings.AUTH_USER_MODEL


def to(model, **options):
    return models.ForeignKey(model, on_delete=django.db.models.deletion.PROTECT, related_name="+", **options)


def number():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_name_words"), ("people", "0003_sharedvalue"), ("tenancy", "0200_passed_on"),
    ]

    operations = [
        migrations.AddField("customerphone", "apart", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("customertoken", "apart", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL((Path(__file__).parents[1] / "names.sql").read_text(), migrations.RunSQL.noop),
        migrations.CreateModel(
            "KeptApart",
            [
                ("id", number()),
                ("what", models.CharField(choices=[("case", "A case"), ("contact", "A contact")], max_length=8)),
                ("row", models.BigIntegerField()),
                ("texts", models.JSONField(default=dict)),
                ("council", to("tenancy.council", db_index=False)),
                ("customer", to("customers.customer", db_constraint=False)),
            ],
            options={
                "abstract": False, "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=["council", "what", "row"], name="one_kept_apart_a_row"),
                ],
            },
        ),
        migrations.CreateModel(
            "ProtectedSight",
            [
                ("id", number()),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("council", to("tenancy.council")),
                ("person", to(PERSON)),
                ("given_by", to(PERSON)),
                ("ended_by", to(PERSON, null=True)),
            ],
        ),
        GuardTable("customers_keptapart", PROTECTED, service=False),
        TenantForeignKey("customers_keptapart", "customer_id", "customers_customer"),
    ]
