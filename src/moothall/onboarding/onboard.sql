-- Bringing a council live: who takes part, its services, staff and lines. The functions run as the owner, so that no
-- application role writes a council, a login or a membership by itself; each asks first whether this person may.

-- An operator may for every council, a manager for their own. Nobody named: the owner at a terminal, or the tests.
CREATE OR REPLACE FUNCTION moothall.may_onboard(who bigint, council int, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN who IS NULL
    THEN coalesce(current_setting('role', true), 'none') IN ('none', '')
      AND (session_user = current_user OR substring(session_user::text from '[^_]*$') = 'test')
    ELSE EXISTS (SELECT FROM public.people_person p WHERE p.id = who AND p.is_active AND p.is_operator)
      OR (council IS NOT NULL AND moothall.may_sign(who, council, moment)) END
$$;

-- The number of the council that is new or was there; else why not. A council that is there stays as it is.
CREATE OR REPLACE FUNCTION moothall.add_council(made jsonb, who bigint, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  taken int;
BEGIN
  IF NOT moothall.may_onboard(who, NULL, moment) THEN RETURN 'no_right'; END IF;
  LOCK TABLE public.tenancy_council IN SHARE ROW EXCLUSIVE MODE;
  SELECT number INTO taken FROM public.tenancy_council WHERE gss = made ->> 'gss';
  IF FOUND THEN RETURN 'there'; END IF;
  INSERT INTO public.tenancy_council (number, gss, slug, name, short_name, kind, tier, county_gss, letters,
      reference_prefix, brand, on_brand, phone, website, address, division, logo)
    SELECT coalesce(c.number, (SELECT coalesce(max(o.number), 0) + 1 FROM public.tenancy_council o)), c.gss, c.slug,
      c.name, c.short_name, 'council', c.tier, c.county_gss, c.letters, c.reference_prefix, c.brand, c.on_brand,
      c.phone, c.website, c.address, 'england-and-wales', ''
    FROM jsonb_to_record(made) AS c(number int, gss text, slug text, name text, short_name text, tier text,
      county_gss text, letters text, reference_prefix text, brand text, on_brand text, phone text, website text,
      address text)
    ON CONFLICT DO NOTHING RETURNING number INTO taken;
  RETURN coalesce(taken::text, 'taken');
END
$$;

-- Colours, telephone, address and website: only what is named is changed.
CREATE OR REPLACE FUNCTION moothall.brand_council(wanted int, made jsonb, who bigint, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT moothall.may_onboard(who, wanted, moment) THEN RETURN 'no_right'; END IF;
  UPDATE public.tenancy_council SET
    -- Once an identity is published, colours are its alone (identity.sql).
    brand = CASE WHEN identity IS NULL THEN coalesce(made ->> 'brand', brand) ELSE brand END,
    on_brand = CASE WHEN identity IS NULL THEN coalesce(made ->> 'on_brand', on_brand) ELSE on_brand END,
    phone = coalesce(made ->> 'phone', phone), website = coalesce(made ->> 'website', website),
    address = coalesce(made ->> 'address', address)
   WHERE number = wanted AND kind = 'council';
  RETURN CASE WHEN FOUND THEN 'branded' ELSE 'no_right' END;
END
$$;

-- A council's services in the place of those before. What it told of every service stands under the core, number 0,
-- and stays where it isn't told anew. `texts` are its versions of the scripts: each must be the script
-- that is published, to the letter, with this council's parameters behind it.
CREATE OR REPLACE FUNCTION moothall.choose_services(
  wanted int, chosen jsonb, texts jsonb, who bigint, moment timestamptz
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  code text;
  made record;
  latest record;
BEGIN
  IF NOT moothall.may_onboard(who, wanted, moment) THEN RETURN 'no_right'; END IF;
  SELECT gss INTO code FROM public.tenancy_council WHERE number = wanted AND kind = 'council' FOR UPDATE;
  IF NOT FOUND THEN RETURN 'no_right'; END IF;
  DELETE FROM public.onboarding_chosenservice WHERE council_id = wanted
    AND service_id <> 0 AND NOT chosen @> jsonb_build_array(jsonb_build_object('service', service_id));
  INSERT INTO public.onboarding_chosenservice (council_id, service_id, values, chosen_at)
    SELECT wanted, c.service, c.values, moment FROM jsonb_to_recordset(chosen) AS c(service int, values jsonb)
    JOIN public.tenancy_service s ON s.number = c.service
    ON CONFLICT (council_id, service_id) DO UPDATE SET values = excluded.values, chosen_at = excluded.chosen_at
      WHERE public.onboarding_chosenservice.values <> excluded.values;
  FOR made IN SELECT * FROM jsonb_to_recordset(texts) AS t(key text, text text) LOOP
    SELECT v.text, v.pack INTO latest FROM public.scripts_scriptversion v WHERE v.key = made.key
      ORDER BY v.published_at DESC, v.hash LIMIT 1;
    IF NOT FOUND OR NOT starts_with(made.text, rtrim(latest.text, E' \n\r\t') || E'\n---\n') THEN RETURN 'moved'; END IF;
    INSERT INTO public.scripts_scriptversion (hash, pack, key, text, published_at)
      SELECT encode(sha256(convert_to(made.text, 'UTF8')), 'hex'), latest.pack, made.key || '/' || code, made.text,
        greatest(moment, (SELECT max(v.published_at) + interval '1 microsecond' FROM public.scripts_scriptversion v
                           WHERE v.key = made.key || '/' || code))
      ON CONFLICT (hash) DO UPDATE SET published_at = excluded.published_at;
  END LOOP;
  RETURN 'chosen';
END
$$;

-- Lines in the place of those that the council planned before. A number is one council's.
CREATE OR REPLACE FUNCTION moothall.plan_lines(wanted int, made jsonb, who bigint, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT moothall.may_onboard(who, wanted, moment) THEN RETURN 'no_right'; END IF;
  LOCK TABLE public.onboarding_plannedline IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (
    SELECT FROM jsonb_to_recordset(made) AS l(number text, public_number text)
    WHERE moothall.line_taken(l.number, wanted, moment) OR moothall.line_taken(l.public_number, wanted, moment)
  ) THEN RETURN 'line_taken'; END IF;
  DELETE FROM public.onboarding_plannedline WHERE council_id = wanted;
  INSERT INTO public.onboarding_plannedline (council_id, service_id, number, public_number, name, greeting)
    SELECT wanted, l.service, l.number, l.public_number, l.name, l.greeting
    FROM jsonb_to_recordset(made) AS l(service int, number text, public_number text, name text, greeting text);
  RETURN 'planned';
END
$$;

CREATE OR REPLACE FUNCTION moothall.line_taken(asked text, wanted int, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.onboarding_plannedline p
                  WHERE p.council_id <> wanted AND asked IN (p.number, p.public_number))
    OR EXISTS (SELECT FROM public.agreements_line l JOIN public.agreements_agreementversion v ON v.id = l.version_id
                WHERE l.council_id <> wanted AND v.state IN ('draft', 'proposed', 'in_force') AND v.ends > moment
                  AND (asked IN (l.number, l.public_number) OR l.aliases ? asked))
$$;

-- Whether people may be put into a team in a council's name: its own; or one of several councils', whose people then
-- see all of those: by an operator, or once an agreement is signed that binds the council and names the team.
CREATE OR REPLACE FUNCTION moothall.may_fill(team bigint, wanted int, who bigint, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.employer_id = wanted OR (t.employer_id IS NULL AND (
      moothall.may_onboard(who, NULL, moment)
      OR EXISTS (SELECT FROM public.agreements_share s JOIN public.agreements_agreementversion v ON v.id = s.version_id
                  WHERE s.team_id = t.id AND v.state = 'in_force' AND v.ends > moment AND wanted = ANY (v.parties))))
    FROM public.people_team t WHERE t.id = team
$$;

-- A council's people with their teams and skills, all or none. Whoever isn't named stays as they are.
CREATE OR REPLACE FUNCTION moothall.load_staff(wanted int, made jsonb, who bigint, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  short text;
BEGIN
  IF NOT moothall.may_onboard(who, wanted, moment) THEN RETURN 'no_right'; END IF;
  SELECT short_name INTO short FROM public.tenancy_council WHERE number = wanted AND kind = 'council' FOR UPDATE;
  IF NOT FOUND THEN RETURN 'no_right'; END IF;
  DROP TABLE IF EXISTS pg_temp.onboard_people, pg_temp.onboard_jobs, pg_temp.onboard_skills;
  CREATE TEMPORARY TABLE onboard_people ON COMMIT DROP AS
    SELECT * FROM jsonb_to_recordset(made -> 'people') AS p(email text, name text, job text, station text);
  CREATE TEMPORARY TABLE onboard_jobs ON COMMIT DROP AS
    SELECT * FROM jsonb_to_recordset(made -> 'jobs') AS j(email text, team text, job text);
  CREATE TEMPORARY TABLE onboard_skills ON COMMIT DROP AS
    SELECT * FROM jsonb_to_recordset(made -> 'skills') AS s(email text, service int, level int);
  IF EXISTS (SELECT FROM pg_temp.onboard_people n JOIN public.people_person p ON lower(p.email) = n.email
              WHERE p.employer_id IS DISTINCT FROM wanted OR p.is_operator) THEN RETURN 'elsewhere'; END IF;
  INSERT INTO public.people_team (slug, name, employer_id)
    SELECT t.slug, t.name, wanted FROM jsonb_to_recordset(made -> 'teams') AS t(slug text, name text)
    ON CONFLICT (slug) DO NOTHING;
  IF EXISTS (SELECT FROM pg_temp.onboard_jobs j LEFT JOIN public.people_team t ON t.slug = j.team
              WHERE NOT coalesce(moothall.may_fill(t.id, wanted, who, moment), false)) THEN RETURN 'not_your_team'; END IF;
  INSERT INTO public.people_person (password, email, name, job, station, employer_id, is_operator, is_active, joined)
    SELECT '!' || replace(gen_random_uuid()::text, '-', ''), n.email, n.name, n.job, n.station, wanted, false, true, moment
    FROM pg_temp.onboard_people n
    ON CONFLICT (email) DO UPDATE SET name = excluded.name, job = excluded.job, station = excluded.station
      WHERE public.people_person.employer_id = wanted AND NOT public.people_person.is_operator;
  -- Another job in the same team takes the place of the one before.
  UPDATE public.people_membership m SET valid_to = moment
    FROM pg_temp.onboard_jobs j, public.people_person p, public.people_team t
   WHERE p.email = j.email AND t.slug = j.team AND m.person_id = p.id AND m.team_id = t.id AND m.job <> j.job
     AND m.valid_from <= moment AND (m.valid_to IS NULL OR m.valid_to > moment);
  INSERT INTO public.people_membership (person_id, team_id, job, valid_from)
    SELECT p.id, t.id, j.job, moment FROM pg_temp.onboard_jobs j JOIN public.people_person p ON p.email = j.email
      JOIN public.people_team t ON t.slug = j.team
     WHERE NOT EXISTS (SELECT FROM public.people_membership m WHERE m.person_id = p.id AND m.team_id = t.id
       AND m.valid_from <= moment AND (m.valid_to IS NULL OR m.valid_to > moment));
  INSERT INTO public.people_skill (person_id, service_id, level)
    SELECT p.id, s.service, s.level FROM pg_temp.onboard_skills s JOIN public.people_person p ON p.email = s.email
    ON CONFLICT (person_id, service_id) DO UPDATE SET level = excluded.level;
  -- A council's own managers read its figures, whoever answers.
  INSERT INTO public.tenancy_grant (team_id, council_id, service_id, "right", valid_from)
    SELECT DISTINCT t.id, wanted, s.number, 'report', moment
      FROM pg_temp.onboard_jobs j JOIN public.people_team t ON t.slug = j.team AND t.employer_id = wanted
      CROSS JOIN public.tenancy_service s
     WHERE j.job = 'manager' AND NOT EXISTS (SELECT FROM public.tenancy_grant g WHERE g.team_id = t.id
       AND g.council_id = wanted AND g.service_id = s.number AND g."right" = 'report' AND g.share_id IS NULL);
  DROP TABLE pg_temp.onboard_people, pg_temp.onboard_jobs, pg_temp.onboard_skills;
  PERFORM pg_notify('moothall_desk', 'rights'), pg_notify('moothall_router', 'agreement');
  RETURN 'loaded';
END
$$;

-- That simulated calls were played; the calls themselves are undone.
CREATE OR REPLACE FUNCTION moothall.play_council(
  wanted int, version bigint, made jsonb, who bigint, moment timestamptz
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT moothall.may_onboard(who, wanted, moment) OR NOT EXISTS (
    SELECT FROM public.agreements_share s WHERE s.version_id = version AND s.client_id = wanted
  ) THEN RETURN 'no_right'; END IF;
  INSERT INTO public.onboarding_dryrun (council_id, version_id, at, way, calls, problems, told)
    VALUES (wanted, version, moment, made ->> 'way', (made ->> 'calls')::int, (made ->> 'problems')::int,
            coalesce(made -> 'told', '{}'));
  RETURN 'played';
END
$$;

REVOKE ALL ON FUNCTION moothall.add_council(jsonb, bigint, timestamptz),
  moothall.brand_council(int, jsonb, bigint, timestamptz),
  moothall.choose_services(int, jsonb, jsonb, bigint, timestamptz),
  moothall.play_council(int, bigint, jsonb, bigint, timestamptz),
  moothall.plan_lines(int, jsonb, bigint, timestamptz),
  moothall.load_staff(int, jsonb, bigint, timestamptz) FROM PUBLIC;
