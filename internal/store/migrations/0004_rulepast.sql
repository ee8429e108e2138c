-- What rules are known to have been held against, and the matches that correlations count.

-- +goose Up
-- Up to which manifest entry the records that are held were held against a rule, once; later entries were held against it as they came.
CREATE TABLE rules_looked (
    rule  BLOB PRIMARY KEY, -- 32 bytes: the rule, what it refers to, pipelines, and registers where it asks them
    entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Matches of rules that correlations count.
CREATE TABLE matches (
    n     INTEGER PRIMARY KEY,
    rule  BLOB NOT NULL, -- 32 bytes: as in rules_looked, and the fields that correlations look at
    day   INTEGER NOT NULL, -- of what matched
    entry INTEGER NOT NULL, -- of the manifest, that brought the records
    count INTEGER NOT NULL,
    body  TEXT NOT NULL -- JSON
) STRICT;
CREATE INDEX matches_day ON matches (day);
CREATE INDEX matches_entry ON matches (entry);
