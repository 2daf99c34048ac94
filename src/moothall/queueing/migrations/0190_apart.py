"""Whether a row is about somebody protected: tenancy/protected.sql says who sees it then."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queueing", "0004_passings")]

    operations = [
        migrations.AddField("passing", "apart", models.BooleanField(db_default=False, default=False)),
    ]
