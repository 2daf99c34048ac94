-- What the public's pages may do. A resident's scope (open_scope.sql) holds one run, and the contact that the run led to
-- once it was sent: its need and its case come along by that contact. Addresses at the one postcode that was asked for and
-- the crews' days are public place data.
-- scripts_runkey holds hashes alone, no login role may read it, and these functions are the only way to it. They run as
-- the owner, who is bound by row security as well: where one must write a tenant row, it opens that one key for itself.
-- Locks are taken in one order, by whoever sends, redeems, takes or gives: the run, its key, what the case is about.

CREATE OR REPLACE FUNCTION moothall.hashed(secret text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(sha256(convert_to(secret, 'UTF8')), 'hex')
$$;

-- A run begins on a council's page: the run and its key. Nobody but who holds the secret will see it.
CREATE OR REPLACE FUNCTION moothall.begin_run(
  in_council int, in_service int, script text, parameters jsonb, secret text, code text, days int
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  moment timestamptz := clock_timestamp();
  before text := coalesce(current_setting('moothall.work', true), '');
  made bigint;
BEGIN
  IF length(secret) < 20 OR length(code) < 8 OR days NOT BETWEEN 1 AND 31 THEN
    RAISE EXCEPTION 'a run needs a secret and a code that nobody guesses, and an end';
  END IF;
  PERFORM moothall.set_keys('work', ARRAY[in_council * 10000 + in_service]);
  INSERT INTO public.scripts_run (council_id, service_id, script_id, state, channel, level, parameters, answers, facts,
                                  effects, started_at, changed_at, version)
  VALUES (in_council, in_service, script, 'open', 'web', 0, parameters, '{}', '{}', '{}', moment, moment, 1)
  RETURNING id INTO made;
  INSERT INTO public.scripts_runkey (run_id, council, service, secret_hash, code_hash, used_hash, expires_at)
  VALUES (made, in_council, in_service, moothall.hashed(secret), moothall.hashed(code), '',
          moment + days * interval '1 day');
  PERFORM set_config('moothall.work', before, true);
  RETURN made;
END
$$;

-- A resident's run, with what they see themselves: nothing here is done as the owner. A function, so that its plan is kept.
CREATE OR REPLACE FUNCTION moothall.own_run(number bigint, of_council int, locked boolean)
RETURNS SETOF public.scripts_run LANGUAGE plpgsql AS $$
BEGIN
  IF locked THEN
    RETURN QUERY SELECT * FROM public.scripts_run r WHERE r.id = number AND r.council_id = of_council FOR UPDATE;
  ELSE
    RETURN QUERY SELECT * FROM public.scripts_run r WHERE r.id = number AND r.council_id = of_council;
  END IF;
END
$$;

-- The run stays as it is until the transaction ends: whoever locks a key locks its run before, seen by them or not.
CREATE OR REPLACE FUNCTION moothall.lock_run(number bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before text := coalesce(current_setting('moothall.own_run', true), '');
BEGIN
  PERFORM moothall.set_keys('own_run', ARRAY[number]);
  PERFORM FROM public.scripts_run r WHERE r.id = number FOR UPDATE;
  PERFORM set_config('moothall.own_run', before, true);
END
$$;

-- The key of the run in hand, all null where none is. With `locked` it stays as it is; the run was locked before.
CREATE OR REPLACE FUNCTION moothall.own_key(locked boolean) RETURNS public.scripts_runkey LANGUAGE plpgsql AS $$
DECLARE
  number bigint := (nullif(current_setting('moothall.own_run', true), '')::bigint[])[1];
  k public.scripts_runkey;
BEGIN
  IF locked THEN
    SELECT * INTO k FROM public.scripts_runkey r WHERE r.run_id = number FOR UPDATE;
  ELSE
    SELECT * INTO k FROM public.scripts_runkey r WHERE r.run_id = number;
  END IF;
  RETURN k;
END
$$;

-- The contact of the run in hand, made when something of it is first kept for the council. It is over at once: nobody
-- waits in it.
CREATE OR REPLACE FUNCTION moothall.own_contact(in_version bigint, in_share bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  moment timestamptz := clock_timestamp();
  k public.scripts_runkey := moothall.own_key(true);
  made bigint;
BEGIN
  IF k.run_id IS NULL THEN
    RAISE EXCEPTION 'no run of a resident is in hand';
  END IF;
  IF k.contact_id IS NOT NULL THEN
    RETURN k.contact_id;
  END IF;
  PERFORM moothall.set_keys(name, ARRAY[k.council * 10000 + k.service]) FROM unnest(ARRAY['line', 'line_write']) AS name;
  INSERT INTO public.contacts_contact (council_id, service_id, channel, line, from_kind, from_number, call_key, state,
                                       offered_at, answered_at, ended_at, wrapped_at, ended_by, cause, version_id,
                                       share_id, tiers, notes)
  VALUES (k.council, k.service, 'web', 'web', 'unknown', '', 'web:' || gen_random_uuid(), 'done', moment, moment, moment,
          moment, 'caller', '', in_version, in_share, '[]', '')
  RETURNING id INTO made;
  PERFORM set_config('moothall.line', '', true), set_config('moothall.line_write', '', true);  -- a resident has neither
  UPDATE public.scripts_runkey SET contact_id = made WHERE run_id = k.run_id;
  PERFORM moothall.set_keys('own_contact', ARRAY[made]);
  RETURN made;
END
$$;

-- The run in hand was sent, and some of what it wants is to come: its code opens it for so much longer.
CREATE OR REPLACE FUNCTION moothall.keep_own_run(days int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k public.scripts_runkey := moothall.own_key(true);
BEGIN
  IF days NOT BETWEEN 1 AND 31 THEN
    RAISE EXCEPTION 'a run has an end';
  END IF;
  UPDATE public.scripts_runkey r SET expires_at = greatest(r.expires_at, clock_timestamp() + days * interval '1 day')
   WHERE r.run_id = k.run_id;
END
$$;

-- Two who report the same thing at once: the second waits until the first one's case is there, and finds it. Nobody else
-- waits. What follows it must be a statement of its own, which sees what was committed meanwhile.
CREATE OR REPLACE FUNCTION moothall.lock_about(in_council int, same text) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(same, in_council))
$$;

-- The open case of the run's council about the same thing: its number and when it is due, and nothing of who told us.
CREATE OR REPLACE FUNCTION moothall.case_about_same(same text) RETURNS TABLE (id bigint, due_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k public.scripts_runkey := moothall.own_key(false);
BEGIN
  IF k.run_id IS NULL OR same = '' THEN
    RETURN;
  END IF;
  PERFORM moothall.lock_about(k.council, same);
  PERFORM moothall.set_keys('work', ARRAY[k.council * 10000 + k.service]);
  RETURN QUERY SELECT c.id, c.due_at FROM public.cases_case c
    WHERE c.council_id = k.council AND c.service_id = k.service AND c.about = same AND c.state = 'open'
    ORDER BY c.id LIMIT 1;
  PERFORM set_config('moothall.work', '', true);  -- a resident has none
END
$$;

-- What a case of a resident needs before it is opened, in one journey: the run's contact (own_contact), ids for its need
-- and its case, and the open case about the same thing.
DROP FUNCTION IF EXISTS moothall.ready_case(bigint, bigint, int, text);
CREATE OR REPLACE FUNCTION moothall.ready_case(in_version bigint, in_share bigint, same text)
RETURNS TABLE (contact bigint, need bigint, kase bigint, known bigint, known_due timestamptz)
LANGUAGE plpgsql AS $$
BEGIN
  contact := moothall.own_contact(in_version, in_share);
  need := nextval('public.contacts_need_id_seq');
  kase := nextval('public.cases_case_id_seq');
  SELECT s.id, s.due_at INTO known, known_due FROM moothall.case_about_same(same) s;
  RETURN NEXT;
END
$$;

-- What the resident was told of a case is one text, its parts a form feed apart: here, and cases/told.py splits it.
CREATE OR REPLACE FUNCTION moothall.told_break() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT E'\f' $$;

-- Its parts, the first first; what is blank is none, as in Python.
CREATE OR REPLACE FUNCTION moothall.told_parts(told text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY(SELECT p.part FROM unnest(string_to_array(told, moothall.told_break())) WITH ORDINALITY AS p(part, at)
                WHERE p.part ~ '\S' ORDER BY p.at)
$$;

-- What is told of a case comes after what was told of it before.
CREATE OR REPLACE FUNCTION moothall.told_after(told text, words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT array_to_string(moothall.told_parts(told) || moothall.told_parts(words), moothall.told_break())
$$;

-- What a case tells of what was told: what its script had put there gives way to what was said at the script's end. What
-- was told later stays behind it.
CREATE OR REPLACE FUNCTION moothall.told_at_end(told text, words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT array_to_string(moothall.told_parts(words) || (moothall.told_parts(told))[2:], moothall.told_break())
$$;

-- The run in hand came to its end, and this was told there of a case that it opened. Nobody's case else, and none that is
-- closed.
CREATE OR REPLACE FUNCTION moothall.tell_own_case(in_case bigint, words text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k public.scripts_runkey := moothall.own_key(false);
BEGIN
  IF k.contact_id IS NULL THEN
    RETURN;
  END IF;
  PERFORM moothall.set_keys('work', ARRAY[k.council * 10000 + k.service]);
  UPDATE public.cases_case c SET told = moothall.told_at_end(c.told, words)
   WHERE c.id = in_case AND c.contact_id = k.contact_id AND c.state = 'open';
  PERFORM set_config('moothall.work', '', true);  -- a resident has none
END
$$;

-- Whether a run is at its end and a case came of it: then its answers stand, and its code goes on opening what came of it.
CREATE OR REPLACE FUNCTION moothall.was_sent(number bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  before text := coalesce(current_setting('moothall.own_run', true), '');
  sent boolean;
BEGIN
  PERFORM moothall.set_keys('own_run', ARRAY[number]);
  SELECT r.state = 'done' AND jsonb_path_exists(r.effects, '$.*.case ? (@ != null)') INTO sent
    FROM public.scripts_run r WHERE r.id = number;
  PERFORM set_config('moothall.own_run', before, true);
  RETURN coalesce(sent, false);
END
$$;

-- The number on which they asked to be rung was wrong: the case of that call has the right one. False where nothing of it
-- is here: nobody's case else, none that is closed, and of somebody protected it is kept elsewhere.
CREATE OR REPLACE FUNCTION moothall.ring_own_call_on(in_case bigint, asked text, phone text, words text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k public.scripts_runkey := moothall.own_key(false);
  done boolean;
BEGIN
  IF k.contact_id IS NULL THEN
    RETURN false;
  END IF;
  PERFORM moothall.set_keys('work', ARRAY[k.council * 10000 + k.service]);
  UPDATE public.cases_case c SET told = words, changed = c.changed + 1, answers = (
      SELECT jsonb_agg(CASE WHEN e.a ->> 'question' = asked THEN e.a || jsonb_build_object('answer', phone) ELSE e.a END
                       ORDER BY e.n) FROM jsonb_array_elements(c.answers) WITH ORDINALITY AS e(a, n))
   WHERE c.id = in_case AND c.contact_id = k.contact_id AND c.state = 'open' AND NOT c.apart
     AND c.answers @> jsonb_build_array(jsonb_build_object('question', asked));
  done := FOUND;
  PERFORM set_config('moothall.work', '', true);  -- a resident has none
  RETURN done;
END
$$;

-- A code was typed on the public pages. It opens its run once, in one browser: the secret of before opens it no more.
-- The code of what was sent stays, and so does the one by which it was gone on with before. `state` is open, used (with
-- its run, which that browser may have open), over or unknown; wait, where `who` guessed too often.
CREATE OR REPLACE FUNCTION moothall.redeem_code(code text, secret text, next_code text, who text, act boolean)
RETURNS TABLE (state text, run bigint, council int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  moment timestamptz := clock_timestamp();
  asked bigint;
  sent boolean;
  k record;
BEGIN
  IF moothall.guessed_often(who) THEN
    RETURN QUERY SELECT 'wait', NULL::bigint, NULL::int;
    RETURN;
  END IF;
  SELECT r.run_id INTO asked FROM public.scripts_runkey r
   WHERE moothall.hashed(code) IN (r.code_hash, r.used_hash) ORDER BY r.run_id DESC LIMIT 1;
  PERFORM moothall.lock_run(asked);
  SELECT * INTO k FROM public.scripts_runkey r
   WHERE r.run_id = asked AND moothall.hashed(code) IN (r.code_hash, r.used_hash) FOR UPDATE;  -- as it is by now
  IF NOT FOUND THEN
    PERFORM moothall.guessed_wrong(who);
    RETURN QUERY SELECT 'unknown', NULL::bigint, NULL::int;
    RETURN;
  END IF;
  -- No code: an agent goes on with it. No contact: an agent gave it, and it wasn't sent from the web since.
  sent := k.code_hash <> '' AND k.contact_id IS NOT NULL AND moothall.was_sent(k.run_id);
  IF k.expires_at <= moment THEN
    RETURN QUERY SELECT 'over', NULL::bigint, NULL::int;
  ELSIF k.used_hash = moothall.hashed(code) AND NOT sent THEN
    RETURN QUERY SELECT 'used', k.run_id, k.council;
  ELSE
    IF act AND sent THEN
      UPDATE public.scripts_runkey r SET secret_hash = moothall.hashed(secret) WHERE r.run_id = k.run_id;
    ELSIF act THEN
      UPDATE public.scripts_runkey r SET secret_hash = moothall.hashed(secret), used_hash = r.code_hash,
             code_hash = moothall.hashed(next_code) WHERE r.run_id = k.run_id;
    END IF;
    RETURN QUERY SELECT CASE WHEN sent THEN 'sent' ELSE 'open' END, k.run_id, k.council;
  END IF;
END
$$;

-- An agent goes on with a run whose code was told, or tells a code to go on with on the web. The owner is bound by the
-- scope that is open, so this finds only what the agent sees. From then on the resident's browser opens it no more.
CREATE OR REPLACE FUNCTION moothall.take_code(code text, who text) RETURNS TABLE (state text, run bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_state text;
  found_run bigint;
BEGIN
  SELECT r.state, r.run INTO found_state, found_run FROM moothall.redeem_code(code, '', '', who, false) r;
  IF found_state IN ('open', 'sent') THEN
    found_state := 'open';
    IF NOT EXISTS (SELECT FROM public.scripts_run s WHERE s.id = found_run) THEN
      RETURN QUERY SELECT 'elsewhere', NULL::bigint;
      RETURN;
    END IF;
    -- Its contact stays: by the code that was used they still learn how what came of it stands.
    UPDATE public.scripts_runkey r SET secret_hash = '', used_hash = r.code_hash, code_hash = ''
     WHERE r.run_id = found_run;
  END IF;
  RETURN QUERY SELECT found_state, CASE WHEN found_state = 'open' THEN found_run END;  -- of others nobody is told
END
$$;

CREATE OR REPLACE FUNCTION moothall.give_code(in_run bigint, code text, days int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  moment timestamptz := clock_timestamp();
BEGIN
  IF length(code) < 8 OR days NOT BETWEEN 1 AND 31 THEN
    RAISE EXCEPTION 'a code must be one that nobody guesses, with an end';
  END IF;
  PERFORM moothall.lock_run(in_run);
  INSERT INTO public.scripts_runkey (run_id, council, service, secret_hash, code_hash, used_hash, expires_at)
  SELECT s.id, s.council_id, s.service_id, '', moothall.hashed(code), '', moment + days * interval '1 day'
    FROM public.scripts_run s WHERE s.id = in_run
  ON CONFLICT (run_id) DO UPDATE
    SET secret_hash = '', code_hash = excluded.code_hash, expires_at = excluded.expires_at, contact_id = NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such run is within sight';
  END IF;
END
$$;

-- How a case that came of a run stands, for whoever has its reference and the run's code, however long ago that was.
-- `discreet`: nobody beside the reader should see what it is about. Of a council that is cut off nothing is told. While
-- its code opens the run, the run itself and which files came (their steps and items) are told as well: what it still
-- wants is worked out from both.
DROP FUNCTION IF EXISTS moothall.case_by_code(text, text, text);
CREATE OR REPLACE FUNCTION moothall.case_by_code(ref text, code text, who text)
RETURNS TABLE (state text, title text, opened_at timestamptz, due_at timestamptz, closed_at timestamptz, told text,
               discreet boolean, run jsonb, came jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  moment timestamptz := clock_timestamp();
  k record;
  found_one boolean;
BEGIN
  IF moothall.guessed_often(who) THEN
    state := 'wait';
    RETURN NEXT;
    RETURN;
  END IF;
  FOR k IN SELECT * FROM public.scripts_runkey r WHERE moothall.hashed(code) IN (r.code_hash, r.used_hash)
     AND NOT EXISTS (SELECT FROM public.agreements_halt h WHERE h.kind = 'cut' AND h.council_id = r.council
                        AND h.starts <= moment AND (h.ends IS NULL OR h.ends > moment)) LOOP
    PERFORM moothall.set_keys('work', ARRAY[k.council * 10000 + k.service]);
    RETURN QUERY SELECT c.state::text, c.title::text, c.opened_at, c.due_at, c.closed_at, c.told,
        coalesce(c.marks ? 'discreet', false), s.run, s.came
      FROM public.cases_case c LEFT JOIN LATERAL (
        SELECT to_jsonb(r) AS run, coalesce((
            SELECT jsonb_agg(jsonb_build_array(d.step, d.item)) FROM public.documents_document d
             WHERE d.run_id = r.id AND d.council_id = k.council AND d.state = 'kept'), '[]') AS came
          FROM public.scripts_run r WHERE r.id = k.run_id AND k.expires_at > moment) s ON true
      WHERE c.contact_id = k.contact_id AND c.reference = ref;
    found_one := FOUND;  -- now, since PERFORM finds something too
    PERFORM set_config('moothall.work', '', true);  -- nobody is in a scope here
    IF found_one THEN
      RETURN;
    END IF;
  END LOOP;
  PERFORM moothall.guessed_wrong(who);
END
$$;
REVOKE ALL ON FUNCTION moothall.case_by_code(text, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION moothall.begin_run(int, int, text, jsonb, text, text, int),
  moothall.own_run(bigint, int, boolean), moothall.lock_run(bigint), moothall.own_key(boolean),
  moothall.was_sent(bigint),
  moothall.own_contact(bigint, bigint), moothall.keep_own_run(int), moothall.case_about_same(text),
  moothall.ready_case(bigint, bigint, text), moothall.tell_own_case(bigint, text),
  moothall.ring_own_call_on(bigint, text, text, text),
  moothall.redeem_code(text, text, text, text, boolean), moothall.take_code(text, text),
  moothall.give_code(bigint, text, int) FROM PUBLIC;
