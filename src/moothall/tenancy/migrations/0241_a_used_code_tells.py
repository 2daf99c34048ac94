"""The code that was told in a call goes on telling how the case stands that came of it before."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0234_discreet_standing")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "residents.sql").read_text(), migrations.RunSQL.noop),
    ]
