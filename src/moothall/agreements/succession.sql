-- Councils that become one. Rows keep their key, and so their references, seals and statements; what turns at the instant
-- is who sees and serves them, by dated grants. Nothing needs to be awake then. Names of life.sql stand in it.

-- Every succession that is signed, from the instant at which it holds. A version that was replaced or ended before the
-- instant gives none; one that ended later has done it for good.
CREATE OR REPLACE FUNCTION moothall.successions()
RETURNS TABLE (version bigint, predecessor int, successor int, at timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT n.version_id, n.predecessor_id, n.successor_id, greatest(n.at, coalesce(v.holds_from, v.starts))
  FROM public.agreements_succession n
  JOIN public.agreements_agreementversion v ON v.id = n.version_id AND v.state IN ('in_force', 'ended')
  WHERE greatest(n.at, coalesce(v.holds_from, v.starts)) < v.ends
$$;

-- Which council does at a moment what was once this one's.
CREATE OR REPLACE FUNCTION moothall.council_at(council int, moment timestamptz) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  following int;
BEGIN
  FOR _ IN 1..20 LOOP
    SELECT s.successor INTO following FROM moothall.successions() s
     WHERE s.predecessor = council AND s.at <= moment ORDER BY s.at LIMIT 1;
    EXIT WHEN NOT FOUND;
    council := following;
  END LOOP;
  RETURN council;
END
$$;

-- A council's key as long as it is that council, and those of its predecessors from when it has them.
CREATE OR REPLACE FUNCTION moothall.keys_behind(client int, since timestamptz, until timestamptz)
RETURNS TABLE (council int, begins timestamptz, finishes timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE passed AS MATERIALIZED (SELECT * FROM moothall.successions()), behind AS (
    SELECT client AS council, since AS begins,
           least(until, (SELECT min(p.at) FROM passed p WHERE p.predecessor = client)) AS finishes
    UNION ALL
    SELECT p.predecessor, greatest(b.begins, p.at), b.finishes FROM behind b JOIN passed p ON p.successor = b.council
  )
  SELECT b.council, b.begins, b.finishes FROM behind b WHERE b.begins < b.finishes
$$;

-- A council that has only been promised: nobody may see or do anything of it yet, so nobody could sign for it.
CREATE OR REPLACE FUNCTION moothall.is_to_come(council int) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT NOT EXISTS (SELECT FROM public.tenancy_grant g WHERE g.council_id = council AND g.valid_from <= clock_timestamp())
$$;

-- What the last signature does besides the version's own grants: those that others hold on the predecessors end at the
-- instant, people go on in the teams that theirs become, and other agreements' shares of the successor reach back too.
CREATE OR REPLACE FUNCTION moothall.pass_on(wanted bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT s.*, v.agreement_id, v.parties FROM moothall.successions() s
      JOIN public.agreements_agreementversion v ON v.id = s.version WHERE s.version = wanted ORDER BY s.at LOOP
    IF one.predecessor <> ALL (one.parties) THEN
      RAISE EXCEPTION 'council % has not signed that it goes over to another', one.predecessor;
    END IF;
    IF one.successor <> ALL (one.parties) AND EXISTS (
      SELECT FROM public.tenancy_grant g JOIN public.agreements_share s ON s.id = g.share_id
        JOIN public.agreements_agreementversion v ON v.id = s.version_id AND v.agreement_id <> one.agreement_id
       WHERE g.council_id = one.successor) THEN
      RAISE EXCEPTION 'council % is bound by another agreement, and has not signed this one', one.successor;
    END IF;
    INSERT INTO public.tenancy_grant (team_id, council_id, service_id, "right", valid_from, valid_to)
      SELECT DISTINCT p.becomes_id, k.council, g.service_id, g."right", one.at, g.valid_to
      FROM public.agreements_teampassing p
      JOIN public.tenancy_grant g ON g.team_id = p.team_id AND g.council_id = one.predecessor AND g.share_id IS NULL
       AND g."right" = 'report' AND (g.valid_to IS NULL OR g.valid_to > one.at)
      CROSS JOIN LATERAL (  -- whoever reads the figures of one reads those of all that became one
        SELECT one.successor UNION SELECT n.predecessor_id FROM public.agreements_succession n
         WHERE n.version_id = wanted AND n.successor_id = one.successor) AS k(council)
      WHERE p.version_id = wanted AND p.successor_id = one.successor AND NOT EXISTS (
        SELECT FROM public.tenancy_grant o WHERE o.team_id = p.becomes_id AND o.council_id = k.council
          AND o.service_id = g.service_id AND o."right" = 'report' AND o.share_id IS NULL AND o.valid_from = one.at);
    UPDATE public.tenancy_grant g SET valid_to = one.at
     WHERE g.council_id = one.predecessor AND g.valid_from < one.at AND (g.valid_to IS NULL OR g.valid_to > one.at);
    DELETE FROM public.tenancy_grant g USING public.agreements_share s
     WHERE s.id = g.share_id AND s.client_id = one.predecessor AND g.council_id = one.predecessor
       AND g.valid_from >= one.at;
    INSERT INTO public.tenancy_grant (team_id, council_id, service_id, "right", share_id, valid_from, valid_to)
      SELECT g.team, g.council, g.service, g.may, g.share, g.begins, g.finishes
      FROM public.agreements_agreementversion v CROSS JOIN LATERAL moothall.grants_of(v.id) g
      WHERE v.state = 'in_force' AND v.ends > one.at AND v.id <> wanted AND g.council = one.predecessor
        AND g.begins >= one.at AND NOT EXISTS (
          SELECT FROM public.tenancy_grant o WHERE o.share_id = g.share AND o.team_id = g.team
            AND o.council_id = g.council AND o.service_id = g.service AND o."right" = g.may AND o.valid_from = g.begins);
    UPDATE public.queueing_lease l SET ends = one.at + interval '30 minutes'
     WHERE l.council = one.predecessor AND l.ends > one.at + interval '30 minutes';
  END LOOP;
  PERFORM moothall.carry_member(m.id) FROM public.people_membership m
    JOIN public.agreements_teampassing p ON p.team_id = m.team_id AND p.version_id = wanted AND p.becomes_id <> p.team_id;
END
$$;

-- One person's membership goes on in the team that theirs becomes; as long as theirs runs.
CREATE OR REPLACE FUNCTION moothall.carry_member(wanted bigint) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.people_membership (person_id, team_id, job, valid_from, valid_to)
    SELECT m.person_id, p.becomes_id, m.job, greatest(m.valid_from, s.at), m.valid_to
    FROM public.people_membership m
    JOIN public.agreements_teampassing p ON p.team_id = m.team_id AND p.becomes_id <> p.team_id
    JOIN (SELECT version, successor, min(at) AS at FROM moothall.successions() GROUP BY 1, 2) s
      ON s.version = p.version_id AND s.successor = p.successor_id
    WHERE m.id = wanted AND (m.valid_to IS NULL OR m.valid_to > s.at) AND NOT EXISTS (
      SELECT FROM public.people_membership o WHERE o.person_id = m.person_id AND o.team_id = p.becomes_id
        AND o.job = m.job AND o.valid_from = greatest(m.valid_from, s.at))
$$;

-- Who joins or leaves a team after the signature joins or leaves what it becomes.
CREATE OR REPLACE FUNCTION moothall.carry_membership() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM public.people_membership o USING public.agreements_teampassing p,
      (SELECT version, successor, min(at) AS at FROM moothall.successions() GROUP BY 1, 2) s
     WHERE p.team_id = OLD.team_id AND p.becomes_id <> p.team_id AND s.version = p.version_id
       AND s.successor = p.successor_id AND o.person_id = OLD.person_id AND o.team_id = p.becomes_id
       AND o.job = OLD.job AND o.valid_from = greatest(OLD.valid_from, s.at) AND o.id <> OLD.id
       AND o.valid_from > clock_timestamp();  -- one that has begun is the new team's own
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM moothall.carry_member(NEW.id);
  END IF;
  RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION moothall.pass_on(bigint), moothall.carry_member(bigint) FROM PUBLIC;
