-- People who are protected: where they live, what they are called and how they are reached is told to nobody but to whom
-- their own council's manager gave the right `see_protected`, by name, up to a date, and who asks for it (open_scope
-- fills `moothall.protected` for such a request alone).
-- Rows that are about them are seen with that key only: each such table has a column `apart` and a restrictive policy.
-- Cases and contacts must stay workable, so their rows stay, and what is told in them is taken out of the row and kept
-- apart in customers_keptapart. It isn't in the row any more: no page, report, export or statement can give it away.
-- The functions run as the owner, who is bound by row security too: each opens one council for itself and gives back
-- what was open before.

-- Both are written out, not looped through: whoever adds a note pays for it.
CREATE OR REPLACE FUNCTION moothall.open_apart(council int) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  keys text := (SELECT array_agg(council * 10000 + s.number)::text FROM public.tenancy_service s);
  before text[] := ARRAY[
    current_setting('moothall.core', true), current_setting('moothall.work', true),
    current_setting('moothall.line', true), current_setting('moothall.line_write', true),
    current_setting('moothall.remove', true), current_setting('moothall.protected', true)];
BEGIN
  PERFORM moothall.close_apart(array_fill(keys, ARRAY[6]));
  RETURN before;
END
$$;

CREATE OR REPLACE FUNCTION moothall.close_apart(before text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('moothall.core', before[1], true), set_config('moothall.work', before[2], true),
          set_config('moothall.line', before[3], true), set_config('moothall.line_write', before[4], true),
          set_config('moothall.remove', before[5], true), set_config('moothall.protected', before[6], true);
END
$$;

-- Whether a row that names these is about somebody protected. Within open_apart.
-- Each table says by a function of its own, is_about_apart(its row), what its rows name (operations.py, KeepApart).
CREATE OR REPLACE FUNCTION moothall.is_apart(in_council int, in_case bigint, in_contact bigint, in_customer bigint)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF in_case IS NOT NULL AND EXISTS (
    SELECT FROM public.cases_case k WHERE k.id = in_case AND k.council_id = in_council AND k.apart) THEN RETURN true;
  END IF;
  IF in_contact IS NOT NULL AND EXISTS (
    SELECT FROM public.contacts_contact c WHERE c.id = in_contact AND c.council_id = in_council AND c.apart) THEN
    RETURN true;
  END IF;
  RETURN in_customer IS NOT NULL AND EXISTS (
    SELECT FROM public.customers_customer p WHERE p.id = in_customer AND p.council_id = in_council AND p.protected);
END
$$;

-- What an agent passed on and hasn't finished their part of stays theirs until they have.
CREATE OR REPLACE FUNCTION moothall.in_hand(state text, passed_at timestamptz, finished_at timestamptz)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT passed_at IS NOT NULL AND finished_at IS NULL AND state IN ('waiting', 'taken')
$$;

-- A case or contact changes: what it tells is taken out while its customer is protected, and put back when they no longer
-- are. A contact's is taken out once the call is over, since its agent works with it. What somebody writes later goes the
-- same way; whose it was first, it stays. Arguments: what the row is; its columns with what stands in their place.
CREATE OR REPLACE FUNCTION moothall.keep_apart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  blank jsonb := TG_ARGV[1]::jsonb;
  before text[] := moothall.open_apart(NEW.council_id);
  kept record;
  wanted boolean;
  whose bigint;
  said jsonb;
BEGIN
  SELECT k.id, k.texts, p.protected INTO kept FROM public.customers_keptapart k
    JOIN public.customers_customer p ON p.id = k.customer_id AND p.council_id = k.council_id
   WHERE k.council_id = NEW.council_id AND k.what = TG_ARGV[0] AND k.row = NEW.id;
  IF TG_ARGV[0] <> 'contact' OR NEW.state IN ('done', 'abandoned', 'cut_off', 'unanswered') THEN
    SELECT p.id INTO whose FROM public.customers_customer p
     WHERE p.id = NEW.customer_id AND p.council_id = NEW.council_id AND p.protected;
    -- Whoever was checked in it, or nobody: what somebody protected told in it stays theirs.
    IF whose IS NULL AND TG_ARGV[0] = 'contact' THEN
      SELECT k.customer_id INTO whose FROM public.cases_case c
        JOIN public.customers_keptapart k ON k.council_id = c.council_id AND k.what = 'case' AND k.row = c.id
       WHERE c.contact_id = NEW.id AND c.council_id = NEW.council_id AND c.apart ORDER BY c.id LIMIT 1;
    END IF;
  END IF;
  wanted := coalesce(kept.protected, false) OR whose IS NOT NULL;
  IF wanted THEN
    SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') INTO said FROM jsonb_each(to_jsonb(NEW)) AS e
     WHERE blank ? e.key AND e.value NOT IN ('null', '""', '[]')
       AND (NOT OLD.apart OR e.value IS DISTINCT FROM to_jsonb(OLD) -> e.key);
    -- What is told and noted later comes after what was before.
    IF kept.texts ->> 'told' <> '' AND said ? 'told' THEN
      said := said || jsonb_build_object('told', moothall.told_after(kept.texts ->> 'told', said ->> 'told'));
    END IF;
    IF kept.texts ->> 'notes' <> '' AND said ? 'notes' THEN
      said := said || jsonb_build_object('notes', concat(kept.texts ->> 'notes', E'\n', said ->> 'notes'));
    END IF;
    IF kept.id IS NULL THEN
      INSERT INTO public.customers_keptapart (council_id, customer_id, what, "row", texts)
        VALUES (NEW.council_id, whose, TG_ARGV[0], NEW.id, said);
    ELSIF said <> '{}' THEN
      UPDATE public.customers_keptapart SET texts = texts || said WHERE id = kept.id;
    END IF;
    NEW := jsonb_populate_record(NEW, blank);
    IF blank ? 'title' THEN
      NEW.title := upper(left(NEW.kind, 1)) || substr(replace(NEW.kind, '-', ' '), 2) || ', address hidden';
    END IF;
  ELSIF kept.id IS NOT NULL THEN
    NEW := jsonb_populate_record(NEW, kept.texts);
    DELETE FROM public.customers_keptapart WHERE id = kept.id;
  END IF;
  NEW.apart := wanted;
  PERFORM moothall.close_apart(before);
  RETURN NEW;
END
$$;

-- Of the tables that name what changed (in a column like case_id), the rows that are now to be seen otherwise. Tables are
-- found by their column `apart`, so that a new one is covered as soon as it has it.
CREATE OR REPLACE FUNCTION moothall.pass_on_apart(what text, in_council int, number bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  t record;
BEGIN
  FOR t IN
    SELECT c.oid::regclass AS name, min(a.attname) FILTER (WHERE a.attname LIKE what || '\_%') AS through
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attname IN
           ('apart', 'case_id', 'contact_id', 'contact_number', 'customer_id')
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
       AND c.relname NOT IN ('cases_case', 'contacts_contact')
     GROUP BY c.oid
    HAVING bool_or(a.attname = 'apart') AND bool_or(a.attname LIKE what || '\_%')
  LOOP
    EXECUTE format('UPDATE %s AS t SET apart = NOT t.apart WHERE t.council_id = $1 AND t.%I = $2 '
                   'AND t.apart <> moothall.is_about_apart(t)', t.name, t.through) USING in_council, number;
  END LOOP;
END
$$;

-- What nobody was named in, and is theirs by their address and telephone, or by a call of theirs: it would lead to them.
-- Who shares both with them has it hidden too. Within open_apart.
CREATE OR REPLACE FUNCTION moothall.gather_apart(them public.customers_customer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE public.contacts_contact c SET customer_id = them.id
   WHERE c.council_id = them.council_id AND c.customer_id IS NULL AND c.property_id = them.property_id
     AND c.from_number IN (SELECT p.number FROM public.customers_customerphone p
                            WHERE p.council_id = them.council_id AND p.customer_id = them.id);
  UPDATE public.cases_case k SET customer_id = them.id
   WHERE k.council_id = them.council_id AND k.customer_id IS NULL AND (
     k.contact_id IN (SELECT c.id FROM public.contacts_contact c
                       WHERE c.council_id = them.council_id AND c.customer_id = them.id)
     OR k.property_id = them.property_id AND k.id IN (
       SELECT n.case_id FROM public.contacts_need n
         JOIN public.contacts_contact c ON c.id = n.contact_id AND c.council_id = n.council_id
        WHERE c.council_id = them.council_id AND c.customer_id = them.id));
END
$$;

-- A person is protected from now on, a case or contact was put apart, or it is so no longer: so are what was noted, sent,
-- paid and asked about it.
CREATE OR REPLACE FUNCTION moothall.follow_apart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text[] := moothall.open_apart(NEW.council_id);
BEGIN
  IF TG_ARGV[0] = 'customer' THEN
    IF NEW.protected THEN PERFORM moothall.gather_apart(NEW); END IF;
    UPDATE public.cases_case c SET apart = NEW.protected WHERE c.council_id = NEW.council_id AND (
      c.customer_id = NEW.id OR c.id IN (SELECT k.row FROM public.customers_keptapart k
                                          WHERE k.customer_id = NEW.id AND k.what = 'case'));
    UPDATE public.contacts_contact c SET apart = NEW.protected WHERE c.council_id = NEW.council_id AND (
      c.customer_id = NEW.id OR c.id IN (SELECT k.row FROM public.customers_keptapart k
                                          WHERE k.customer_id = NEW.id AND k.what = 'contact'));
  END IF;
  PERFORM moothall.pass_on_apart(TG_ARGV[0], NEW.council_id, NEW.id);
  PERFORM moothall.close_apart(before);
  RETURN NULL;
END
$$;

-- A new row that names a case, a contact or a customer. It is put apart after it is there: whoever writes a note gets its
-- number back, and doesn't see it again; and a case that is refused because its reference is taken leaves no texts behind.
CREATE OR REPLACE FUNCTION moothall.begin_apart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text[] := moothall.open_apart(NEW.council_id);
BEGIN
  IF moothall.is_about_apart(NEW) THEN
    EXECUTE format('UPDATE public.%I SET apart = true WHERE id = $1', TG_TABLE_NAME) USING NEW.id;
  END IF;
  PERFORM moothall.close_apart(before);
  RETURN NULL;
END
$$;

-- The same for tables into which many rows go at once, and that name a customer: once a statement.
CREATE OR REPLACE FUNCTION moothall.begin_all_apart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text[];
  whose int;
BEGIN
  FOR whose IN SELECT DISTINCT n.council_id FROM new_rows n LOOP
    before := moothall.open_apart(whose);
    EXECUTE format('UPDATE public.%I AS t SET apart = true FROM new_rows n JOIN public.customers_customer p '
                   'ON p.id = n.customer_id AND p.council_id = n.council_id AND p.protected '
                   'WHERE t.id = n.id AND t.council_id = $1', TG_TABLE_NAME) USING whose;
    PERFORM moothall.close_apart(before);
  END LOOP;
  RETURN NULL;
END
$$;

-- Asked by the pages. Whom the open scope shows may be protected at a word, with no proof: so somebody protected can be
-- let go by those alone who may see them.
CREATE OR REPLACE FUNCTION moothall.protect_customer(which bigint, how boolean) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  they record;
  before text[];
BEGIN
  SELECT c.council_id, c.protected INTO they FROM public.customers_customer c WHERE c.id = which;
  IF NOT FOUND THEN RETURN 'no_right'; END IF;
  IF they.protected = how THEN RETURN 'so_already'; END IF;
  before := moothall.open_apart(they.council_id);
  UPDATE public.customers_customer c SET protected = how WHERE c.id = which;
  PERFORM moothall.close_apart(before);
  RETURN 'done';
END
$$;

-- A record for somebody of whom the council has none: under the name that they gave, without address and telephone. Whoever
-- may see protected people finds them by it. Within open_apart.
CREATE OR REPLACE FUNCTION moothall.nobody_yet(council int, answers jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  made bigint;
BEGIN
  INSERT INTO public.customers_customer (council_id, name, email, protected) VALUES (council, left(coalesce((
      SELECT nullif(a.said ->> 'answer', '') FROM jsonb_array_elements(answers) WITH ORDINALITY AS a(said, at)
       WHERE a.said ->> 'kind' = 'name' ORDER BY a.at DESC LIMIT 1), 'Somebody protected'), 120), '', true)
    RETURNING id INTO made;
  RETURN made;
END
$$;

-- Somebody of a case, a contact or both is protected, and these are theirs: with all other cases that the contact opened
-- and that name nobody. A contact that is over is put apart with its cases, whoever it names. Whose they are now, and
-- whether they weren't protected before. Within open_apart.
CREATE OR REPLACE FUNCTION moothall.protect_told(k public.cases_case, c public.contacts_contact, answers jsonb)
RETURNS TABLE (customer bigint, anew boolean) LANGUAGE plpgsql AS $$
DECLARE
  council int := coalesce(k.council_id, c.council_id);
BEGIN
  customer := coalesce(k.customer_id, c.customer_id, (
    SELECT p.customer_id FROM public.customers_keptapart p
     WHERE p.council_id = council AND (p.what = 'case' AND p.row = k.id OR p.what = 'contact' AND p.row = c.id)
     ORDER BY p.what LIMIT 1));
  anew := customer IS NULL;
  IF anew THEN
    customer := moothall.nobody_yet(council, answers);
  ELSE
    UPDATE public.customers_customer p SET protected = true
     WHERE p.id = customer AND p.council_id = council AND NOT p.protected;
    anew := FOUND;
  END IF;
  UPDATE public.cases_case x SET customer_id = customer
   WHERE x.council_id = council AND x.customer_id IS NULL AND (x.id = k.id OR x.contact_id = c.id);
  UPDATE public.contacts_contact x SET customer_id = coalesce(x.customer_id, customer), apart = true
   WHERE x.council_id = council AND x.id = c.id AND NOT x.apart;
  RETURN NEXT;
END
$$;

-- Whoever a case is about, or a contact, or both, is protected at a word: of those that the open scope shows, and of a case
-- that such a contact opened. Who isn't on record yet gets a record of their own. On a shared line the contact is another
-- council's than the case: nobody is known across councils, so each has its own. Who they are, and whether they weren't
-- protected before; nothing where nothing of it is within sight.
CREATE OR REPLACE FUNCTION moothall.protect_case(in_case bigint, in_contact bigint)
RETURNS TABLE (council int, service int, customer bigint, anew boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  seen int := (SELECT x.council_id FROM public.cases_case x WHERE x.id = in_case);
  beside int := (SELECT x.council_id FROM public.contacts_contact x WHERE x.id = in_contact);
  k public.cases_case;
  c public.contacts_contact;
  before text[];
BEGIN
  council := coalesce(seen, beside);
  IF council IS NULL THEN RETURN; END IF;
  before := moothall.open_apart(council);
  SELECT x.* INTO k FROM public.cases_case x WHERE x.id = in_case AND x.council_id = council
     AND (seen IS NOT NULL OR x.contact_id = in_contact);
  IF k.id IS NOT NULL THEN  -- locked as a desk locks them: the contact, then its case
    SELECT x.* INTO c FROM public.contacts_contact x WHERE x.id = k.contact_id AND x.council_id = council FOR UPDATE;
    SELECT x.* INTO k FROM public.cases_case x WHERE x.id = k.id FOR UPDATE;
    service := k.service_id;
    SELECT t.customer, t.anew INTO customer, anew FROM moothall.protect_told(k, c, k.answers) t;
    RETURN NEXT;
  END IF;
  PERFORM moothall.close_apart(before);
  IF beside IS NOT NULL AND in_contact IS DISTINCT FROM k.contact_id THEN
    council := beside;
    before := moothall.open_apart(council);
    SELECT x.* INTO c FROM public.contacts_contact x WHERE x.id = in_contact FOR UPDATE;
    service := c.service_id;
    SELECT t.customer, t.anew INTO customer, anew FROM moothall.protect_told(NULL, c, coalesce(k.answers, '[]')) t;
    RETURN NEXT;
    PERFORM moothall.close_apart(before);
  END IF;
END
$$;

-- Whether somebody protected lives at an address that the open scope shows: whoever asks is told that and no more, so
-- that scripts tell less there.
CREATE OR REPLACE FUNCTION moothall.somebody_protected(home bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  whose int;
  before text[];
  lives boolean;
BEGIN
  SELECT p.council_id INTO whose FROM public.places_property p WHERE p.id = home;
  IF NOT FOUND THEN RETURN false; END IF;
  before := moothall.open_apart(whose);
  SELECT EXISTS (SELECT FROM public.customers_customer c
                  WHERE c.council_id = whose AND c.property_id = home AND c.protected) INTO lives;
  PERFORM moothall.close_apart(before);
  RETURN lives;
END
$$;

-- Whether a telephone number is that of somebody protected of this council: nobody rings it from a desk without the right.
-- Of a council that the open scope doesn't show each number is: so it is rung by nobody, and nothing is told.
CREATE OR REPLACE FUNCTION moothall.number_of_protected(council int, telephone text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text[];
  theirs boolean;
BEGIN
  IF council * 10000 <> ALL(coalesce(nullif(current_setting('moothall.core', true), '')::int[], '{}')) THEN
    RETURN true;
  END IF;
  before := moothall.open_apart(council);
  SELECT EXISTS (SELECT FROM public.customers_customerphone p
                   JOIN public.customers_customer c ON c.id = p.customer_id AND c.council_id = p.council_id
                  WHERE p.council_id = council AND p.number = telephone AND c.protected) INTO theirs;
  PERFORM moothall.close_apart(before);
  RETURN theirs;
END
$$;

-- Of cases of protected people within sight, those of which the last message that is settled couldn't be sent. What it
-- said and where it was to go isn't told.
CREATE OR REPLACE FUNCTION moothall.unreached_apart(in_cases bigint[]) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  whose record;
  before text[];
BEGIN
  FOR whose IN SELECT k.council_id AS council, array_agg(k.id) AS ids FROM public.cases_case k
                WHERE k.id = ANY(in_cases) AND k.apart GROUP BY k.council_id LOOP
    before := moothall.open_apart(whose.council);
    RETURN QUERY SELECT last.case_id FROM (
        SELECT DISTINCT ON (m.case_id) m.case_id, m.state FROM public.outbox_message m
         WHERE m.council_id = whose.council AND m.case_id = ANY(whose.ids)
           AND m.state IN ('failed', 'stopped', 'sent', 'delivered')
         ORDER BY m.case_id, m.id DESC) last
      WHERE last.state IN ('failed', 'stopped');
    PERFORM moothall.close_apart(before);
  END LOOP;
END
$$;

-- How many facts were said wrongly of an address within sight in a stretch of time: whoever is protected counts too.
CREATE OR REPLACE FUNCTION moothall.failed_checks(home bigint, since timestamptz, until timestamptz) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  whose int;
  before text[];
  failed int;
BEGIN
  SELECT p.council_id INTO whose FROM public.places_property p WHERE p.id = home;
  IF NOT FOUND THEN RETURN 0; END IF;
  before := moothall.open_apart(whose);
  SELECT count(*) INTO failed FROM public.scripts_identitycheck c
   WHERE c.council_id = whose AND c.property_id = home AND NOT c.matched AND c.at >= since AND c.at <= until;
  PERFORM moothall.close_apart(before);
  RETURN failed;
END
$$;

-- How many rows of each table an export leaves out, because they are about somebody protected.
CREATE OR REPLACE FUNCTION moothall.count_apart(council int) RETURNS TABLE (name text, rows bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text[] := moothall.open_apart(council);
BEGIN
  FOR name IN
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'apart'
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped
       AND c.relname NOT IN ('cases_case', 'contacts_contact') ORDER BY c.relname
  LOOP
    EXECUTE format('SELECT count(*) FROM public.%I t WHERE t.council_id = $1 AND t.apart', name)
       INTO rows USING council;
    RETURN NEXT;
  END LOOP;
  name := 'customers_customer';
  SELECT count(*) INTO rows FROM public.customers_customer c WHERE c.council_id = council AND c.protected;
  RETURN NEXT;
  name := 'customers_keptapart';
  SELECT count(*) INTO rows FROM public.customers_keptapart k WHERE k.council_id = council;
  RETURN NEXT;
  PERFORM moothall.close_apart(before);
END
$$;

-- An export that is made in the name of somebody who may see them holds them too: within the council's own scope, asked
-- again for each batch. Whether that person is who they say is the command's to find out.
CREATE OR REPLACE FUNCTION moothall.open_protected_export(who bigint, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM moothall.open_protected(who, moment);
  RETURN coalesce(current_setting('moothall.protected', true), '') <> '';
END
$$;

-- The right itself: given by a manager of the council whose people they are, to somebody who works for it, for a year at
-- most. Who no longer works there has it no more (open_scope asks again).
CREATE OR REPLACE FUNCTION moothall.give_see_protected(
  council int, to_whom bigint, until timestamptz, who bigint, moment timestamptz
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT moothall.may_sign(who, council, moment) THEN RETURN 'no_right'; END IF;
  PERFORM FROM public.people_person p
    WHERE p.id = to_whom AND p.employer_id = council AND p.is_active AND NOT p.is_operator FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not_ours'; END IF;
  IF until IS NULL OR until <= moment THEN RETURN 'ends_early'; END IF;
  IF until > moment + interval '366 days' THEN RETURN 'too_long'; END IF;
  IF EXISTS (SELECT FROM public.customers_protectedsight s
              WHERE s.person_id = to_whom AND s.council_id = council AND s.ends > moment) THEN
    RETURN 'has_it';
  END IF;
  INSERT INTO public.customers_protectedsight (council_id, person_id, given_by_id, starts, ends)
    VALUES (council, to_whom, who, moment, until);
  RETURN 'given';
END
$$;

CREATE OR REPLACE FUNCTION moothall.end_see_protected(wanted bigint, who bigint, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  sight record;
BEGIN
  SELECT * INTO sight FROM public.customers_protectedsight s WHERE s.id = wanted FOR UPDATE;
  IF NOT FOUND OR NOT moothall.may_sign(who, sight.council_id, moment) THEN RETURN 'no_right'; END IF;
  IF sight.ends <= moment THEN RETURN 'over'; END IF;
  UPDATE public.customers_protectedsight s SET ends = greatest(s.starts, moment), ended_at = moment, ended_by_id = who
   WHERE s.id = wanted;
  RETURN 'ended';
END
$$;

-- By open_scope: the councils whose protected people this person may see, of those whose people they see at all.
CREATE OR REPLACE FUNCTION moothall.open_protected(principal bigint, moment timestamptz) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT moothall.set_keys('protected', (
    SELECT array_agg(DISTINCT s.council_id * 10000) FROM public.customers_protectedsight s
      JOIN public.people_person p ON p.id = s.person_id AND p.is_active AND p.employer_id = s.council_id
     WHERE s.person_id = principal AND s.starts <= moment AND s.ends > moment
       AND s.council_id * 10000 = ANY(nullif(current_setting('moothall.core', true), '')::int[])))
$$;

REVOKE ALL ON FUNCTION moothall.unreached_apart(bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION moothall.protect_customer(bigint, boolean), moothall.protect_case(bigint, bigint),
  moothall.somebody_protected(bigint),
  moothall.number_of_protected(int, text), moothall.failed_checks(bigint, timestamptz, timestamptz),
  moothall.count_apart(int), moothall.open_protected_export(bigint, timestamptz), moothall.give_see_protected(int, bigint, timestamptz, bigint, timestamptz),
  moothall.end_see_protected(bigint, bigint, timestamptz) FROM PUBLIC;
