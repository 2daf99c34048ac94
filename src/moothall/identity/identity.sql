-- A council's identity is written by its managers alone. As with agreements the functions run as the owner, so that no
-- application role writes a draft or a version by itself; they find the draft through the scope that is open.

-- A manager of one of the council's own teams; nobody named is the owner's own login (the loader, the command line).
CREATE OR REPLACE FUNCTION moothall.may_brand(who bigint, council int, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN who IS NOT NULL THEN moothall.may_sign(who, council, moment)
    ELSE current_setting('role', true) IN ('none', '')
     AND (session_user = current_user OR substring(session_user::text from '[^_]*$') = 'test') END
$$;

-- What a form was made from: the version that holds and the draft's revision. Locks the council, so that two wait; rows
-- that name it may come in meanwhile (a lock of the whole row would hold up each new call).
CREATE OR REPLACE FUNCTION moothall.identity_token(council int) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.tenancy_council c WHERE c.number = identity_token.council FOR NO KEY UPDATE;
  RETURN coalesce((SELECT max(i.number) FROM public.identity_identity i WHERE i.council_id = council), 0) || '.'
      || coalesce((SELECT d.revision FROM public.identity_identitydraft d WHERE d.council_id = council), 0);
END
$$;

-- Put this in the draft's place, or begin one. `made` is what identity/actions.py checked.
CREATE OR REPLACE FUNCTION moothall.save_identity(
  council int, read text, made jsonb, who bigint, moment timestamptz
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  token text;
BEGIN
  IF NOT moothall.may_brand(who, council, moment) THEN RETURN 'no_right'; END IF;
  token := moothall.identity_token(council);
  IF token <> read THEN RETURN 'moved'; END IF;
  INSERT INTO public.identity_identitydraft AS d
    (council_id, base, revision, brand, on_brand, host, logo, logo_sha256, texts, saved_at, saved_by_id)
  VALUES (council, split_part(token, '.', 1)::int, 1, made ->> 'brand', made ->> 'on_brand', made ->> 'host',
          made ->> 'logo', made ->> 'logo_sha256', made -> 'texts', moment, who)
  ON CONFLICT (council_id) DO UPDATE SET
    revision = d.revision + 1, brand = excluded.brand, on_brand = excluded.on_brand, host = excluded.host,
    logo = excluded.logo, logo_sha256 = excluded.logo_sha256, texts = excluded.texts, saved_at = moment,
    saved_by_id = who;
  RETURN 'saved';
END
$$;

-- The draft becomes the version that holds, as somebody has read it; the council's row gets what every page needs.
CREATE OR REPLACE FUNCTION moothall.publish_identity(council int, read text, who bigint, moment timestamptz)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  draft record;
  made bigint;
BEGIN
  IF NOT moothall.may_brand(who, council, moment) THEN RETURN 'no_right'; END IF;
  IF moothall.identity_token(council) <> read THEN RETURN 'moved'; END IF;
  SELECT * INTO draft FROM public.identity_identitydraft d WHERE d.council_id = council;
  IF NOT FOUND THEN RETURN 'no_draft'; END IF;
  INSERT INTO public.identity_identity
    (council_id, number, brand, on_brand, host, logo, logo_sha256, texts, published_at, published_by_id)
  VALUES (council, draft.base + 1, draft.brand, draft.on_brand, draft.host, draft.logo, draft.logo_sha256,
          draft.texts, moment, who)
  RETURNING id INTO made;
  UPDATE public.tenancy_council c SET
    name = draft.texts -> 'en' ->> 'name', short_name = draft.texts -> 'en' ->> 'short_name', brand = draft.brand,
    on_brand = draft.on_brand, host = nullif(draft.host, ''), logo = draft.logo_sha256, identity = made
   WHERE c.number = council;
  DELETE FROM public.identity_identitydraft d WHERE d.council_id = council;
  PERFORM pg_notify('moothall_desk', 'rights');  -- every open desk looks again in whose name it speaks
  RETURN 'published';
EXCEPTION WHEN unique_violation THEN
  RETURN 'host_taken';
END
$$;

CREATE OR REPLACE FUNCTION moothall.discard_identity(council int, read text, who bigint, moment timestamptz)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT moothall.may_brand(who, council, moment) THEN RETURN 'no_right'; END IF;
  IF moothall.identity_token(council) <> read THEN RETURN 'moved'; END IF;
  DELETE FROM public.identity_identitydraft d WHERE d.council_id = council;
  IF NOT FOUND THEN RETURN 'no_draft'; END IF;
  RETURN 'discarded';
END
$$;

REVOKE ALL ON FUNCTION moothall.save_identity(int, text, jsonb, bigint, timestamptz),
  moothall.publish_identity(int, text, bigint, timestamptz),
  moothall.discard_identity(int, text, bigint, timestamptz) FROM PUBLIC;
