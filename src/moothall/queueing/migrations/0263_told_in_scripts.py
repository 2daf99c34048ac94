"""A call may be passed on to a number that its published script tells to ring, as a duty team's."""
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "passings" / "passings.sql"


class Migration(migrations.Migration):
    dependencies = [("queueing", "0262_what_was_told_stands")]

    operations = [migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop)]
