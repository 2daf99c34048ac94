"""Whether a row is about somebody protected: tenancy/protected.sql says who sees it then."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0150_messages")]

    operations = [
        migrations.AddField("message", "apart", models.BooleanField(db_default=False, default=False)),
    ]
