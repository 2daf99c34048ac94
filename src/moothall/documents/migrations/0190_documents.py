"""What people sent as proof. A resident adds to their own run and takes away again until it was sent; none of the public's
pages can read the bytes (tenancy/privileges.py)."""
import django.db.models.deletion
from django.db import migrations, models

from moothall.tenancy.operations import WORK, GuardTable, TenantForeignKey, in_setting

OWN = in_setting("run_id", "own_run", "bigint[]")
OF_IT = f"(contact_id IS NULL OR {in_setting('contact_id', 'own_contact', 'bigint[]')})"
BY_RESIDENTS = f"""
CREATE POLICY see_own ON documents_document FOR SELECT USING ({OWN});
CREATE POLICY add_own ON documents_document FOR INSERT WITH CHECK ({OWN} AND {OF_IT});
CREATE POLICY change_own ON documents_document FOR UPDATE
  USING ({OWN} AND contact_id IS NULL) WITH CHECK ({OWN} AND {OF_IT});
"""


def key(to, **options):
    return models.ForeignKey(to, on_delete=django.db.models.deletion.PROTECT, related_name="+", **options)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("scripts", "0160_identity_checks"), ("contacts", "0001_initial"), ("tenancy", "0155_residents_book"),
    ]

    operations = [
        migrations.CreateModel(
            "Document",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=80)),
                ("item", models.CharField(blank=True, max_length=80)),
                ("name", models.CharField(max_length=100)),
                ("kind", models.CharField(
                    choices=[("jpeg", "Photo"), ("png", "Picture"), ("pdf", "PDF")], max_length=4)),
                ("state", models.CharField(
                    choices=[("kept", "Kept"), ("removed", "Taken away")], default="kept", max_length=7)),
                ("size", models.IntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("sent_sha256", models.CharField(max_length=64)),
                ("came_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                ("content", models.BinaryField()),
                ("council", key("tenancy.council", db_index=False)),
                ("service", key("tenancy.service", db_index=False)),
                ("contact", key("contacts.contact", db_constraint=False, null=True, blank=True)),
                ("run", models.ForeignKey(
                    db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="documents",
                    to="scripts.run")),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.AddIndex("Document", models.Index(fields=["run"], name="document_run")),
        migrations.AddConstraint(
            "Document",
            models.UniqueConstraint(
                fields=["council", "run", "step", "item", "sent_sha256"], condition=models.Q(state="kept"),
                name="one_document_a_file",
            ),
        ),
        GuardTable("documents_document", WORK, lease={"contact_id": "lease_contact"}),
        TenantForeignKey("documents_document", "run_id", "scripts_run"),
        TenantForeignKey("documents_document", "contact_id", "contacts_contact"),
        migrations.RunSQL(BY_RESIDENTS, migrations.RunSQL.noop),
    ]
