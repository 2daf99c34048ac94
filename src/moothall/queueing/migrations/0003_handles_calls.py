from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('queueing', '0002_lease_via'),
    ]

    operations = [
        migrations.AddField(
            model_name='routerstate',
            name='handles_calls',
            field=models.BooleanField(default=False, db_default=False),
        ),
    ]
