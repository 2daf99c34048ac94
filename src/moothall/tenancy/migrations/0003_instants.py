"""The scope's function anew: the owner of a database that is called `…_test` may choose no instant either."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_walls")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "open_scope.sql").read_text(), migrations.RunSQL.noop),
    ]
