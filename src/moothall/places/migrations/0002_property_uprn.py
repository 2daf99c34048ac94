"""An address is found by its UPRN among all councils that somebody may see."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [
        migrations.AddIndex("property", models.Index(fields=["uprn"], name="property_uprn")),
    ]
