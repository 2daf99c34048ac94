"""What the next agent must know is written by pages while they are asked alone, and never altered."""
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "passings" / "passings.sql"
BACK = """
DROP TRIGGER IF EXISTS judge_story ON queueing_passing;
DROP FUNCTION IF EXISTS moothall.judge_story();
"""


class Migration(migrations.Migration):
    dependencies = [("queueing", "0240_days_in_london")]

    operations = [migrations.RunSQL(SQL.read_text(), BACK)]
