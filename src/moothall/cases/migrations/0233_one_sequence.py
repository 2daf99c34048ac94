"""Numbers of references come from one sequence: a counter's locked row made the cases of a council wait for each other.

The sequence goes on where the furthest counter stood, so that no reference is given twice.
"""
from django.db import migrations

FORWARD = """
CREATE SEQUENCE IF NOT EXISTS public.cases_case_number AS integer;
SELECT setval('public.cases_case_number', greatest(
  (SELECT last_value FROM public.cases_case_number), (SELECT max(next) FROM public.cases_referencecounter)));
"""
BACK = """
INSERT INTO public.cases_referencecounter (council_id, next)
SELECT c.number, s.last_value + 1 FROM public.tenancy_council c, public.cases_case_number s;
DROP SEQUENCE public.cases_case_number;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0190_apart"), ("tenancy", "0232_ready_case")]

    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.DeleteModel("ReferenceCounter"),
    ]
