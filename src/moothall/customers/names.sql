-- How a word of a name sounds in Britain, as a short key: words with one key sound alike to whoever writes them down.
-- `siobhan` and `shivaun` are SFN, `mcdonald` and `macdonald` MKDNLD, `smyth` and `smith` SMT. Vowels count at the start
-- alone, where all are A. NULL where the word isn't of the letters a to z: other scripts are found as they are written.
-- A key is stored beside each word (customers_nameword.sound), so a change here comes with a migration that writes the
-- keys again.
CREATE OR REPLACE FUNCTION moothall.sound_of(word text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
DECLARE
  w text := word;
BEGIN
  IF w !~ '^[a-z]+$' THEN
    RETURN NULL;
  END IF;
  -- How it begins: Mac and Mc, and letters that aren't heard.
  w := regexp_replace(w, '^ma?c(?=[a-z]{3})', 'mk');
  w := regexp_replace(w, '^([kgpm](?=n)|w(?=r)|p(?=[sf]))', '');
  w := regexp_replace(w, '^([wrg])h', '\1');
  w := regexp_replace(w, '^x', 's');
  w := regexp_replace(w, '^cia', 'ka');
  -- Letters that make one sound together; X is the sound of "ch".
  w := replace(replace(replace(w, 'bh', 'v'), 'mh', 'v'), 'ph', 'f');
  w := replace(replace(replace(replace(w, 'ngh', 'ng'), 'gh', ''), 'cester', 'ster'), 'nich', 'nik');
  w := regexp_replace(w, 'ch(?=[rlnt])', 'k', 'g');
  w := replace(replace(replace(replace(w, 'sch', 's'), 'tch', 'X'), 'ch', 'X'), 'cz', 'X');
  w := replace(replace(replace(replace(w, 'sh', 's'), 'sz', 's'), 'tz', 's'), 'zh', 'j');
  w := replace(replace(replace(replace(w, 'dj', 'j'), 'ck', 'k'), 'th', 't'), 'x', 'ks');
  -- Letters that sound by what follows them.
  w := regexp_replace(w, 'd?g(?=[eiy])', 'j', 'g');
  w := regexp_replace(w, 'c(?=[eiy])', 's', 'g');
  w := regexp_replace(w, '(?<=[aeiou])j(?![aeiouy])', '', 'g');
  w := regexp_replace(w, 'w(?![aeiouy])', '', 'g');
  w := regexp_replace(w, '(?<=m)p(?=[st])', '');
  w := regexp_replace(w, '(m)b$|d(t)$', '\1\2');
  w := regexp_replace(w, '(?<=.)h', '', 'g');
  w := translate(w, 'cqzvw', 'kksff');
  -- Vowels, and what is doubled.
  w := regexp_replace(w, '^(y(?![aeiou])|[aeiou])[aeiou]*', 'A');
  w := regexp_replace(w, '(.)\1+', '\1', 'g');
  RETURN nullif(upper(regexp_replace(w, '(?<=.)[aeiouy]', '', 'g')), '');
END
$$;

-- A council's words: each once, whoever writes the names of its customers, and gone with the last customer who has it.
-- Those of somebody protected (tokens that are `apart`: tenancy/protected.sql) aren't among them, unless others bear them.
CREATE OR REPLACE FUNCTION moothall.keep_name_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.customers_nameword (council_id, word)
    SELECT DISTINCT n.council_id, n.token FROM named n
      JOIN public.customers_customertoken t ON t.id = n.id AND NOT t.apart
     WHERE NOT EXISTS (SELECT FROM public.customers_nameword w WHERE w.council_id = n.council_id AND w.word = n.token)
     ORDER BY 1, 2  -- two loads at once wait for each other, and don't lock each other out
  ON CONFLICT DO NOTHING;
  IF EXISTS (SELECT FROM named n WHERE n.apart) THEN
    DELETE FROM public.customers_nameword w USING (SELECT DISTINCT council_id, scope_key, token FROM named WHERE apart) n
     WHERE w.council_id = n.council_id AND w.word = n.token AND NOT EXISTS (
       SELECT FROM public.customers_customertoken t
        WHERE t.scope_key = n.scope_key AND t.token = n.token AND NOT t.apart);
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION moothall.drop_name_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM public.customers_nameword w USING (SELECT DISTINCT council_id, scope_key, token FROM unnamed) n
   WHERE w.council_id = n.council_id AND w.word = n.token AND NOT EXISTS (
     SELECT FROM public.customers_customertoken t
      WHERE t.scope_key = n.scope_key AND t.token = n.token AND NOT t.apart);
  RETURN NULL;
END
$$;
