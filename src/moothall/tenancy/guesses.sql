-- Guesses are counted for a quarter of an hour, by each of the words of `who`, which are hashes: b: a browser, 10 wrong
-- codes; t: what a code was tried for (a reference), 30; a: a network address, 300, since a library or a mobile network
-- has one for many people; anybody else (at the desk) 10. All in all 2,000. The sum stands in web/public/secrets.py.
CREATE OR REPLACE FUNCTION moothall.guessed_often(who text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM public.scripts_codeguess g WHERE g.at < clock_timestamp() - interval '15 minutes';
  RETURN (SELECT count(*) >= 2000 FROM public.scripts_codeguess g WHERE left(g.who, 2) NOT IN ('b:', 't:'))
    OR EXISTS (SELECT FROM unnest(string_to_array(who, ' ')) AS w(word)
                WHERE (SELECT count(*) FROM public.scripts_codeguess g WHERE g.who = w.word)
                   >= CASE left(w.word, 2) WHEN 'a:' THEN 300 WHEN 't:' THEN 30 ELSE 10 END);
END
$$;

CREATE OR REPLACE FUNCTION moothall.guessed_wrong(who text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO public.scripts_codeguess (who, at)
  SELECT w.word, clock_timestamp() FROM unnest(string_to_array(who, ' ')) AS w(word)
$$;

REVOKE ALL ON FUNCTION moothall.guessed_often(text), moothall.guessed_wrong(text) FROM PUBLIC;
