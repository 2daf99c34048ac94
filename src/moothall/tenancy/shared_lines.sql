-- A call on a partnership's line is about nobody's council until the caller says which. So a request that names such a
-- call sees less than its agent may see elsewhere: the partnership's own rows, then those of the one council that was
-- named. `open_scope` of open_scope.sql reads the grants; here its arrays are narrowed to the call.

-- Leaves in an array only the keys of one council (and those named besides).
CREATE OR REPLACE FUNCTION moothall.narrow_keys(name text, council int, besides int[]) RETURNS void LANGUAGE sql AS $$
  SELECT moothall.set_keys(name, (
    SELECT array_agg(key) FROM unnest(nullif(current_setting('moothall.' || name, true), '')::int[]) AS key
     WHERE key / 10000 = council OR key = ANY(besides)))
$$;

-- Nothing for a call on a council's own line. `address` are the councils whose list of addresses may be asked, a
-- postcode at a time, since the address decides whose the call is: members whose calls this person answers.
CREATE OR REPLACE FUNCTION moothall.narrow_to_call(principal bigint, contact bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  call record;
  members int[];
BEGIN
  SELECT l.council, coalesce(l.via, l.council) AS line INTO call FROM public.queueing_lease l
   WHERE l.person_id = principal AND l.contact_id = contact;
  IF NOT FOUND THEN  -- it rings
    SELECT p.contact_council AS council, p.contact_council AS line INTO call FROM public.queueing_presence p
     WHERE p.person_id = principal AND p.contact_id = contact;
  END IF;
  IF NOT EXISTS (SELECT FROM public.tenancy_council c WHERE c.number = call.line AND c.kind = 'partnership') THEN
    RETURN;
  END IF;
  SELECT array_agg(DISTINCT s.client_id * 10000) INTO members FROM public.agreements_share s
    JOIN public.agreements_agreementversion v ON v.id = s.version_id AND v.state = 'in_force'
     AND coalesce(v.holds_from, v.starts) <= clock_timestamp() AND v.ends > clock_timestamp()
   WHERE EXISTS (SELECT FROM public.agreements_share h WHERE h.version_id = v.id AND h.client_id = call.line);
  PERFORM moothall.set_keys('address', (
    SELECT array_agg(DISTINCT key / 10000 * 10000)
      FROM unnest(nullif(current_setting('moothall.line_write', true), '')::int[]) AS key
     WHERE key / 10000 * 10000 = ANY(members)));
  PERFORM moothall.narrow_keys(name, call.council, '{}')
     FROM unnest(ARRAY['core', 'work', 'line', 'line_write', 'journal']) AS name;
  PERFORM moothall.narrow_keys('journal_write', call.council, (  -- what somebody does about their own desk
    SELECT array_agg(p.employer_id * 10000) FROM public.people_person p WHERE p.id = principal));
END
$$;

-- The agent in a call on a partnership's line goes on with it for a council: the lease of the call's next contact. The
-- pages may not write leases; this gives one only to whoever talks in the call now and answers for that council now.
CREATE OR REPLACE FUNCTION moothall.lease_on(
  principal bigint, contact bigint, next_contact bigint, next_council int, next_service int
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  moment timestamptz := clock_timestamp();
  line int;
  share_ends timestamptz;
BEGIN
  SELECT c.number INTO line FROM public.queueing_lease l
    JOIN public.tenancy_council c ON c.number = coalesce(l.via, l.council) AND c.kind = 'partnership'
   WHERE l.person_id = principal AND l.contact_id = contact AND l.starts <= moment AND l.ends > moment;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'person % talks in no call of a partnership''s line', principal;
  END IF;
  SELECT coalesce(max(g.valid_to), moment) INTO share_ends
    FROM public.people_membership m
    JOIN public.people_person p ON p.id = m.person_id AND p.is_active
    JOIN public.tenancy_grant g ON g.team_id = m.team_id AND g."right" = 'answer'
   WHERE m.person_id = principal AND g.council_id = next_council AND g.service_id = next_service
     AND m.valid_from <= moment AND (m.valid_to IS NULL OR m.valid_to > moment)
     AND g.valid_from <= moment AND (g.valid_to IS NULL OR g.valid_to > moment)
     AND NOT EXISTS (  -- as open_scope has it
       SELECT FROM public.agreements_halt h WHERE h.starts <= moment AND (h.ends IS NULL OR h.ends > moment)
         AND (h.share_id = g.share_id AND h.team_id = g.team_id
              OR h.kind = 'cut' AND h.council_id IN (g.council_id, p.employer_id)))
  HAVING count(*) > 0;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'person % does not answer service % of council %', principal, next_service, next_council;
  END IF;
  INSERT INTO public.queueing_lease
    (person_id, contact_id, council, service, starts, ends, cases, customers, properties, via)
  VALUES (principal, next_contact, next_council, next_service, moment, share_ends + interval '30 minutes',
          '{}', '{}', '{}', line)
  ON CONFLICT (person_id, contact_id) DO UPDATE
    SET service = excluded.service, starts = excluded.starts, ends = excluded.ends, via = excluded.via;
END
$$;

DROP POLICY IF EXISTS see_at_postcode ON places_property;
CREATE POLICY see_at_postcode ON places_property FOR SELECT USING (
  postcode_key = (SELECT nullif(current_setting('moothall.postcode', true), ''))
  AND scope_key = ANY((SELECT nullif(current_setting('moothall.address', true), '')::int[])::int[])
);

REVOKE ALL ON FUNCTION moothall.lease_on(bigint, bigint, bigint, int, int) FROM PUBLIC;
