from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('queueing', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='lease',
            name='via',
            field=models.IntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='lease',
            index=models.Index(fields=['person', 'ends'], name='lease_running'),
        ),
    ]
