from django.db import migrations, models


class Migration(migrations.Migration):
    """Which postcodes are near a spot on the map."""

    dependencies = [("places", "0002_property_uprn")]

    operations = [
        migrations.AddIndex("postcode", models.Index(fields=["latitude", "longitude"], name="postcode_where")),
    ]
