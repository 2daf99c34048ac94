-- A council that was added by mistake is taken out again by an operator, while nothing lives on it. Its row stays, under
-- names that nobody uses, since the journal says that it was added and is never altered.

-- 'removed', or why not: 'agreed' and 'drafted' with the agreement's name, 'lives' with the table that holds a row of it.
CREATE OR REPLACE FUNCTION moothall.remove_council(wanted int, who bigint, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  digits constant text := '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  named record;
  held text;
BEGIN
  IF NOT moothall.may_onboard(who, NULL, moment) THEN RETURN 'no_right'; END IF;
  -- Whoever writes a row of the council at this instant locks this row by its foreign key: either comes first.
  PERFORM FROM public.tenancy_council c WHERE c.number = wanted AND c.kind = 'council' FOR UPDATE;
  IF NOT FOUND THEN RETURN 'no_council'; END IF;
  SELECT a.name, v.number, v.state INTO named
    FROM public.agreements_agreementversion v JOIN public.agreements_agreement a ON a.id = v.agreement_id
   WHERE v.state <> 'withdrawn' AND (wanted = ANY(v.parties)
      OR EXISTS (SELECT FROM public.agreements_share s JOIN public.people_team t ON t.id = s.team_id
                  WHERE s.version_id = v.id AND wanted IN (s.client_id, t.employer_id))
      OR EXISTS (SELECT FROM public.agreements_line l WHERE l.version_id = v.id AND l.council_id = wanted)
      OR EXISTS (SELECT FROM public.agreements_succession s
                  WHERE s.version_id = v.id AND wanted IN (s.predecessor_id, s.successor_id)))
   ORDER BY v.state = 'draft', v.id LIMIT 1;
  IF FOUND THEN
    RETURN CASE WHEN named.state = 'draft' THEN 'drafted' ELSE 'agreed' END || ':“' || named.name || '”, version '
      || named.number;
  END IF;
  held := moothall.what_lives(wanted);
  IF held IS NOT NULL THEN RETURN 'lives:' || held; END IF;
  PERFORM moothall.remove_staff(wanted, moment);
  DELETE FROM public.onboarding_chosenservice WHERE council_id = wanted;
  DELETE FROM public.onboarding_plannedline WHERE council_id = wanted;
  DELETE FROM public.onboarding_dryrun WHERE council_id = wanted;
  UPDATE public.tenancy_council SET kind = 'removed', gss = '-' || lpad(wanted::text, 8, '0'),
    slug = 'removed-' || wanted, letters = '', reference_prefix = '-' || substr(digits, wanted / 36 % 36 + 1, 1) || substr(digits, wanted % 36 + 1, 1),
    host = NULL, identity = NULL, phone = '', website = '', address = '', logo = '' WHERE number = wanted;
  PERFORM pg_notify('moothall_desk', 'rights'), pg_notify('moothall_router', 'agreement');
  RETURN 'removed';
END
$$;

-- The first tenant table with a row of the council, its journal and the draft of its identity aside; a new table is
-- looked at as soon as it has a scope_key. Within open_apart, since row security binds the owner too.
CREATE OR REPLACE FUNCTION moothall.what_lives(wanted int) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text[] := moothall.open_apart(wanted);
  t record;
  there boolean;
  held text;
BEGIN
  FOR t IN
    SELECT c.relname AS name FROM pg_class c
      JOIN pg_attribute k ON k.attrelid = c.oid AND k.attname = 'scope_key' AND NOT k.attisdropped
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
       AND c.relname NOT IN ('journal_entry', 'identity_identitydraft')
     ORDER BY c.relname IN ('cases_case', 'contacts_contact', 'customers_customer') DESC, c.relname
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE scope_key / 10000 = $1)', t.name) INTO there USING wanted;
    IF there THEN held := t.name; EXIT; END IF;
  END LOOP;
  PERFORM moothall.close_apart(before);
  IF held IS NULL AND EXISTS (SELECT FROM public.tenancy_grant g WHERE g.council_id = wanted AND g.share_id IS NOT NULL)
  THEN held := 'tenancy_grant'; END IF;
  RETURN held;
END
$$;

-- Its people, teams and their reading of its figures. Who is named elsewhere (a draft that they saved) stays, suspended,
-- without a way to sign in: their e-mail address is free for whoever comes with it.
CREATE OR REPLACE FUNCTION moothall.remove_staff(wanted int, moment timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  one bigint;
BEGIN
  DELETE FROM public.tenancy_grant g WHERE g.council_id = wanted
    OR g.team_id IN (SELECT t.id FROM public.people_team t WHERE t.employer_id = wanted);
  SET CONSTRAINTS ALL IMMEDIATE;
  FOR one IN SELECT p.id FROM public.people_person p WHERE p.employer_id = wanted AND NOT p.is_operator LOOP
    UPDATE public.people_membership m SET valid_to = moment
      WHERE m.person_id = one AND (m.valid_to IS NULL OR m.valid_to > moment);
    DELETE FROM public.account_emailaddress WHERE user_id = one;
    DELETE FROM public.mfa_authenticator WHERE user_id = one;
    BEGIN
      DELETE FROM public.people_skill WHERE person_id = one;
      DELETE FROM public.people_membership WHERE person_id = one;
      DELETE FROM public.people_person WHERE id = one;
    EXCEPTION WHEN foreign_key_violation THEN
      UPDATE public.people_person SET is_active = false, email = 'removed-' || one || '@removed.invalid' WHERE id = one;
    END;
  END LOOP;
  FOR one IN SELECT t.id FROM public.people_team t WHERE t.employer_id = wanted LOOP
    BEGIN
      DELETE FROM public.people_team WHERE id = one;
    EXCEPTION WHEN foreign_key_violation THEN
      UPDATE public.people_team SET slug = 'removed-' || one WHERE id = one;
    END;
  END LOOP;
  SET CONSTRAINTS ALL DEFERRED;
END
$$;

REVOKE ALL ON FUNCTION moothall.remove_council(int, bigint, timestamptz), moothall.what_lives(int),
  moothall.remove_staff(int, timestamptz) FROM PUBLIC;
