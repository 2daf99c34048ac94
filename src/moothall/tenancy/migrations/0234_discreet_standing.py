"""How a case stands is told with whether nobody beside the reader should see what it is about."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0233_no_waiting_for_numbers")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "residents.sql").read_text(), migrations.RunSQL.noop),
    ]
