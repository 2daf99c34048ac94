"""A resident's run is read by a function, whose plan is kept and which goes out with the scope."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0212_journal_of_protection"), ("scripts", "0190_apart")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "residents.sql").read_text(), migrations.RunSQL.noop),
    ]
