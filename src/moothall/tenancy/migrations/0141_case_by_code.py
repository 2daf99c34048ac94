"""How a case stands, for whoever has its reference and the code of the run that it came of."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0155_residents_book")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "residents.sql").read_text(), migrations.RunSQL.noop),
    ]
