"""Whether a row is about somebody protected: tenancy/protected.sql says who sees it then."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_case_indexes")]

    operations = [
        migrations.AddField("case", "apart", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("casenote", "apart", models.BooleanField(db_default=False, default=False)),
    ]
