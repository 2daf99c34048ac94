-- The scope of one transaction: which keys the principal may read and write, by class of table. Read DESIGN's three walls.
-- It runs as the owner, so that the application roles need no sight of each other's grants; the owner itself is bound by
-- row security, therefore nothing here reads a tenant table.
-- A grant holds from its first second to its last, unless its share is paused or was taken back from that team
-- (agreements/control.sql), or the council that it is about, or the team's own, is cut off. Who works for a council that
-- is cut off sees nothing.

CREATE OR REPLACE FUNCTION moothall.set_keys(name text, keys anyarray) RETURNS void LANGUAGE sql AS $$
  SELECT set_config('moothall.' || name, coalesce(keys::text, ''), true)
$$;

-- One statement, not one a setting: every request opens a scope, and the small ones feel it.
CREATE OR REPLACE FUNCTION moothall.close_scope() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('moothall.core', '', true), set_config('moothall.work', '', true),
          set_config('moothall.line', '', true), set_config('moothall.line_write', '', true),
          set_config('moothall.journal', '', true), set_config('moothall.journal_write', '', true),
          set_config('moothall.remove', '', true), set_config('moothall.address', '', true),
          set_config('moothall.postcode', '', true), set_config('moothall.lease_council', '', true),
          set_config('moothall.lease_contact', '', true), set_config('moothall.lease_case', '', true),
          set_config('moothall.lease_customer', '', true), set_config('moothall.lease_property', '', true),
          set_config('moothall.identity', '', true), set_config('moothall.link', '', true),
          set_config('moothall.own_run', '', true), set_config('moothall.own_contact', '', true),
          set_config('moothall.rounds', '', true), set_config('moothall.lease_keys', '', true),
          set_config('moothall.protected', '', true);
END
$$;

CREATE OR REPLACE FUNCTION moothall.open_scope(
  kind text, principal bigint, named_purpose text, contact bigint, at_instant timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  speaker text;
  speaker_role text;
  moment timestamptz := clock_timestamp();
  arrays text[];
  every_key text; -- written out once: the router opens such a scope for each event
  core int[]; work int[]; line int[]; answers int[]; journal int[]; acts int[]; own int;
  cut int[];
  leased record;
BEGIN
  IF at_instant IS NOT NULL THEN
    -- The owner of a database whose name ends in "_test" has such an ending too.
    IF session_user = current_user OR substring(session_user::text from '[^_]*$') <> 'test' THEN
      RAISE EXCEPTION 'only the test role may open a scope at another instant';
    END IF;
    moment := at_instant;
  END IF;
  -- A transaction begins with none of them set; setting and taking back twenty costs more than looking.
  IF concat(current_setting('moothall.core', true), current_setting('moothall.work', true),
            current_setting('moothall.line', true), current_setting('moothall.line_write', true),
            current_setting('moothall.journal', true), current_setting('moothall.journal_write', true),
            current_setting('moothall.remove', true), current_setting('moothall.address', true),
            current_setting('moothall.postcode', true), current_setting('moothall.lease_council', true),
            current_setting('moothall.lease_contact', true), current_setting('moothall.lease_case', true),
            current_setting('moothall.lease_customer', true), current_setting('moothall.lease_property', true),
            current_setting('moothall.identity', true), current_setting('moothall.link', true),
            current_setting('moothall.own_run', true), current_setting('moothall.own_contact', true),
            current_setting('moothall.rounds', true), current_setting('moothall.lease_keys', true),
            current_setting('moothall.protected', true)) <> ''
  THEN
    PERFORM moothall.close_scope();
  END IF;

  IF kind = 'staff' THEN
    SELECT array_agg(h.council_id) INTO cut FROM public.agreements_halt h
     WHERE h.kind = 'cut' AND h.starts <= moment AND (h.ends IS NULL OR h.ends > moment);
    SELECT array_agg(DISTINCT g.council_id * 10000) FILTER (WHERE g."right" IN ('answer', 'resolve')),
           array_agg(g.council_id * 10000 + g.service_id) FILTER (WHERE g."right" IN ('answer', 'resolve')),
           array_agg(g.council_id * 10000 + g.service_id) FILTER (WHERE g."right" IN ('answer', 'report')),
           array_agg(g.council_id * 10000 + g.service_id) FILTER (WHERE g."right" = 'answer'),
           array_agg(g.council_id * 10000 + g.service_id) FILTER (WHERE g."right" IN ('answer', 'resolve', 'report')),
           min(p.employer_id) * 10000
      INTO core, work, line, answers, journal, own
      FROM public.people_person p
      LEFT JOIN (public.people_membership m JOIN public.tenancy_grant g ON g.team_id = m.team_id
                  AND g.valid_from <= moment AND (g.valid_to IS NULL OR g.valid_to > moment)
                  AND NOT EXISTS (
                    SELECT FROM public.agreements_halt h WHERE h.share_id = g.share_id AND h.team_id = g.team_id
                      AND h.starts <= moment AND (h.ends IS NULL OR h.ends > moment))
                  AND (cut IS NULL OR g.council_id <> ALL(cut) AND NOT EXISTS (
                    SELECT FROM public.people_team t WHERE t.id = g.team_id AND t.employer_id = ANY(cut))))
        ON m.person_id = p.id AND m.valid_from <= moment AND (m.valid_to IS NULL OR m.valid_to > moment)
     WHERE p.id = principal AND p.is_active;
    IF own / 10000 = ANY(cut) THEN
      RETURN;
    END IF;
    acts := work;
    -- A leased contact is named by the request; its council's core and journal come along for what the call needs.
    IF contact IS NOT NULL THEN
      SELECT l.* INTO leased FROM public.queueing_lease l JOIN public.people_person p ON p.id = l.person_id AND p.is_active
       WHERE l.person_id = principal AND l.contact_id = contact AND l.starts <= moment AND l.ends > moment;
      IF FOUND AND leased.council <> ALL(coalesce(cut, '{}')) THEN
        PERFORM moothall.set_keys('lease_council', ARRAY[leased.council]),
                moothall.set_keys('lease_contact', ARRAY[leased.contact_id]),
                moothall.set_keys('lease_keys', leased.keys),
                moothall.set_keys('lease_case', leased.cases),
                moothall.set_keys('lease_customer', leased.customers),
                moothall.set_keys('lease_property', leased.properties);
        acts := acts || (leased.council * 10000 + leased.service);
      END IF;
    END IF;
    -- What somebody does about their own desk is journalled at their employer, whatever they answer for.
    PERFORM moothall.set_keys('core', core), moothall.set_keys('work', work), moothall.set_keys('line', line),
            moothall.set_keys('line_write', answers), moothall.set_keys('journal', journal),
            moothall.set_keys('journal_write', array_remove(acts || core || own, NULL));
    IF contact IS NOT NULL THEN
      PERFORM moothall.narrow_to_call(principal, contact);
    END IF;
    IF named_purpose = 'protected' THEN  -- asked for by name, and journalled by whoever asks (protected.sql)
      PERFORM moothall.open_protected(principal, moment);
    END IF;
  ELSIF kind = 'system' THEN
    speaker := CASE WHEN current_setting('role', true) IN ('none', '') THEN session_user::text
                    ELSE current_setting('role', true) END;
    speaker_role := CASE WHEN speaker = current_user THEN 'owner' ELSE substring(speaker from '[^_]*$') END;
    SELECT p.arrays INTO arrays FROM public.tenancy_purpose p WHERE p.purpose = named_purpose AND p.role = speaker_role;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'role % may not act for the purpose "%"', speaker, named_purpose;
    END IF;
    SELECT coalesce(array_agg(c.number * 10000 + s.number)::text, '') INTO every_key
      FROM public.tenancy_council c CROSS JOIN public.tenancy_service s WHERE principal IS NULL OR c.number = principal;
    PERFORM set_config('moothall.' || name, every_key, true) FROM unnest(arrays) AS name;
  ELSIF kind = 'emergency' THEN
    -- First of all: whatever a policy would let through, this transaction writes nothing. `contact` is the glass. Whether
    -- the agreement, the job and the councils still are as they were is asked anew.
    PERFORM set_config('transaction_read_only', 'on', true);
    SELECT b.council_id INTO own FROM public.agreements_breakglass b
     WHERE b.id = contact AND b.person_id = principal AND b.starts <= moment AND b.ends > moment
       AND moothall.glass_minutes(b.council_id, principal, moment) IS NOT NULL;
    IF FOUND THEN
      SELECT array_agg(own * 10000 + s.number) INTO work FROM public.tenancy_service s;
      PERFORM moothall.set_keys('core', ARRAY[own * 10000]), moothall.set_keys('work', work),
              moothall.set_keys('line', work), moothall.set_keys('journal', work);
    END IF;
  ELSIF kind = 'link' THEN
    -- Whoever holds a link's secret sees the one row that it leads to, and what they do about it is journalled there.
    -- While its council is cut off it leads nowhere, and nothing is paid by it.
    PERFORM set_config('moothall.link', coalesce(named_purpose, ''), true);
    SELECT array_agg(r.scope_key) INTO journal FROM public.payments_paymentrequest r WHERE r.link = named_purpose
       AND NOT EXISTS (SELECT FROM public.agreements_halt h WHERE h.kind = 'cut' AND h.council_id = r.council_id
                          AND h.starts <= moment AND (h.ends IS NULL OR h.ends > moment));
    IF journal IS NULL THEN
      PERFORM set_config('moothall.link', '', true);
    END IF;
    PERFORM moothall.set_keys('journal_write', journal);
  ELSIF kind = 'resident' THEN
    -- One run and what came of it (residents.sql). Whoever has no valid secret sees nothing, and is told nothing.
    SELECT k.* INTO leased FROM public.scripts_runkey k
     WHERE k.run_id = principal AND k.secret_hash = moothall.hashed(named_purpose) AND k.expires_at > moment
       AND NOT EXISTS (SELECT FROM public.agreements_halt h WHERE h.kind = 'cut' AND h.council_id = k.council
                          AND h.starts <= moment AND (h.ends IS NULL OR h.ends > moment));
    IF FOUND THEN
      SELECT array_agg(c.number * 10000) INTO core FROM public.tenancy_council c;
      PERFORM moothall.set_keys('own_run', ARRAY[leased.run_id]),
              moothall.set_keys('own_contact', array_remove(ARRAY[leased.contact_id], NULL)),
              moothall.set_keys('journal_write', ARRAY[leased.council * 10000 + leased.service]),
              moothall.set_keys('address', core), moothall.set_keys('rounds', core);
    END IF;
  ELSIF kind = 'operator' THEN
    NULL;  -- an operator sees no residents
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
