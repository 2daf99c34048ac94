-- Drafts: written, saved and thrown away by managers of the councils that they name. As in life.sql the functions run as
-- the owner, so that no application role writes a version, a share or a line by itself; and a settled text isn't theirs.

CREATE OR REPLACE FUNCTION moothall.may_write(who bigint, parties int[], moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM unnest(parties) AS p WHERE moothall.may_sign(who, p, moment))
$$;

-- The councils of a text that sign it: a partnership itself is no body that could, nor is a council yet to come.
CREATE OR REPLACE FUNCTION moothall.parties_of(made jsonb) RETURNS int[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(array_agg(c.number ORDER BY c.number), '{}') FROM public.tenancy_council c
  WHERE c.kind = 'council' AND (made -> 'parties' @> to_jsonb(c.number) OR EXISTS (
    SELECT FROM jsonb_to_recordset(made -> 'successions') AS n(successor int) WHERE n.successor = c.number
  ) AND NOT moothall.is_to_come(c.number)));
END
$$;

-- A draft's text with all that follows from it. `made` is what agreements/drafts.py reads out of the text.
CREATE OR REPLACE FUNCTION moothall.fill_draft(wanted bigint, made jsonb, who bigint, moment timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.agreements_agreementversion SET
    text = made ->> 'text', sha256 = encode(sha256(convert_to(made ->> 'text', 'UTF8')), 'hex'),
    starts = (made ->> 'starts')::timestamptz, ends = (made ->> 'ends')::timestamptz,
    parties = moothall.parties_of(made), notice_months = (made ->> 'notice_months')::int,
    notice_days = (made ->> 'notice_days')::int, saved_at = moment, saved_by_id = who
   WHERE id = wanted;
  INSERT INTO public.people_team (slug, name, employer_id)
    SELECT t.slug, t.name, t.employer FROM jsonb_to_recordset(made -> 'teams') AS t(slug text, name text, employer int)
    WHERE t.employer IS NULL OR made -> 'parties' @> to_jsonb(t.employer) OR EXISTS (
      SELECT FROM jsonb_to_recordset(made -> 'successions') AS n(successor int) WHERE n.successor = t.employer)
    ON CONFLICT (slug) DO NOTHING;
  DELETE FROM public.agreements_share WHERE version_id = wanted;
  DELETE FROM public.agreements_line WHERE version_id = wanted;
  DELETE FROM public.agreements_succession WHERE version_id = wanted;
  DELETE FROM public.agreements_teampassing WHERE version_id = wanted;
  INSERT INTO public.agreements_share
    (version_id, number, key, client_id, function, team_id, tier, after_s, starts, ends, body)
    SELECT wanted, s.number, s.key, s.client, s.function, t.id, s.tier, s.after_s, s.starts, s.ends, s.body
    FROM jsonb_to_recordset(made -> 'shares') AS s(number int, key text, client int, function text, team text,
      tier int, after_s int, starts timestamptz, ends timestamptz, body jsonb)
    LEFT JOIN public.people_team t ON t.slug = s.team;
  INSERT INTO public.agreements_line
    (version_id, number, public_number, aliases, council_id, service_id, channel, name, greeting)
    SELECT wanted, l.number, l.public_number, l.aliases, l.council, l.service, l.channel, l.name, l.greeting
    FROM jsonb_to_recordset(made -> 'lines') AS l(number text, public_number text, aliases jsonb, council int,
      service int, channel text, name text, greeting text);
  INSERT INTO public.agreements_succession (version_id, predecessor_id, successor_id, at)
    SELECT wanted, p::int, n.successor, n.at
    FROM jsonb_to_recordset(made -> 'successions') AS n(successor int, at timestamptz, predecessors jsonb)
    CROSS JOIN LATERAL jsonb_array_elements_text(n.predecessors) AS p;
  INSERT INTO public.agreements_teampassing (version_id, successor_id, team_id, becomes_id)
    SELECT wanted, n.successor, a.id, b.id
    FROM jsonb_to_recordset(made -> 'successions') AS n(successor int, teams jsonb)
    CROSS JOIN LATERAL jsonb_array_elements(n.teams) AS t
    JOIN public.people_team a ON a.slug = t ->> 0 JOIN public.people_team b ON b.slug = t ->> 1;
END
$$;

-- A manager begins a draft: the next version of the agreement of `based`, or, without that, a new agreement. The id of
-- the draft, or why not.
CREATE OR REPLACE FUNCTION moothall.draft_version(based bigint, made jsonb, who bigint, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before record;
  whole bigint;
  draft bigint;
BEGIN
  IF NOT moothall.may_write(who, moothall.parties_of(made), moment) THEN RETURN 'no_right'; END IF;
  IF based IS NULL THEN
    INSERT INTO public.agreements_agreement (slug, name) VALUES (made ->> 'slug', made ->> 'name')
      ON CONFLICT DO NOTHING RETURNING id INTO whole;
    IF whole IS NULL THEN RETURN 'taken'; END IF;
  ELSE
    SELECT v.agreement_id, v.parties, a.slug INTO before FROM public.agreements_agreementversion v
      JOIN public.agreements_agreement a ON a.id = v.agreement_id WHERE v.id = based FOR UPDATE OF a;
    IF NOT FOUND OR NOT moothall.may_write(who, before.parties, moment) OR before.slug <> made ->> 'slug' THEN
      RETURN 'no_right';
    END IF;
    whole := before.agreement_id;
  END IF;
  INSERT INTO public.agreements_agreementversion
    (agreement_id, number, state, text, sha256, starts, ends, loaded_at, parties, notice_months, notice_days)
    SELECT whole, coalesce(max(v.number), 0) + 1, 'draft', '', encode(sha256(''), 'hex'), moment, moment, moment, '{}', 0, 0
    FROM public.agreements_agreementversion v WHERE v.agreement_id = whole
    RETURNING id INTO draft;
  PERFORM moothall.fill_draft(draft, made, who, moment);
  RETURN draft::text;
END
$$;

-- Another text in a draft's place, by somebody who has read exactly the one that it replaces.
CREATE OR REPLACE FUNCTION moothall.save_version(
  wanted bigint, digest text, made jsonb, who bigint, moment timestamptz
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  version record;
BEGIN
  SELECT v.*, a.slug INTO version FROM public.agreements_agreementversion v
    JOIN public.agreements_agreement a ON a.id = v.agreement_id WHERE v.id = wanted FOR UPDATE OF v;
  IF NOT FOUND OR version.state <> 'draft' THEN RETURN 'not_draft'; END IF;
  IF NOT moothall.may_write(who, version.parties, moment) OR version.slug <> made ->> 'slug' THEN RETURN 'no_right'; END IF;
  IF version.sha256 <> digest THEN RETURN 'moved'; END IF;
  IF NOT moothall.may_write(who, moothall.parties_of(made), moment) THEN RETURN 'no_right'; END IF;
  PERFORM moothall.fill_draft(wanted, made, who, moment);
  RETURN 'saved';
END
$$;

-- A draft is thrown away, by somebody who has read exactly that one.
CREATE OR REPLACE FUNCTION moothall.discard_version(wanted bigint, digest text, who bigint, moment timestamptz)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  version record;
BEGIN
  SELECT * INTO version FROM public.agreements_agreementversion WHERE id = wanted FOR UPDATE;
  IF NOT FOUND OR version.state <> 'draft' THEN RETURN 'not_draft'; END IF;
  IF NOT moothall.may_write(who, version.parties, moment) THEN RETURN 'no_right'; END IF;
  IF version.sha256 <> digest THEN RETURN 'moved'; END IF;
  DELETE FROM public.agreements_share WHERE version_id = wanted;
  DELETE FROM public.agreements_line WHERE version_id = wanted;
  DELETE FROM public.agreements_succession WHERE version_id = wanted;
  DELETE FROM public.agreements_teampassing WHERE version_id = wanted;
  DELETE FROM public.agreements_agreementversion WHERE id = wanted;
  DELETE FROM public.agreements_agreement a WHERE a.id = version.agreement_id
    AND NOT EXISTS (SELECT FROM public.agreements_agreementversion v WHERE v.agreement_id = a.id);
  RETURN 'discarded';
END
$$;

-- A draft is proposed as it was read: not one that somebody has changed since.
CREATE OR REPLACE FUNCTION moothall.propose_text(
  wanted bigint, digest text, proposer bigint, moment timestamptz, sight text[] DEFAULT '{}'
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found text;
BEGIN
  PERFORM moothall.settle_alone();
  SELECT sha256 INTO found FROM public.agreements_agreementversion WHERE id = wanted FOR UPDATE;
  IF found <> digest THEN RETURN 'moved'; END IF;
  RETURN moothall.propose_version(wanted, proposer, moment, sight);
END
$$;

REVOKE ALL ON FUNCTION moothall.fill_draft(bigint, jsonb, bigint, timestamptz),
  moothall.draft_version(bigint, jsonb, bigint, timestamptz),
  moothall.save_version(bigint, text, jsonb, bigint, timestamptz),
  moothall.discard_version(bigint, text, bigint, timestamptz),
  moothall.propose_text(bigint, text, bigint, timestamptz, text[]) FROM PUBLIC;
