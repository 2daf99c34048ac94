-- An agreement's life in the database: a settled text is altered by nobody, and grants follow from signatures alone.
-- The functions run as the owner, so that no application role writes a version, a signature or a grant by itself.

CREATE OR REPLACE FUNCTION moothall.keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state <> 'draft' THEN RAISE EXCEPTION 'version % is no draft: it stays', OLD.number; END IF;
    RETURN OLD;
  END IF;
  IF NEW.state <> OLD.state AND OLD.state || ' > ' || NEW.state NOT IN (
    'draft > proposed', 'draft > in_force', 'proposed > in_force', 'proposed > withdrawn', 'in_force > ended'
  ) THEN
    RAISE EXCEPTION 'version % is %; it can''t become %', OLD.number, OLD.state, NEW.state;
  END IF;
  IF OLD.state <> 'draft' AND (
    (NEW.agreement_id, NEW.number, NEW.text, NEW.sha256, NEW.starts, NEW.parties)
      IS DISTINCT FROM (OLD.agreement_id, OLD.number, OLD.text, OLD.sha256, OLD.starts, OLD.parties)
    OR NEW.ends > OLD.ends
  ) THEN
    RAISE EXCEPTION 'the text of version % is settled; write a new version', OLD.number;
  END IF;
  IF OLD.state = 'draft' AND NEW.state = 'proposed' AND NOT moothall.sight_is_confirmed(NEW.id, NEW.sha256) THEN
    RAISE EXCEPTION 'nobody confirmed who gains sight by version %', OLD.number;  -- of sight.sql
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION moothall.keep_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  whole bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
BEGIN
  IF EXISTS (SELECT FROM public.agreements_agreementversion v WHERE v.id = whole AND v.state <> 'draft') THEN
    RAISE EXCEPTION 'the shares and lines of a settled version stay as they are';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;

-- Whether somebody may sign for a council: a manager of one of its own teams; of its successor's when it has one.
CREATE OR REPLACE FUNCTION moothall.may_sign(signer bigint, council int, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM public.people_membership m
    JOIN public.people_person p ON p.id = m.person_id AND p.is_active AND NOT p.is_operator
    JOIN public.people_team t ON t.id = m.team_id AND t.employer_id = moothall.council_at(council, moment)
    WHERE m.person_id = signer AND m.job = 'manager'
      AND m.valid_from <= moment AND (m.valid_to IS NULL OR m.valid_to > moment)
  );
END
$$;

-- Whoever proposes, signs or enacts waits here for whoever does so at the same instant, until that one's transaction
-- ends: so what is then read of the other agreements is what they settled. Taken before any row is locked.
CREATE OR REPLACE FUNCTION moothall.settle_alone() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('moothall.agreements.settle', 0));
  RETURN 'alone';
END
$$;

-- Whether a line of a version is led elsewhere meanwhile by another agreement, in force or signed to be.
CREATE OR REPLACE FUNCTION moothall.line_is_taken(wanted bigint, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM public.agreements_agreementversion v
    JOIN public.agreements_line own ON own.version_id = v.id
    JOIN public.agreements_line theirs ON theirs.number = own.number
    JOIN public.agreements_agreementversion o ON o.id = theirs.version_id
    WHERE v.id = wanted AND o.agreement_id <> v.agreement_id AND o.state = 'in_force'
      AND o.ends > moment AND o.starts < v.ends AND o.ends > v.starts
  )
$$;

-- The grants of a version: the right of each share's function, for its team, on each service that it serves or sees, as
-- long as both the share and the version hold; on its predecessors' keys too (succession.sql). Whoever answers the
-- switchboard may use the directory too.
CREATE OR REPLACE FUNCTION moothall.grants_of(wanted bigint)
RETURNS TABLE (team bigint, council int, service int, may text, share bigint, begins timestamptz, finishes timestamptz)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT s.team_id, p.council, k.number, r.name, s.id, p.begins, p.finishes
  FROM public.agreements_agreementversion v
  JOIN public.agreements_share s ON s.version_id = v.id
  CROSS JOIN LATERAL (
    SELECT greatest(s.starts, coalesce(v.holds_from, v.starts)) AS begins, least(s.ends, v.ends) AS finishes
  ) held
  CROSS JOIN LATERAL moothall.keys_behind(s.client_id, held.begins, held.finishes) AS p(council, begins, finishes)
  CROSS JOIN LATERAL (
    SELECT n::int AS number, s.body -> 'services' @> to_jsonb(n::int) AS served
    FROM jsonb_array_elements_text((s.body -> 'services') || coalesce(s.body -> 'sees', '[]')) AS n
    GROUP BY n
  ) AS named
  JOIN public.tenancy_service k ON k.number = named.number
  CROSS JOIN LATERAL unnest(CASE
    WHEN s.function = 'resolve' THEN ARRAY['resolve']
    WHEN k.slug = 'switchboard' AND named.served THEN ARRAY['answer', 'directory'] ELSE ARRAY['answer'] END) AS r(name)
  WHERE v.id = wanted
  ORDER BY s.number, p.council = s.client_id DESC, p.council, k.number, r.name;
END
$$;

-- A version holds up to `until` and no longer: its grants and leases end, and the desks of its teams look again.
CREATE OR REPLACE FUNCTION moothall.cut_version(wanted bigint, until timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.agreements_agreementversion SET ends = until WHERE id = wanted;
  DELETE FROM public.tenancy_grant g USING public.agreements_share s
   WHERE g.share_id = s.id AND s.version_id = wanted AND g.valid_from >= until;
  UPDATE public.tenancy_grant g SET valid_to = until FROM public.agreements_share s
   WHERE g.share_id = s.id AND s.version_id = wanted AND (g.valid_to IS NULL OR g.valid_to > until);
  -- A call in progress may be finished so long after its share's end.
  UPDATE public.queueing_lease l SET ends = until + interval '30 minutes'
   WHERE l.ends > until + interval '30 minutes' AND EXISTS (
     SELECT FROM public.agreements_share s
     WHERE s.version_id = wanted AND s.client_id = l.council AND s.body -> 'services' @> to_jsonb(l.service));
  PERFORM pg_notify('moothall_desk', 'rights'), pg_notify('moothall_router', 'agreement');
END
$$;

-- Puts a version in the place of those before it, from its start or from `since`, whichever is later: grants, leases
-- and bells in one. All is dated, so that nothing needs to be awake when the moment comes. For the owner, and for the
-- last signature.
CREATE OR REPLACE FUNCTION moothall.enact(wanted bigint, since timestamptz) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  version record;
  before record;
  replaced bigint;
  begin_at timestamptz;
BEGIN
  PERFORM moothall.settle_alone();
  SELECT * INTO version FROM public.agreements_agreementversion WHERE id = wanted FOR UPDATE;
  begin_at := greatest(version.starts, since);
  FOR before IN
    SELECT * FROM public.agreements_agreementversion
    WHERE agreement_id = version.agreement_id AND state = 'in_force' AND ends > begin_at FOR UPDATE
  LOOP
    replaced := before.id;
    UPDATE public.agreements_agreementversion SET state = 'ended' WHERE id = before.id AND begin_at <= since;
    PERFORM moothall.cut_version(before.id, begin_at);
  END LOOP;
  UPDATE public.agreements_agreementversion SET state = 'in_force', holds_from = begin_at WHERE id = wanted;
  INSERT INTO public.tenancy_grant (team_id, council_id, service_id, "right", share_id, valid_from, valid_to)
    SELECT team, council, service, may, share, begins, finishes FROM moothall.grants_of(wanted);
  PERFORM moothall.carry_halts(wanted, begin_at);  -- of control.sql: a pause outlives the version
  PERFORM moothall.pass_on(wanted);  -- of succession.sql: what was predecessors'
  PERFORM pg_notify('moothall_desk', 'rights'), pg_notify('moothall_router', 'agreement');
  RETURN replaced;
END
$$;

-- A manager proposes a draft to the councils that it binds. `sight` names the shares of which they confirm that the team
-- sees what it doesn't serve: all such shares.
CREATE OR REPLACE FUNCTION moothall.propose_version(
  wanted bigint, proposer bigint, moment timestamptz, sight text[] DEFAULT '{}'
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  version record;
  beyond text[];
BEGIN
  PERFORM moothall.settle_alone();
  SELECT * INTO version FROM public.agreements_agreementversion WHERE id = wanted FOR UPDATE;
  IF NOT FOUND OR version.state <> 'draft' THEN RETURN 'not_draft'; END IF;
  IF NOT EXISTS (SELECT FROM unnest(version.parties) AS p WHERE moothall.may_sign(proposer, p, moment)) THEN
    RETURN 'no_right';
  END IF;
  beyond := ARRAY(SELECT DISTINCT b.share FROM moothall.sight_beyond(wanted) AS b ORDER BY b.share);
  IF NOT beyond <@ sight THEN RETURN 'sight_unconfirmed'; END IF;
  INSERT INTO public.agreements_sightconfirmed (version_id, person_id, name, job, sha256, at, shares)
    SELECT wanted, p.id, p.name, p.job, version.sha256, moment, beyond FROM public.people_person p
    WHERE p.id = proposer AND beyond <> '{}';
  UPDATE public.agreements_agreementversion SET state = 'proposed', proposed_at = moment, proposed_by_id = proposer
   WHERE id = wanted;
  RETURN 'proposed';
END
$$;

-- One party signs exactly the text with this hash. The last signature puts it in force.
CREATE OR REPLACE FUNCTION moothall.sign_version(
  wanted bigint, council int, signer bigint, digest text, way text, moment timestamptz
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  version record;
BEGIN
  PERFORM moothall.settle_alone();
  SELECT * INTO version FROM public.agreements_agreementversion WHERE id = wanted FOR UPDATE;
  IF NOT FOUND OR version.state <> 'proposed' THEN RETURN 'not_proposed'; END IF;
  IF version.sha256 <> digest THEN RETURN 'changed'; END IF;
  IF council <> ALL (version.parties) OR NOT moothall.may_sign(signer, council, moment) THEN RETURN 'no_right'; END IF;
  IF moothall.line_is_taken(wanted, moment) THEN RETURN 'line_taken'; END IF;
  INSERT INTO public.agreements_signature (version_id, council_id, person_id, name, job, sha256, way, at)
    SELECT wanted, council, p.id, p.name, p.job, digest, way, moment FROM public.people_person p WHERE p.id = signer
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN 'already'; END IF;
  IF (SELECT count(*) FROM public.agreements_signature s WHERE s.version_id = wanted) < cardinality(version.parties) THEN
    RETURN 'signed';
  END IF;
  PERFORM moothall.enact(wanted, moment);
  RETURN 'in_force';
END
$$;

-- A party takes a proposal back: its signatures are worth nothing, and a new draft is needed.
CREATE OR REPLACE FUNCTION moothall.withdraw_version(wanted bigint, who bigint, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  version record;
BEGIN
  SELECT * INTO version FROM public.agreements_agreementversion WHERE id = wanted FOR UPDATE;
  IF NOT FOUND OR version.state <> 'proposed' THEN RETURN 'not_proposed'; END IF;
  IF NOT EXISTS (SELECT FROM unnest(version.parties) AS p WHERE moothall.may_sign(who, p, moment)) THEN
    RETURN 'no_right';
  END IF;
  UPDATE public.agreements_agreementversion SET state = 'withdrawn' WHERE id = wanted;
  RETURN 'withdrawn';
END
$$;

-- A party gives notice: the version in force ends sooner than its text says, for everybody.
CREATE OR REPLACE FUNCTION moothall.end_version(wanted bigint, who bigint, until timestamptz, moment timestamptz)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  version record;
BEGIN
  SELECT * INTO version FROM public.agreements_agreementversion WHERE id = wanted FOR UPDATE;
  IF NOT FOUND OR version.state <> 'in_force' OR version.ends <= moment THEN RETURN 'not_in_force'; END IF;
  IF NOT EXISTS (SELECT FROM unnest(version.parties) AS p WHERE moothall.may_sign(who, p, moment)) THEN
    RETURN 'no_right';
  END IF;
  -- Which day is the first is counted in London's days before this is asked; here nobody goes below it by a day.
  IF until <= moment OR until < (date_trunc('day', moment AT TIME ZONE 'Europe/London') - interval '1 day'
      + make_interval(months => version.notice_months, days => version.notice_days)) AT TIME ZONE 'Europe/London' THEN
    RETURN 'too_soon';
  END IF;
  IF until >= version.ends THEN RETURN 'too_late'; END IF;
  UPDATE public.agreements_agreementversion SET noticed_at = moment, noticed_by_id = who WHERE id = wanted;
  PERFORM moothall.cut_version(wanted, until);
  RETURN 'ends';
END
$$;

REVOKE ALL ON FUNCTION moothall.settle_alone(), moothall.line_is_taken(bigint, timestamptz),
  moothall.enact(bigint, timestamptz), moothall.cut_version(bigint, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION moothall.propose_version(bigint, bigint, timestamptz, text[]),
  moothall.sign_version(bigint, int, bigint, text, text, timestamptz),
  moothall.withdraw_version(bigint, bigint, timestamptz),
  moothall.end_version(bigint, bigint, timestamptz, timestamptz) FROM PUBLIC;
