"""Whether a row is about somebody protected: tenancy/protected.sql says who sees it then."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0151_payments")]

    operations = [
        migrations.AddField("paymentrequest", "apart", models.BooleanField(db_default=False, default=False)),
    ]
