-- Break glass: for a stated emergency somebody of another party sees what is a council's, outside every share, for a
-- limited time. Each is a row with dates that open_scope reads, so it ends at its second by itself. The functions run as
-- the owner, so that no application role writes such a row.

-- The most minutes that each agreement in force allows this person at that council (60 where it is silent, never over
-- 240); null where they lead or manage no team of another party of one. Asked again whenever such a scope opens.
CREATE OR REPLACE FUNCTION moothall.glass_minutes(council int, who bigint, moment timestamptz) RETURNS int
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN count(*) > 0 THEN least(240, min(coalesce((
    SELECT min((s.body -> 'emergency' -> 'break_glass' ->> 'at_most_minutes')::int)
    FROM public.agreements_share s WHERE s.version_id = v.id AND s.client_id = council), 60))) END
  FROM public.agreements_agreementversion v
  WHERE v.state = 'in_force' AND coalesce(v.holds_from, v.starts) <= moment AND v.ends > moment
    AND council = ANY(v.parties)
    AND EXISTS (
      SELECT FROM public.people_membership m
      JOIN public.people_person p ON p.id = m.person_id AND p.is_active AND NOT p.is_operator
      JOIN public.people_team t ON t.id = m.team_id AND t.employer_id IS DISTINCT FROM council
      WHERE m.person_id = who AND m.job IN ('leader', 'manager')
        AND m.valid_from <= moment AND (m.valid_to IS NULL OR m.valid_to > moment)
        AND (t.employer_id = ANY(v.parties) OR EXISTS (
          SELECT FROM public.agreements_share s WHERE s.version_id = v.id AND s.team_id = t.id))
        AND NOT EXISTS (
          SELECT FROM public.agreements_halt h WHERE h.kind = 'cut' AND h.starts <= moment
            AND h.council_id IN (council, t.employer_id, p.employer_id) AND (h.ends IS NULL OR h.ends > moment)))
$$;

CREATE OR REPLACE FUNCTION moothall.break_glass(
  council int, who bigint, why text, until timestamptz, moment timestamptz
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  minutes int;
BEGIN
  PERFORM FROM public.people_person p WHERE p.id = who FOR UPDATE;  -- so that two at once are one after the other
  minutes := moothall.glass_minutes(council, who, moment);
  IF minutes IS NULL THEN RETURN 'no_glass'; END IF;
  IF btrim(coalesce(why, '')) = '' THEN RETURN 'no_reason'; END IF;
  IF until IS NULL OR until <= moment THEN RETURN 'ends_early'; END IF;
  IF until > moment + make_interval(mins => minutes) THEN RETURN 'too_long'; END IF;
  IF EXISTS (SELECT FROM public.agreements_breakglass b
              WHERE b.person_id = who AND b.council_id = council AND b.ends > moment) THEN
    RETURN 'open_already';
  END IF;
  INSERT INTO public.agreements_breakglass (person_id, council_id, reason, starts, ends)
    VALUES (who, council, left(btrim(why), 200), moment, until);
  RETURN 'broken';
END
$$;

-- Ended by whoever looks, or by a manager of the council whose records they are.
CREATE OR REPLACE FUNCTION moothall.end_glass(wanted bigint, who bigint, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  glass record;
BEGIN
  SELECT * INTO glass FROM public.agreements_breakglass b WHERE b.id = wanted FOR UPDATE;
  IF NOT FOUND OR NOT (glass.person_id = who OR moothall.may_sign(who, glass.council_id, moment)) THEN
    RETURN 'no_right';
  END IF;
  IF glass.ends <= moment THEN RETURN 'glass_over'; END IF;
  UPDATE public.agreements_breakglass b SET ends = greatest(b.starts, moment), ended_at = moment, ended_by_id = who
   WHERE b.id = wanted;
  RETURN 'ended';
END
$$;

REVOKE ALL ON FUNCTION moothall.glass_minutes(int, bigint, timestamptz),
  moothall.break_glass(int, bigint, text, timestamptz, timestamptz),
  moothall.end_glass(bigint, bigint, timestamptz) FROM PUBLIC;
