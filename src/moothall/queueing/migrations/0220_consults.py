"""Somebody is asked about a call while its caller is on hold, and may take it then."""
from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parents[1] / "passings" / "passings.sql"
STATES = [("asked", "Asked of the exchange"), ("refused", "Refused by the exchange"),
          ("consult", "Somebody is asked first"), ("ended", "Asked, and the call stayed"),
          ("waiting", "On its way"), ("taken", "Taken"), ("lost", "The call ended before somebody took it"),
          ("out", "Put through to a number outside")]
CONSULTS = [("asked", "Asked of the exchange"), ("ringing", "Rings there"),
            ("talking", "They talk, and the caller waits"), ("caller", "The caller is talked to, and they wait")]
PRESENCES = [("away", "Not here"), ("ready", "Ready"), ("ringing", "Ringing"), ("in_call", "In call"),
             ("wrap_up", "Finishing"), ("paused", "Pause"), ("asked", "Asked by a colleague")]


class Migration(migrations.Migration):
    dependencies = [("queueing", "0190_apart")]

    operations = [
        migrations.AddField(
            "passing", "consult", models.CharField(blank=True, choices=CONSULTS, db_default="", max_length=8)
        ),
        migrations.AddField("passing", "talked_at", models.DateTimeField(null=True)),
        migrations.AddField("routerstate", "consults", models.BooleanField(db_default=False, default=False)),
        migrations.AlterField(
            "passing", "state", models.CharField(choices=STATES, default="asked", max_length=8)
        ),
        migrations.AlterField(
            "presence", "state", models.CharField(choices=PRESENCES, default="away", max_length=10)
        ),
        migrations.RemoveConstraint("passing", "one_passing_a_contact"),
        migrations.AddConstraint("passing", models.UniqueConstraint(
            condition=models.Q(("state__in", ["asked", "consult", "waiting"])), fields=("council", "contact"),
            name="one_passing_a_contact",
        )),
        migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop),
    ]
