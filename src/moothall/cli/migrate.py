"""`moothall migrate`: login roles, schema, privileges, catalogue, open data. Speaks as the owner (DATABASE_URL)."""
from __future__ import annotations

import argparse

ROLE = "owner"
HELP = "make or renew the database's roles, schema, privileges, catalogue and open data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--with-test-role", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help="only say whether migrations are missing; exit 1 if so")


def run(args: argparse.Namespace) -> int:
    from django.conf import settings
    from django.core.management import call_command

    from moothall.lib.reloading import few_models_made_anew
    from moothall.places.open_data import load_open_data
    from moothall.tenancy import catalogue, privileges

    if args.check:
        call_command("migrate", check_unapplied=True, plan=True, verbosity=1, skip_checks=True)
        return 0
    if privileges.login_passes_walls():
        print("DATABASE_URL's login is a superuser, or bypasses row security. Name a plain owner with CREATEROLE.")
        return 1
    privileges.make_roles(settings.SECRET_KEY, with_test_role=args.with_test_role)
    with few_models_made_anew():
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    privileges.apply_privileges()
    if args.with_test_role:
        privileges.apply_test_privileges()
    services = catalogue.load_catalogue()
    if not args.with_test_role:  # tests bring the few places and holidays that they speak of
        load_open_data()
    print(f"Schema, roles and privileges are up to date; {services} services in the catalogue.")
    return 0
