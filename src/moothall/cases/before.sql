-- What was before a call: of a checked caller (`who`), or of the address that somebody said who isn't checked (`home`);
-- never of both. The desk counts by this and lists by this. It runs as whoever asks, in their scope, and is one plain
-- SELECT without settings of its own, so that the planner writes it into the statement that calls it.
-- `contact`: their contacts. `case`: their cases that no contact of theirs within sight led to. `closed`: what was closed
-- about a thing at the address, a bin or what stood at the kerb: what anybody wanted for themselves, a claim or a move, is
-- theirs, and whoever rings about the same address may be somebody else. Nothing protected, nothing discreet.
CREATE OR REPLACE FUNCTION moothall.before_call(who bigint, home bigint, this bigint, since timestamptz)
RETURNS TABLE (kind text, id bigint, at timestamptz) LANGUAGE sql STABLE AS $$
  SELECT 'contact', h.id, h.offered_at FROM public.contacts_contact h
   WHERE h.customer_id = who AND h.offered_at >= since AND NOT h.apart AND h.id <> this
  UNION ALL
  SELECT 'case', k.id, k.opened_at FROM public.cases_case k
   WHERE k.customer_id = who AND k.opened_at >= since AND NOT k.apart AND NOT k.marks @> '["discreet"]'
     AND NOT EXISTS (SELECT FROM public.contacts_contact h
                      WHERE h.id = k.contact_id AND h.customer_id = k.customer_id)
  UNION ALL
  SELECT 'closed', k.id, k.closed_at FROM public.cases_case k
   WHERE k.property_id = home AND k.state = 'closed' AND k.closed_at >= since AND k.about > ''
     AND NOT k.apart AND NOT k.marks @> '["discreet"]'
$$;
