-- Who sent what in which hour, and of which days rules were asked: what verdicts rest on (docs/verdicts.md).

-- +goose Up
CREATE TABLE coverage (
    n       INTEGER PRIMARY KEY,
    day     INTEGER NOT NULL, -- of the records
    kind    TEXT NOT NULL,    -- of record
    class   TEXT NOT NULL,    -- of message; '-lost' counts what could not be read
    speaker TEXT NOT NULL,    -- as the records name it
    first   INTEGER NOT NULL, -- entry of the manifest that brought the first of it
    last    INTEGER NOT NULL, -- and the last
    hours   TEXT NOT NULL,    -- JSON
    UNIQUE (day, kind, class, speaker)
) STRICT;

-- Days whose records, all of them, a rule was asked of when it was looked up in the past.
CREATE TABLE rules_assessed (
    rule BLOB NOT NULL, -- 32 bytes: as in rules_looked
    day  INTEGER NOT NULL,
    PRIMARY KEY (rule, day)
) STRICT, WITHOUT ROWID;

-- Rules of whose log source at least one record arrived.
CREATE TABLE rules_arrived (
    rule BLOB PRIMARY KEY -- 32 bytes: as in rules_looked
) STRICT, WITHOUT ROWID;

-- After which entry of the manifest, and up to which, nothing was counted (an older build took it in, a snapshot stands for it); and what
-- there was no room for.
INSERT INTO counters (name, n) SELECT 'uncovered', n FROM counters WHERE name = 'applied';
INSERT INTO counters (name, n) VALUES ('uncovered_after', 0);
INSERT INTO counters (name, n) VALUES ('coverage_cut', 0);
