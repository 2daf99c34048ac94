"""Whether a row is about somebody protected: tenancy/protected.sql says who sees it then."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scripts", "0180_step_comments")]

    operations = [
        migrations.AddField("run", "apart", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("identitycheck", "apart", models.BooleanField(db_default=False, default=False)),
    ]
