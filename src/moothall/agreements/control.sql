-- What a council does when it must act at once: pause a share, take it back, cut itself off. Each is a row with dates, so
-- nothing needs to be awake at its second; open_scope and the map of who answers read these rows. The functions run as
-- the owner, so that no application role writes such a row by itself.

-- Whether somebody may pause or take back a share: a manager of the client, or of a council that its clause names.
CREATE OR REPLACE FUNCTION moothall.may_halt(who bigint, wanted bigint, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM public.agreements_share s
    CROSS JOIN LATERAL unnest(s.client_id || ARRAY(
      SELECT n::int FROM jsonb_array_elements_text(coalesce(s.body -> 'emergency' -> 'by', '[]')) AS n)) AS c(council)
    WHERE s.id = wanted AND moothall.may_sign(who, c.council, moment))
$$;

-- The team of the clause that takes over; null where it names none, or the one that is halted.
CREATE OR REPLACE FUNCTION moothall.fallback_of(wanted bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.id FROM public.agreements_share s JOIN public.people_team t ON t.slug = s.body -> 'emergency' ->> 'fallback'
  WHERE s.id = wanted AND t.id <> s.team_id
$$;

CREATE OR REPLACE FUNCTION moothall.ring_all() RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_notify('moothall_desk', 'rights'), pg_notify('moothall_router', 'agreement')
$$;

-- One halt of one share, with what follows: the team that takes over may see, and calls in progress may be finished.
CREATE OR REPLACE FUNCTION moothall.put_halt(
  what text, wanted bigint, who bigint, since timestamptz, until timestamptz, why text, moment timestamptz
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  takes_over bigint := moothall.fallback_of(wanted);
BEGIN
  INSERT INTO public.agreements_halt (kind, council_id, share_id, team_id, starts, ends, reason, at, by_id)
    SELECT what, s.client_id, s.id, s.team_id, since, until, left(why, 200), moment, who
    FROM public.agreements_share s WHERE s.id = wanted;
  INSERT INTO public.tenancy_grant (team_id, council_id, service_id, "right", share_id, valid_from, valid_to)
    SELECT takes_over, g.council, g.service, g.may, g.share, greatest(g.begins, since), least(g.finishes, until)
    FROM public.agreements_share s CROSS JOIN LATERAL moothall.grants_of(s.version_id) g
    WHERE s.id = wanted AND g.share = wanted AND takes_over IS NOT NULL
      AND greatest(g.begins, since) < least(g.finishes, until);
  UPDATE public.queueing_lease l SET ends = since + interval '30 minutes'
   FROM public.agreements_share s
   WHERE s.id = wanted AND l.council = s.client_id AND s.body -> 'services' @> to_jsonb(l.service)
     AND l.ends > since + interval '30 minutes' AND EXISTS (
       SELECT FROM public.people_membership m WHERE m.person_id = l.person_id AND m.team_id = s.team_id);
END
$$;

-- What is halted of an agreement stays so in its next version: a pause until it is lifted, and a recall where the client
-- signed that version before it took the share back. A recall that the client has signed past is agreed away.
CREATE OR REPLACE FUNCTION moothall.carry_halts(next_version bigint, since timestamptz) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT moothall.put_halt(h.kind, s.id, h.by_id, greatest(h.starts, since), h.ends, h.reason, h.at)
  FROM public.agreements_share s
  JOIN public.agreements_agreementversion v ON v.id = s.version_id
  JOIN public.agreements_agreementversion w ON w.agreement_id = v.agreement_id AND w.id <> v.id
  JOIN public.agreements_share was ON was.version_id = w.id AND was.key = s.key AND was.team_id = s.team_id
  JOIN public.agreements_halt h ON h.share_id = was.id AND (h.ends IS NULL OR h.ends > since)
  WHERE s.version_id = next_version AND s.ends > since AND w.ends >= since
    AND (h.kind = 'pause' OR EXISTS (
      SELECT FROM public.agreements_signature g
      WHERE g.version_id = v.id AND g.council_id = s.client_id AND g.at < h.at))
    AND NOT EXISTS (SELECT FROM public.agreements_halt o WHERE o.share_id = s.id AND o.kind = h.kind)
$$;

-- A manager pauses a share, or takes it back for good, from `since` on. Later versions that are signed already lose it
-- too: what is signed after this is agreed anew.
CREATE OR REPLACE FUNCTION moothall.halt_share(
  what text, wanted bigint, who bigint, since timestamptz, until timestamptz, why text, moment timestamptz
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  share record;
  grounds jsonb;
BEGIN
  SELECT s.id, s.key, s.ends, s.body, v.agreement_id, v.state, v.ends AS version_ends INTO share
    FROM public.agreements_share s JOIN public.agreements_agreementversion v ON v.id = s.version_id
   WHERE s.id = wanted FOR UPDATE OF v;
  IF NOT FOUND OR NOT moothall.may_halt(who, wanted, moment) THEN RETURN 'no_right'; END IF;
  IF what NOT IN ('pause', 'recall') THEN RETURN 'no_right'; END IF;
  since := greatest(since, moment);
  IF share.state <> 'in_force' OR least(share.ends, share.version_ends) <= since THEN RETURN 'not_in_force'; END IF;
  grounds := share.body -> 'emergency' -> 'grounds';
  IF btrim(why) = '' OR jsonb_array_length(grounds) > 0 AND NOT grounds ? btrim(split_part(why, ':', 1)) THEN
    RETURN 'no_ground';
  END IF;
  IF until IS NOT NULL AND (what = 'recall' OR until <= since) THEN RETURN 'ends_early'; END IF;
  IF EXISTS (SELECT FROM public.agreements_halt h WHERE h.share_id = wanted AND h.kind IN (what, 'recall')
              AND (h.ends IS NULL OR h.ends > moment)) THEN
    RETURN 'halted';
  END IF;
  PERFORM moothall.put_halt(what, s.id, who, since, until, why, moment)
     FROM public.agreements_share s JOIN public.agreements_agreementversion v ON v.id = s.version_id
    WHERE v.agreement_id = share.agreement_id AND s.key = share.key AND v.state = 'in_force' AND v.ends > since;
  PERFORM moothall.ring_all();
  RETURN what;
END
$$;

-- A paused share goes on. A share that was taken back doesn't.
CREATE OR REPLACE FUNCTION moothall.resume_share(wanted bigint, who bigint, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  same bigint[];
BEGIN
  IF NOT moothall.may_halt(who, wanted, moment) THEN RETURN 'no_right'; END IF;
  SELECT array_agg(other.id) INTO same FROM public.agreements_share s
    JOIN public.agreements_agreementversion v ON v.id = s.version_id
    JOIN public.agreements_agreementversion w ON w.agreement_id = v.agreement_id
    JOIN public.agreements_share other ON other.version_id = w.id AND other.key = s.key
   WHERE s.id = wanted;
  IF EXISTS (SELECT FROM public.agreements_halt h WHERE h.share_id = wanted AND h.kind = 'recall'
              AND h.starts <= moment) THEN
    RETURN 'recalled';
  END IF;
  UPDATE public.agreements_halt h SET ends = greatest(h.starts, moment), lifted_at = moment, lifted_by_id = who
   WHERE h.share_id = ANY(same) AND h.kind = 'pause' AND (h.ends IS NULL OR h.ends > moment);
  IF NOT FOUND THEN RETURN 'not_paused'; END IF;
  IF NOT EXISTS (SELECT FROM public.agreements_halt h WHERE h.share_id = ANY(same) AND h.kind = 'recall') THEN
    DELETE FROM public.tenancy_grant g USING public.agreements_share s
     WHERE s.id = ANY(same) AND g.share_id = s.id AND g.team_id <> s.team_id AND g.valid_from >= moment;
    UPDATE public.tenancy_grant g SET valid_to = moment FROM public.agreements_share s
     WHERE s.id = ANY(same) AND g.share_id = s.id AND g.team_id <> s.team_id AND g.valid_to > moment;
  END IF;
  PERFORM moothall.ring_all();
  RETURN 'resumed';
END
$$;

-- A council is cut off: its people and teams see nothing, nobody else sees it, its calls are nobody's. For the owner.
CREATE OR REPLACE FUNCTION moothall.cut_council(cut int, who bigint, why text, moment timestamptz) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.tenancy_council c WHERE c.number = cut FOR UPDATE;
  IF NOT FOUND THEN RETURN 'no_council'; END IF;
  IF EXISTS (SELECT FROM public.agreements_halt h WHERE h.kind = 'cut' AND h.council_id = cut AND h.ends IS NULL) THEN
    RETURN 'already_cut';
  END IF;
  INSERT INTO public.agreements_halt (kind, council_id, starts, reason, at, by_id)
    VALUES ('cut', cut, moment, left(why, 200), moment, who);
  UPDATE public.queueing_lease l SET ends = moment WHERE l.ends > moment AND (l.council = cut OR EXISTS (
    SELECT FROM public.people_person p WHERE p.id = l.person_id AND p.employer_id = cut));
  UPDATE public.queueing_presence d SET state = 'away', since = moment, version = d.version + 1
    FROM public.people_person p WHERE p.id = d.person_id AND p.employer_id = cut AND d.state IN ('ready', 'paused');
  PERFORM moothall.ring_all();
  RETURN 'cut';
END
$$;

-- The same, asked by a manager of that council itself.
CREATE OR REPLACE FUNCTION moothall.sever_own(cut int, who bigint, why text, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT moothall.may_sign(who, cut, moment) THEN RETURN 'no_right'; END IF;
  IF btrim(why) = '' THEN RETURN 'no_ground'; END IF;
  RETURN moothall.cut_council(cut, who, why, moment);
END
$$;

-- The council is back. For the owner alone: who is cut off can't ask.
CREATE OR REPLACE FUNCTION moothall.mend_council(cut int, moment timestamptz) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.agreements_halt h SET ends = moment, lifted_at = moment
   WHERE h.kind = 'cut' AND h.council_id = cut AND h.ends IS NULL;
  IF NOT FOUND THEN RETURN 'not_cut'; END IF;
  PERFORM moothall.ring_all();
  RETURN 'mended';
END
$$;

REVOKE ALL ON FUNCTION moothall.put_halt(text, bigint, bigint, timestamptz, timestamptz, text, timestamptz),
  moothall.carry_halts(bigint, timestamptz),
  moothall.halt_share(text, bigint, bigint, timestamptz, timestamptz, text, timestamptz),
  moothall.resume_share(bigint, bigint, timestamptz), moothall.cut_council(int, bigint, text, timestamptz),
  moothall.sever_own(int, bigint, text, timestamptz), moothall.mend_council(int, timestamptz) FROM PUBLIC;
