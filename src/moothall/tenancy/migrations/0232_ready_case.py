"""What a resident's case needs before it is opened is asked in one journey."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0231_numbers_in_sight")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "residents.sql").read_text(), migrations.RunSQL.noop),
    ]
