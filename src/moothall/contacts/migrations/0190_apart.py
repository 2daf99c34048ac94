"""Whether a row is about somebody protected: tenancy/protected.sql says who sees it then."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0004_held_at")]

    operations = [
        migrations.AddField("contact", "apart", models.BooleanField(db_default=False, default=False)),
    ]
