"""Which login role may do what with which table: one list, applied after every migration.

Tenant tables stand here too, but what a role sees of them is row security's. Tables without a tenant are those in
UNTENANTED; a meta test holds that every table is in exactly one of the two.
"""
from __future__ import annotations

from django.db import connection

from moothall.tenancy.roles import LOGIN_ROLES, TEST_ROLE, role_name

S, SI, SU = "SELECT", "SELECT, INSERT", "SELECT, UPDATE"
SIU, ALL = "SELECT, INSERT, UPDATE", "SELECT, INSERT, UPDATE, DELETE"
EVERYBODY = dict.fromkeys(LOGIN_ROLES, S)

# An entry's id and transaction are the database's to give: the sealer relies on both.
WRITE = "INSERT (kind, council_id, service_id, contact_id, need_id, case_id, principal, at, recorded_at, body)"

TENANT: dict[str, dict[str, str]] = {
    "journal_entry": {"web": f"{S}, {WRITE}", "worker": f"{S}, {WRITE}", "router": WRITE, "report": S, "public": WRITE},
    # Who needs help with their bins is the service's to know, never the public's.
    "places_property": {"web": S, "worker": S, "public": "SELECT (id, council_id, uprn, usrn, number, street, town, "
                        "postcode_key, postcode, ward, round_code, scope_key)"},
    "places_collection": {"web": S, "worker": S, "public": S},
    "customers_customer": {"web": SIU, "worker": S},
    "customers_customerphone": {"web": SIU, "worker": S},
    "customers_customertoken": {"web": SIU, "worker": S},
    "customers_nameword": {"web": SI, "worker": S},
    "customers_keptapart": {"web": S, "worker": S},  # written by triggers alone
    "contacts_contact": {"web": SIU, "worker": S, "router": SIU, "report": S, "public": "SELECT, UPDATE (property_id)"},
    "contacts_leg": {"web": SIU, "worker": S, "router": SIU, "report": S},
    "contacts_need": {"web": SIU, "worker": S, "report": S, "public": SIU},
    "queueing_offer": {"web": SU, "router": SIU, "report": S, "worker": S},
    "queueing_passing": {
        "web": f"{SI}, UPDATE (note, finished_at, needs, words)", "worker": S,
        "router": f"{SI}, UPDATE (state, passed_at, settled_at, taken_by_id, result, consult, talked_at, person_id)",
    },
    "scripts_run": {"web": SIU, "worker": S, "public": SU},
    "scripts_identitycheck": {"web": SI, "worker": S},
    "scripts_stepcomment": {"web": f"{S}, INSERT, UPDATE (done_at, done_by_id, word)", "worker": S},
    "cases_case": {"web": SIU, "worker": SU, "public": SI},
    "cases_casenote": {"web": SIU, "worker": SIU},
    # The public's pages show what came and never open it again.
    "documents_document": {
        "web": f"{S}, UPDATE (contact_id)", "worker": f"{S}, UPDATE (state, removed_at, content, name, size)",
        "public": "SELECT (id, council_id, service_id, run_id, "
        "contact_id, step, item, name, kind, state, size, sha256, sent_sha256, came_at, removed_at, apart, "
        "scope_key), "
        "INSERT, UPDATE (contact_id, state, removed_at, content, name, size)",
    },
    "identity_identitydraft": {"web": S, "worker": S},
    "outbox_message": {"web": SI, "worker": SIU, "public": "INSERT"},
    "directory_listing": {"web": S, "worker": S},
    "backoffice_errand": {"web": SI, "worker": SIU, "public": "INSERT"},
    "payments_paymentrequest": {
        "web": SIU, "worker": SIU, "public": f"{S}, INSERT, UPDATE (state, code, attempt, provider_id, next_at)",
    },
}

# Without a tenant: who takes part, the open data, staff, and rows that hold ids alone.
UNTENANTED: dict[str, dict[str, str]] = {
    "tenancy_council": EVERYBODY,
    "tenancy_service": EVERYBODY,
    "tenancy_grant": {"web": S, "worker": S, "router": S, "report": S},
    "tenancy_purpose": {},
    "people_person": {"web": SU, "worker": S, "router": S, "report": S},
    "people_team": EVERYBODY,
    "people_membership": {"web": S, "worker": S, "router": S, "report": S},
    "people_skill": {"web": S, "router": S, "report": S, "worker": S},
    "people_sharedvalue": {"web": ALL},
    "places_postcode": EVERYBODY,
    "places_authority": EVERYBODY,
    "places_holiday": EVERYBODY,
    "identity_identity": EVERYBODY,
    "agreements_agreement": EVERYBODY,
    "agreements_agreementversion": EVERYBODY,
    "agreements_share": EVERYBODY,
    "agreements_line": EVERYBODY,
    "agreements_halt": {**EVERYBODY, "public": "SELECT (id, kind, council_id, share_id, team_id, starts, ends)"},
    "agreements_breakglass": {"web": S, "report": S, "worker": S},
    "customers_protectedsight": {"web": S, "worker": S},
    "agreements_succession": EVERYBODY,
    "agreements_teampassing": EVERYBODY,
    "agreements_signature": {"web": S, "worker": S, "report": S},
    "agreements_sightconfirmed": {"web": S, "worker": S, "report": S},
    "queueing_presence": {"web": SIU, "router": SIU, "report": S},
    "queueing_lease": {"web": "SELECT, UPDATE (cases, customers, properties, ends)", "router": SIU, "worker": S},
    "queueing_command": {"web": SI, "router": SU, "worker": S},
    "queueing_routerstate": {"web": S, "router": SIU, "report": S, "worker": S},
    "scripts_scriptversion": {"web": S, "worker": S, "public": S, "report": S},
    "onboarding_chosenservice": {"web": S, "report": S},
    "onboarding_plannedline": {"web": S, "report": S},
    "onboarding_dryrun": {"web": S, "report": S},
    "scripts_runkey": {},
    "scripts_codeguess": {},
    "journal_block": {"web": S, "worker": SI, "report": S},
    "django_migrations": {"web": S, "report": S},
    "django_content_type": {"web": S},
    "django_session": {"web": ALL},
    "auth_permission": {},
    "auth_group": {},
    "auth_group_permissions": {},
    "account_emailaddress": {"web": ALL},
    "account_emailconfirmation": {"web": ALL},
    "mfa_authenticator": {"web": ALL},
    "procrastinate_jobs": {"web": SIU, "worker": ALL, "report": S, "public": "SELECT (id), INSERT"},
    "procrastinate_events": {"web": SI, "worker": ALL, "report": S, "public": "INSERT"},
    "procrastinate_periodic_defers": {"worker": ALL},
    "procrastinate_workers": {"worker": ALL, "web": S, "report": S},
}

# Functions that act as the owner, and who may call them.
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "open_scope(text, bigint, text, bigint, timestamptz)": LOGIN_ROLES,
    "lease_on(bigint, bigint, bigint, int, int)": ("web",),
    "settle_alone()": ("web",),
    "begin_run(int, int, text, jsonb, text, text, int)": ("public",),
    "own_run(bigint, int, boolean)": ("public",),
    "own_contact(bigint, bigint)": ("public",),
    "keep_own_run(int)": ("public",),
    "ready_case(bigint, bigint, text)": ("public",),
    "case_about_same(text)": ("public",),
    "tell_own_case(bigint, text)": ("public",),
    "ring_own_call_on(bigint, text, text, text)": ("public",),
    "redeem_code(text, text, text, text, boolean)": ("public",),
    "case_by_code(text, text, text)": ("public",),
    "take_code(text, text)": ("web",),
    "give_code(bigint, text, int)": ("web",),
    "propose_version(bigint, bigint, timestamptz, text[])": (),  # as it was read: propose_text
    "propose_text(bigint, text, bigint, timestamptz, text[])": ("web",),
    "draft_version(bigint, jsonb, bigint, timestamptz)": ("web",),
    "save_version(bigint, text, jsonb, bigint, timestamptz)": ("web",),
    "discard_version(bigint, text, bigint, timestamptz)": ("web",),
    "save_identity(int, text, jsonb, bigint, timestamptz)": ("web",),
    "publish_identity(int, text, bigint, timestamptz)": ("web",),
    "discard_identity(int, text, bigint, timestamptz)": ("web",),
    "sign_version(bigint, int, bigint, text, text, timestamptz)": ("web",),
    "halt_share(text, bigint, bigint, timestamptz, timestamptz, text, timestamptz)": ("web",),
    "resume_share(bigint, bigint, timestamptz)": ("web",),
    "sever_own(int, bigint, text, timestamptz)": ("web",),
    "glass_minutes(int, bigint, timestamptz)": ("web",),
    "break_glass(int, bigint, text, timestamptz, timestamptz)": ("web",),
    "end_glass(bigint, bigint, timestamptz)": ("web",),
    "cut_council(int, bigint, text, timestamptz)": (),
    "mend_council(int, timestamptz)": (),
    "withdraw_version(bigint, bigint, timestamptz)": ("web",),
    "end_version(bigint, bigint, timestamptz, timestamptz)": ("web",),
    "add_council(jsonb, bigint, timestamptz)": ("web",),
    "remove_council(int, bigint, timestamptz)": ("web",),
    "brand_council(int, jsonb, bigint, timestamptz)": ("web",),
    "choose_services(int, jsonb, jsonb, bigint, timestamptz)": ("web",),
    "plan_lines(int, jsonb, bigint, timestamptz)": ("web",),
    "play_council(int, bigint, jsonb, bigint, timestamptz)": ("web",),
    "load_staff(int, jsonb, bigint, timestamptz)": ("web",),
    "protect_customer(bigint, boolean)": ("web",),
    "protect_case(bigint, bigint)": ("web", "public"),
    "somebody_protected(bigint)": ("web", "public"),
    "number_of_protected(int, text)": ("web",),
    "unreached_apart(bigint[])": ("web",),
    "failed_checks(bigint, timestamptz, timestamptz)": ("web",),
    "count_apart(int)": ("worker",),
    "open_protected_export(bigint, timestamptz)": ("worker",),
    "give_see_protected(int, bigint, timestamptz, bigint, timestamptz)": ("web",),
    "end_see_protected(bigint, bigint, timestamptz)": ("web",),
}

ALL_ARRAYS = ("core", "work", "line", "line_write", "journal", "journal_write", "identity", "protected")
# What the installation itself may do, in which login role, and which arrays of the scope that fills.
PURPOSES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("route", "router", ("line", "line_write", "journal_write")),
    ("route", "owner", ("line", "line_write", "journal_write")),  # rehearsed calls, which are undone
    ("route", "test", ("line", "line_write", "journal_write")),
    ("count", "report", ("line", "journal")),
    ("count", "worker", ("line", "journal")),
    ("seal", "worker", ("journal",)),
    ("audit", "report", ("journal",)),
    ("audit", "owner", ("journal",)),
    ("audit", "worker", ("journal",)),  # a certificate of succession proves the chain as well
    ("sign", "web", ("journal_write",)),  # a signature is told in the journal of every council that it binds
    ("sign", "owner", ("journal_write",)),
    ("sign", "test", ("journal_write",)),
    # A council's managers write how it looks and speaks; identity.sql asks whether they are its managers.
    ("identity", "web", ("identity", "journal_write")),
    ("identity", "owner", ("identity", "journal_write")),
    ("identity", "test", ("identity", "journal_write")),
    ("onboard", "web", ("journal_write",)),  # each step on a council's way to live is told in its journal
    ("onboard", "owner", ("journal_write",)),
    ("onboard", "test", ("journal_write",)),
    # What somebody is about to see in an emergency is told in that council's journal, and read there by its managers.
    ("glass", "web", ("journal", "journal_write")),
    ("glass", "test", ("journal", "journal_write")),
    # Who may see protected people, and who looked, is told in their council's journal and read there by its managers.
    ("protect", "web", ("journal", "journal_write")),
    ("protect", "test", ("journal", "journal_write")),
    # A council's rows, and its alone, for it to take along; a proof of its journal needs the hashes of its neighbours.
    ("hand_back", "worker", ("core", "work", "line", "journal", "identity")),
    ("hand_back", "test", ("core", "work", "line", "journal", "identity")),
    ("prove", "worker", ("journal",)),
    ("prove", "test", ("journal",)),
    ("certify", "worker", ("journal_write",)),
    ("certify", "test", ("journal_write",)),
    # What waits to go out, and whether it still may: the record of whom it is for is read at the last moment.
    ("send", "worker", ("core", "work", "journal_write", "protected")),
    ("send", "test", ("core", "work", "journal_write", "protected")),
    ("replay", "owner", ("work",)),  # which steps a run passed, for whoever asks years later
    ("replay", "test", ("work",)),
    # What was asked to be paid, and the word that it was.
    ("pay", "worker", ("work", "journal_write", "protected")),
    ("pay", "test", ("work", "journal_write", "protected")),
    # What is to be done once in other systems, and what follows in the case.
    ("post", "worker", ("work", "journal_write", "protected")),
    ("post", "test", ("work", "journal_write", "protected")),
    # Files whose resident never sent them, once they can't any more; also of a call that somebody protected made.
    ("forget", "worker", ("work", "journal_write", "protected")),
    ("forget", "test", ("work", "journal_write", "protected")),
    # Whose an address is, where a postcode lies in two councils: the addresses at the postcode that was typed, alone.
    ("where", "public", ("address",)),
    ("where", "test", ("address",)),
    ("load", "owner", (*ALL_ARRAYS, "remove")),
    ("load", "test", (*ALL_ARRAYS, "remove")),
)
# The demo's pages tell the story of a call to whoever plays the caller; only the demo's loader adds this line.
DEMO_PURPOSES = (("call_story", "web", ("line", "journal")),)


def login_passes_walls() -> bool:
    """Whether the login in use is a superuser or bypasses row security: no wall would hold against it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    return row is None or bool(row[0])


def apply_privileges() -> None:
    """As the owner: give every role exactly what the lists say, and take back all else."""
    database = connection.settings_dict["NAME"]
    roles = {role: connection.ops.quote_name(role_name(database, role)) for role in LOGIN_ROLES}
    everyone = ", ".join(roles.values())
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public, moothall TO {everyone}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {everyone}, PUBLIC")
        for function, who in FUNCTIONS.items():
            cursor.execute(f"REVOKE ALL ON FUNCTION moothall.{function} FROM {everyone}, PUBLIC")
            if who:
                cursor.execute(f"GRANT EXECUTE ON FUNCTION moothall.{function} TO {', '.join(roles[r] for r in who)}")
        for table, by_role in {**TENANT, **UNTENANTED}.items():
            for role, rights in by_role.items():
                cursor.execute(f"GRANT {rights} ON public.{table} TO {roles[role]}")
        cursor.execute(
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {roles['web']}, {roles['worker']}, {roles['public']}"
        )
        cursor.execute("DELETE FROM tenancy_purpose WHERE purpose <> ALL(%s)", [[row[0] for row in DEMO_PURPOSES]])
        for purpose, role, arrays in PURPOSES:
            add_purpose(purpose, role, arrays)


def add_purpose(purpose: str, role: str, arrays: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenancy_purpose (purpose, role, arrays) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [purpose, role, list(arrays)],
        )


def make_roles(secret: str, *, with_test_role: bool) -> None:
    """As the owner: make the login roles, or renew their passwords. The owner needs CREATEROLE, no more."""
    from moothall.tenancy.roles import role_password

    database = connection.settings_dict["NAME"]
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for role in (*LOGIN_ROLES, *((TEST_ROLE,) if with_test_role else ())):
            name = role_name(database, role)
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
            verb = "ALTER" if cursor.fetchone() else "CREATE"
            password = role_password(secret, database, role)
            cursor.execute(f"{verb} ROLE {quote(name)} LOGIN PASSWORD '{password}'")
            cursor.execute(f"GRANT CONNECT ON DATABASE {quote(database)} TO {quote(name)}")


def apply_test_privileges() -> None:
    """The test role may become any other role, and itself touch every table (row security binds it as it does all)."""
    database = connection.settings_dict["NAME"]
    quote = connection.ops.quote_name
    test = quote(role_name(database, TEST_ROLE))
    with connection.cursor() as cursor:
        for role in LOGIN_ROLES:
            cursor.execute(f"GRANT {quote(role_name(database, role))} TO {test}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public, moothall TO {test}")
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {test}")
        cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {test}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA moothall TO {test}")
