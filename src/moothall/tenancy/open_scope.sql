-- The scope of one transaction: which keys the principal may read and write, by class of table. Read DESIGN's three walls.
-- It runs as the owner, so that the application roles need no sight of each other's grants; the owner itself is bound by
-- row security, therefore nothing here reads a tenant table.

CREATE OR REPLACE FUNCTION moothall.set_keys(name text, keys anyarray) RETURNS void LANGUAGE sql AS $$
  SELECT set_config('moothall.' || name, coalesce(keys::text, ''), true)
$$;

CREATE OR REPLACE FUNCTION moothall.close_scope() RETURNS void LANGUAGE sql AS $$
  SELECT set_config('moothall.' || name, '', true)
  FROM unnest(ARRAY['core', 'work', 'line', 'line_write', 'journal', 'journal_write', 'remove',
                    'lease_council', 'lease_contact', 'lease_case', 'lease_customer', 'lease_property']) AS name
$$;

CREATE OR REPLACE FUNCTION moothall.open_scope(
  kind text, principal bigint, named_purpose text, contact bigint, at_instant timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  speaker text := CASE WHEN current_setting('role', true) IN ('none', '') THEN session_user::text
                       ELSE current_setting('role', true) END;
  speaker_role text := CASE WHEN speaker = current_user THEN 'owner' ELSE substring(speaker from '[^_]*$') END;
  moment timestamptz := clock_timestamp();
  arrays text[];
  every_key int[];
  core int[]; work int[]; line int[]; answers int[]; journal int[]; acts int[];
  leased record;
BEGIN
  IF at_instant IS NOT NULL THEN
    -- The owner of a database whose name ends in "_test" has such an ending too.
    IF session_user = current_user OR substring(session_user::text from '[^_]*$') <> 'test' THEN
      RAISE EXCEPTION 'only the test role may open a scope at another instant';
    END IF;
    moment := at_instant;
  END IF;
  PERFORM moothall.close_scope();

  IF kind = 'staff' THEN
    SELECT array_agg(DISTINCT g.council_id * 10000) FILTER (WHERE g."right" IN ('answer', 'resolve')),
           array_agg(DISTINCT g.council_id * 10000 + g.service_id) FILTER (WHERE g."right" IN ('answer', 'resolve')),
           array_agg(DISTINCT g.council_id * 10000 + g.service_id) FILTER (WHERE g."right" IN ('answer', 'report')),
           array_agg(DISTINCT g.council_id * 10000 + g.service_id) FILTER (WHERE g."right" = 'answer'),
           array_agg(DISTINCT g.council_id * 10000 + g.service_id) FILTER (WHERE g."right" IN ('answer', 'resolve', 'report'))
      INTO core, work, line, answers, journal
      FROM public.people_membership m
      JOIN public.people_person p ON p.id = m.person_id AND p.is_active
      JOIN public.tenancy_grant g ON g.team_id = m.team_id
     WHERE m.person_id = principal
       AND m.valid_from <= moment AND (m.valid_to IS NULL OR m.valid_to > moment)
       AND g.valid_from <= moment AND (g.valid_to IS NULL OR g.valid_to > moment);
    acts := work;
    -- A leased contact is named by the request; its council's core and journal come along for what the call needs.
    IF contact IS NOT NULL THEN
      SELECT l.* INTO leased FROM public.queueing_lease l JOIN public.people_person p ON p.id = l.person_id AND p.is_active
       WHERE l.person_id = principal AND l.contact_id = contact AND l.starts <= moment AND l.ends > moment;
      IF FOUND THEN
        PERFORM moothall.set_keys('lease_council', ARRAY[leased.council]);
        PERFORM moothall.set_keys('lease_contact', ARRAY[leased.contact_id]);
        PERFORM moothall.set_keys('lease_case', leased.cases);
        PERFORM moothall.set_keys('lease_customer', leased.customers);
        PERFORM moothall.set_keys('lease_property', leased.properties);
        acts := acts || (leased.council * 10000 + leased.service);
      END IF;
    END IF;
    PERFORM moothall.set_keys('core', core), moothall.set_keys('work', work), moothall.set_keys('line', line),
            moothall.set_keys('line_write', answers), moothall.set_keys('journal', journal),
            -- What somebody does about their own desk is journalled at their employer, whatever they answer for.
            moothall.set_keys('journal_write', acts || core || (
              SELECT array_agg(p.employer_id * 10000) FROM public.people_person p
               WHERE p.id = principal AND p.is_active AND p.employer_id IS NOT NULL));
  ELSIF kind = 'system' THEN
    SELECT p.arrays INTO arrays FROM public.tenancy_purpose p WHERE p.purpose = named_purpose AND p.role = speaker_role;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'role % may not act for the purpose "%"', speaker, named_purpose;
    END IF;
    SELECT array_agg(c.number * 10000 + s.number) INTO every_key
      FROM public.tenancy_council c CROSS JOIN public.tenancy_service s WHERE principal IS NULL OR c.number = principal;
    PERFORM moothall.set_keys(name, every_key) FROM unnest(arrays) AS name;
  ELSIF kind IN ('operator', 'resident') THEN
    NULL;  -- an operator sees no residents; a resident's own run arrives with the public scripts
  ELSE
    RAISE EXCEPTION 'unknown kind of principal: %', kind;
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION moothall.refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a row of % stays with its council and service', TG_TABLE_NAME; END
$$;

-- A lease ends when its call is finished, or sooner. Only the router, which knows of the answer, may let it run longer.
CREATE OR REPLACE FUNCTION moothall.only_shorten_lease() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user LIKE '%\_web' AND NEW.ends > OLD.ends THEN
    RAISE EXCEPTION 'a lease may only be shortened';
  END IF;
  RETURN NEW;
END
$$;

REVOKE ALL ON FUNCTION moothall.open_scope(text, bigint, text, bigint, timestamptz) FROM PUBLIC;
