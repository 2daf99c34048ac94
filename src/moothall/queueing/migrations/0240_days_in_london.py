"""Who is listed today is asked by London's day: the database's own is yesterday for an hour of each summer night."""
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "passings" / "passings.sql"


class Migration(migrations.Migration):
    dependencies = [("queueing", "0230_calls_out")]

    operations = [migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop)]
