"""Whether a row is about somebody protected: tenancy/protected.sql says who sees it then."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("backoffice", "0153_errands")]

    operations = [
        migrations.AddField("errand", "apart", models.BooleanField(db_default=False, default=False)),
    ]
