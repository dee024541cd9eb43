-- A store as the first schema had it, with one import, two records and a vote. Made by hand for the test of the
-- migrations; kept as it is (CC0).
PRAGMA application_id = 1212499015;
PRAGMA user_version = 1;
CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, author TEXT NOT NULL, kind TEXT NOT NULL,
  record INTEGER REFERENCES record (id), other INTEGER, stage TEXT NOT NULL, value TEXT NOT NULL,
  reason TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE TABLE record (
  id INTEGER PRIMARY KEY AUTOINCREMENT, import_event INTEGER NOT NULL REFERENCES event (id), database TEXT NOT NULL,
  file TEXT NOT NULL, line INTEGER NOT NULL, number INTEGER NOT NULL, format TEXT NOT NULL, type TEXT NOT NULL,
  title TEXT NOT NULL, original_title TEXT NOT NULL, authors TEXT NOT NULL, year INTEGER, journal TEXT NOT NULL,
  journal_abbreviation TEXT NOT NULL, volume TEXT NOT NULL, issue TEXT NOT NULL, pages TEXT NOT NULL,
  article_number TEXT NOT NULL, doi TEXT NOT NULL, pmid TEXT NOT NULL, pmcid TEXT NOT NULL, accession TEXT NOT NULL,
  issn TEXT NOT NULL, isbn TEXT NOT NULL, keywords TEXT NOT NULL, language TEXT NOT NULL, publisher TEXT NOT NULL,
  url TEXT NOT NULL, notes TEXT NOT NULL, retracted INTEGER NOT NULL
) STRICT;
CREATE TABLE record_text (
  record INTEGER PRIMARY KEY REFERENCES record (id), abstract TEXT NOT NULL, tags TEXT NOT NULL
) STRICT;
INSERT INTO event VALUES (1, '2026-01-01T10:00:00.000Z', 'ana', 'create', NULL, NULL, '', '', '', '{"title":"Old"}');
INSERT INTO event VALUES (2, '2026-01-01T10:01:00.000Z', 'ana', 'import', NULL, NULL, '', 'database', '',
                          '{"name":"Scopus","file":"a.ris","records":2}');
INSERT INTO record VALUES (1, 2, 'Scopus', 'a.ris', 1, 1, 'ris', 'journal', 'Nordic hamstring exercise', '',
                           '["Smith, A.","Jones, B."]', 2015, 'J Sport', '', '3', '1', '1-9', '', '10.1/a', '', '', '',
                           '[]', '[]', '["knee"]', '', '', '', '', 0);
INSERT INTO record VALUES (2, 2, 'Scopus', 'a.ris', 9, 2, 'ris', 'journal', 'Flywheel training', '', '[]', NULL, '', '',
                           '', '', '', '', '', '', '', '', '[]', '[]', '[]', '', '', '', '', 1);
INSERT INTO record_text VALUES (1, 'Background: none.', '[["TY","JOUR"],["ER",""]]');
INSERT INTO record_text VALUES (2, '', '[]');
INSERT INTO event VALUES (3, '2026-01-01T10:02:00.000Z', 'ana', 'vote', 1, NULL, 'abstract', 'include', '', '');
