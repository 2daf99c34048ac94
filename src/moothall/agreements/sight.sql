-- Sight beyond service: whoever proposes a text by which a team sees what it doesn't serve has confirmed exactly that.

-- What the shares of a version let their teams see without serving it: as long as a share runs, its team neither answers
-- this service of its client nor, where it sees cases alone, resolves it, by this share or by others.
CREATE OR REPLACE FUNCTION moothall.sight_beyond(wanted bigint)
RETURNS TABLE (share text, team text, council int, may text, service int)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT s.key::text, t.slug::text, s.client_id, s.function::text, n::int
  FROM public.agreements_share s
  JOIN public.people_team t ON t.id = s.team_id
  CROSS JOIN LATERAL jsonb_array_elements(coalesce(s.body -> 'sees', '[]')) AS n
  WHERE s.version_id = wanted AND NOT coalesce((
    SELECT range_agg(tstzrange(o.starts, greatest(o.starts, o.ends)))
      @> tstzrange(s.starts, greatest(s.starts, s.ends))
    FROM public.agreements_share o
    WHERE o.version_id = wanted AND o.team_id = s.team_id AND o.client_id = s.client_id
      AND o.function IN ('answer', s.function) AND o.body -> 'services' @> n
  ), false)
  ORDER BY s.number, n::int;
END
$$;

-- Whether somebody has confirmed all of it, of the text with this hash: another text takes another confirmation.
CREATE OR REPLACE FUNCTION moothall.sight_is_confirmed(wanted bigint, digest text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN NOT EXISTS (
    SELECT FROM moothall.sight_beyond(wanted) AS b
    WHERE NOT EXISTS (
      SELECT FROM public.agreements_sightconfirmed c
      WHERE c.version_id = wanted AND c.sha256 = digest AND b.share = ANY (c.shares)
    )
  );
END
$$;
