"""Whoever was protected before: what their cases and calls tell is taken out of the rows now."""
from django.db import migrations

# Turned off and on again, so that the triggers do what they do for everybody. The owner opens one council at a time.
AGAIN = """
DO $$
DECLARE
  each int;
  before text[];
  ids bigint[];
BEGIN
  FOR each IN SELECT c.number FROM public.tenancy_council c LOOP
    before := moothall.open_apart(each);
    SELECT array_agg(c.id) INTO ids FROM public.customers_customer c WHERE c.council_id = each AND c.protected;
    UPDATE public.customers_customer c SET protected = false WHERE c.id = ANY(ids);
    UPDATE public.customers_customer c SET protected = true WHERE c.id = ANY(ids);
    PERFORM moothall.close_apart(before);
  END LOOP;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0210_protected")]

    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
