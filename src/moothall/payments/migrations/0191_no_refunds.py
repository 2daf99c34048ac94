"""Nothing here gives money back: an officer does, in the payment provider's own pages."""
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0190_apart")]

    operations = [migrations.RemoveField("paymentrequest", "refunded")]
