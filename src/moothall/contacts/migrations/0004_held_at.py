from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0003_went_on'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='held_at',
            field=models.DateTimeField(null=True),
        ),
    ]
