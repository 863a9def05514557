-- 200 MB: text that compresses, hashes that do not, two indexes.
CREATE TABLE entry (id bigint PRIMARY KEY, word text, hash text, note text);
INSERT INTO entry SELECT g, 'word ' || g % 1000, md5(g::text) || md5((g * 7)::text), repeat('lorem ipsum ', 3) || g
  FROM generate_series(1, 1000000) AS g;
CREATE INDEX ON entry (word);
