"""Councils that become one: which, when, and what becomes of their teams; grants reach back to what was theirs."""
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

HERE = Path(__file__).parents[1]
GUARDS = """
CREATE TRIGGER keep_succession BEFORE INSERT OR UPDATE OR DELETE ON agreements_succession
  FOR EACH ROW EXECUTE FUNCTION moothall.keep_part();
CREATE TRIGGER keep_team_passing BEFORE INSERT OR UPDATE OR DELETE ON agreements_teampassing
  FOR EACH ROW EXECUTE FUNCTION moothall.keep_part();
DROP TRIGGER IF EXISTS carry_membership ON people_membership;
CREATE TRIGGER carry_membership AFTER INSERT OR UPDATE OR DELETE ON people_membership
  FOR EACH ROW EXECUTE FUNCTION moothall.carry_membership();
"""


def key(to, related_name="+", on_delete=django.db.models.deletion.PROTECT):
    return models.ForeignKey(to, on_delete=on_delete, related_name=related_name)


def of_version(related_name):
    return key("agreements.agreementversion", related_name, django.db.models.deletion.CASCADE)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0040_settle_alone"), ("people", "0003_sharedvalue"), ("tenancy", "0020_halts"),
                    ("queueing", "0002_lease_via")]

    operations = [
        migrations.CreateModel(
            "Succession",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("version", of_version("successions")),
                ("predecessor", key("tenancy.council")),
                ("successor", key("tenancy.council")),
            ],
            options={"constraints": [
                models.UniqueConstraint(fields=["version", "predecessor"], name="one_successor_a_version"),
            ]},
        ),
        migrations.CreateModel(
            "TeamPassing",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", of_version("team_passings")),
                ("successor", key("tenancy.council")),
                ("team", key("people.team")),
                ("becomes", key("people.team")),
            ],
            options={"constraints": [
                models.UniqueConstraint(fields=["version", "successor", "team"], name="one_passing_a_team"),
            ]},
        ),
        migrations.RunSQL((HERE / "succession.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "life.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "drafts.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
