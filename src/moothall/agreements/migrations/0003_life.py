"""Proposing, signing, withdrawing, ending; a settled text that nobody alters; grants that follow from signatures."""
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from moothall.tenancy.operations import AppendOnly

VERSION, PERSON = "agreements_agreementversion", settings.AUTH_USER_MODEL
PARTIES = """
UPDATE agreements_agreementversion v SET parties = found.parties, holds_from = v.starts
FROM (SELECT s.version_id, array_agg(DISTINCT s.client_id ORDER BY s.client_id) AS parties
      FROM agreements_share s JOIN tenancy_council c ON c.number = s.client_id AND c.kind = 'council' GROUP BY 1) found
WHERE found.version_id = v.id AND v.state <> 'draft'
"""
GUARDS = f"""
ALTER TABLE {VERSION} ADD CONSTRAINT hash_of_text CHECK (sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'));
CREATE TRIGGER keep_version BEFORE UPDATE OR DELETE ON {VERSION}
  FOR EACH ROW EXECUTE FUNCTION moothall.keep_version();
CREATE TRIGGER keep_share BEFORE INSERT OR UPDATE OR DELETE ON agreements_share
  FOR EACH ROW EXECUTE FUNCTION moothall.keep_part();
CREATE TRIGGER keep_line BEFORE INSERT OR UPDATE OR DELETE ON agreements_line
  FOR EACH ROW EXECUTE FUNCTION moothall.keep_part();
"""


def person(**options):
    return models.ForeignKey(PERSON, on_delete=django.db.models.deletion.PROTECT, related_name="+", **options)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_initial"), ("people", "0002_initial"), ("tenancy", "0003_instants"),
                    ("queueing", "0001_initial")]

    operations = [
        migrations.AlterField(
            "agreementversion", "state",
            models.CharField(choices=[("draft", "Draft"), ("proposed", "Proposed"), ("withdrawn", "Withdrawn"),
                                      ("in_force", "In force"), ("ended", "Ended")], default="draft", max_length=10),
        ),
        migrations.AddField(
            "agreementversion", "parties",
            django.contrib.postgres.fields.ArrayField(models.PositiveIntegerField(), default=list, size=None),
        ),
        migrations.AddField("agreementversion", "notice_months", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("agreementversion", "proposed_at", models.DateTimeField(null=True)),
        migrations.AddField("agreementversion", "proposed_by", person(null=True)),
        migrations.AddField("agreementversion", "holds_from", models.DateTimeField(null=True)),
        migrations.AddField("agreementversion", "noticed_at", models.DateTimeField(null=True)),
        migrations.AddField("agreementversion", "noticed_by", person(null=True)),
        migrations.CreateModel(
            "Signature",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("job", models.CharField(blank=True, max_length=60)),
                ("sha256", models.CharField(max_length=64)),
                ("way", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="signatures",
                                              to="agreements.agreementversion")),
                ("council", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                              to="tenancy.council")),
                ("person", person()),
            ],
            options={"constraints": [
                models.UniqueConstraint(fields=("version", "council"), name="one_signature_a_party"),
            ]},
        ),
        AppendOnly("agreements_signature"),
        migrations.RunSQL(PARTIES, migrations.RunSQL.noop),
        migrations.RunSQL((Path(__file__).parents[1] / "life.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
