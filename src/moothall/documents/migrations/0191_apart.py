"""Whether a row is about somebody protected: tenancy/protected.sql says who sees it then."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0190_documents")]

    operations = [
        migrations.AddField("document", "apart", models.BooleanField(db_default=False, default=False)),
    ]
