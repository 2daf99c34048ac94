"""The first wall: the scope's function, row security on every tenant table, foreign keys that carry the council."""
from pathlib import Path

from django.db import migrations

from moothall.tenancy.operations import CORE, JOURNAL, LINE, WORK, AppendOnly, GuardTable, TenantForeignKey

CONTACT = {"contact_id": "lease_contact"}


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0001_initial"),
        ("people", "0002_initial"),
        ("journal", "0002_initial"),
        ("places", "0001_initial"),
        ("agreements", "0002_initial"),
        ("customers", "0002_initial"),
        ("contacts", "0002_initial"),
        ("queueing", "0001_initial"),
        ("scripts", "0001_initial"),
        ("cases", "0002_initial"),
    ]

    operations = [
        migrations.RunSQL("CREATE SCHEMA IF NOT EXISTS moothall", migrations.RunSQL.noop),
        migrations.RunSQL((Path(__file__).parents[1] / "open_scope.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE TRIGGER only_shorten BEFORE UPDATE ON queueing_lease "
            "FOR EACH ROW EXECUTE FUNCTION moothall.only_shorten_lease()",
            migrations.RunSQL.noop,
        ),
        GuardTable("journal_entry", JOURNAL),
        AppendOnly("journal_entry"),
        AppendOnly("journal_block"),
        GuardTable("places_property", CORE, service=False, lease={"id": "lease_property"}),
        GuardTable("places_collection", CORE, service=False),
        GuardTable("customers_customer", CORE, service=False, lease={"id": "lease_customer"}),
        GuardTable("customers_customerphone", CORE, service=False, lease={"customer_id": "lease_customer"}),
        GuardTable("customers_customertoken", CORE, service=False),
        GuardTable("contacts_contact", LINE, lease={"id": "lease_contact"}),
        GuardTable("contacts_leg", LINE, lease=CONTACT),
        GuardTable("contacts_need", WORK, lease=CONTACT),
        GuardTable("queueing_offer", LINE, lease=CONTACT),
        GuardTable("scripts_run", WORK, lease=CONTACT),
        GuardTable("cases_case", WORK, lease={"id": "lease_case"}),
        GuardTable("cases_casenote", WORK, lease={"case_id": "lease_case"}),
        TenantForeignKey("customers_customer", "property_id", "places_property"),
        TenantForeignKey("customers_customerphone", "customer_id", "customers_customer"),
        TenantForeignKey("customers_customertoken", "customer_id", "customers_customer"),
        TenantForeignKey("contacts_contact", "customer_id", "customers_customer"),
        TenantForeignKey("contacts_contact", "property_id", "places_property"),
        TenantForeignKey("contacts_leg", "contact_id", "contacts_contact"),
        TenantForeignKey("contacts_need", "contact_id", "contacts_contact"),
        TenantForeignKey("contacts_need", "case_id", "cases_case"),
        TenantForeignKey("queueing_offer", "contact_id", "contacts_contact"),
        TenantForeignKey("scripts_run", "contact_id", "contacts_contact"),
        TenantForeignKey("scripts_run", "need_id", "contacts_need"),
        TenantForeignKey("cases_case", "property_id", "places_property"),
        TenantForeignKey("cases_case", "customer_id", "customers_customer"),
        TenantForeignKey("cases_case", "contact_id", "contacts_contact"),
        TenantForeignKey("cases_casenote", "case_id", "cases_case"),
    ]
