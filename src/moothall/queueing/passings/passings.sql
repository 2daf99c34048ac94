-- To whom a call may be passed on: to teams that answer for that call's council by the agreement in force, and to their
-- people; to a number outside only if the council's directory, a council itself, or the published script that is gone
-- through in the call tells it. Who passes it on must talk in it. Asked of every row, whoever writes it; what this reads, the asking role may read by itself.

CREATE OR REPLACE FUNCTION moothall.may_take(council int, service int, team bigint, person bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM public.tenancy_grant g JOIN public.people_team t ON t.id = g.team_id
     WHERE g.team_id = may_take.team AND g.council_id = may_take.council AND g.service_id = may_take.service
       AND g."right" = 'answer' AND g.valid_from <= clock_timestamp()
       AND (g.valid_to IS NULL OR g.valid_to > clock_timestamp())
       AND NOT EXISTS (  -- as open_scope has it
         SELECT FROM public.agreements_halt h
          WHERE h.starts <= clock_timestamp() AND (h.ends IS NULL OR h.ends > clock_timestamp())
            AND (h.share_id = g.share_id AND h.team_id = g.team_id
                 OR h.kind = 'cut' AND h.council_id IN (g.council_id, t.employer_id)))
  ) AND (may_take.person IS NULL OR EXISTS (
    SELECT FROM public.people_membership m JOIN public.people_person p ON p.id = m.person_id AND p.is_active
     WHERE m.person_id = may_take.person AND m.team_id = may_take.team AND m.job IN ('agent', 'leader')
       AND m.valid_from <= clock_timestamp() AND (m.valid_to IS NULL OR m.valid_to > clock_timestamp())
       AND NOT EXISTS (
         SELECT FROM public.agreements_halt h WHERE h.kind = 'cut' AND h.council_id = p.employer_id
            AND h.starts <= clock_timestamp() AND (h.ends IS NULL OR h.ends > clock_timestamp()))))
$$;

-- 01632 960000, as it is dialled within the country.
CREATE OR REPLACE FUNCTION moothall.national(number text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT regexp_replace(regexp_replace(number, '[^0-9+]', '', 'g'), '^\+44', '0')
$$;

CREATE OR REPLACE FUNCTION moothall.judge_passing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  today date := (clock_timestamp() AT TIME ZONE 'Europe/London')::date;  -- a listing's days are London's
BEGIN
  IF NEW.kind = 'handset' THEN  -- it has happened: the router tells what the exchange told
    IF current_user LIKE '%\_web' THEN
      RAISE EXCEPTION 'only the router tells what was done at a telephone' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state <> 'asked' OR NEW.passed_at IS NOT NULL OR NEW.taken_by_id IS NOT NULL
     OR NEW.consult NOT IN ('', 'asked') THEN
    RAISE EXCEPTION 'a call is passed on by the exchange alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT FROM public.queueing_presence p
                  WHERE p.person_id = NEW.by_id AND p.state = 'in_call' AND p.contact_id = NEW.contact_id
                    AND p.contact_council = NEW.council_id) THEN
    RAISE EXCEPTION 'person % doesn''t talk in contact %', NEW.by_id, NEW.contact_id
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.kind IN ('team', 'person') THEN
    IF (NEW.kind = 'person') <> (NEW.person_id IS NOT NULL) OR NEW.person_id = NEW.by_id OR NEW.number <> ''
       OR NEW.team_id IS NULL
       OR NOT moothall.may_take(NEW.council_id, NEW.wanted_id, NEW.team_id, NEW.person_id) THEN
      RAISE EXCEPTION 'team % (person %) doesn''t answer service % of council %', NEW.team_id, NEW.person_id,
        NEW.wanted_id, NEW.council_id USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSIF NEW.team_id IS NOT NULL OR NEW.person_id IS NOT NULL OR NEW.number !~ '^[0-9]{3,15}$' OR NOT (
    EXISTS (SELECT FROM public.directory_listing d
             WHERE d.council_id = NEW.council_id AND moothall.national(d.number) = NEW.number AND d.takes_calls
               AND NOT d.restricted AND d.valid_from <= today
               AND (d.valid_to IS NULL OR d.valid_to > today))
    OR EXISTS (SELECT FROM public.tenancy_council c WHERE moothall.national(c.phone) = NEW.number)
    OR NEW.number ~ '^0[0-9]{8,}$' AND EXISTS (  -- as the text or the council's own choices in it write it
      SELECT FROM public.scripts_run r JOIN public.scripts_scriptversion v ON v.hash = r.script_id
       WHERE r.council_id = NEW.council_id AND r.contact_id = NEW.contact_id
         AND v.text ~ ('(^|[^0-9])(0|\+44)[ ()-]*'
                       || regexp_replace(substr(NEW.number, 2), '(.)', '\1[ ()-]*', 'g') || '($|[^0-9 ()-])'))
  ) THEN
    RAISE EXCEPTION 'number % is nobody''s who is listed', NEW.number USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER judge BEFORE INSERT ON queueing_passing FOR EACH ROW EXECUTE FUNCTION moothall.judge_passing();

-- Pages may write two things of what the next must know, and only while somebody is asked first, as the call is given to
-- them: which needs go along, and the story where there is none. What was written for the next is nobody's to alter.
CREATE OR REPLACE FUNCTION moothall.judge_story() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_user LIKE '%\_web' AND (OLD.state <> 'consult' OR OLD.words <> '' AND NEW.words <> OLD.words) THEN
    RAISE EXCEPTION 'what was passed on with contact % stands', OLD.contact_id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER judge_story BEFORE UPDATE OF words, needs ON queueing_passing FOR EACH ROW
WHEN (OLD.words IS DISTINCT FROM NEW.words OR OLD.needs IS DISTINCT FROM NEW.needs)
EXECUTE FUNCTION moothall.judge_story();
