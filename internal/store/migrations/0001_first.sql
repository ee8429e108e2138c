-- Times that end in _us are microseconds since 1970-01-01 UTC, 0 when there is none. Times of
-- telemetry (first, last) are nanoseconds since then, 0 when unknown. Days count from 1970-01-01, 0 is
-- undated, -1 further days. Counts that may pass 2^63 - 1 (bytes, records of findings) are the 64 bits
-- of the unsigned number. Numbers of kinds, levels, roles and markings are those of the Go packages.

-- +goose Up
PRAGMA application_id = 1399286899; -- "Sgls"

-- applied: the last manifest entry that was projected. changed: the last change of a finding.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, n) VALUES ('applied', 0), ('changed', 0);

-- How far a reader has read something.
CREATE TABLE cursors (
    name TEXT PRIMARY KEY,
    n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sources (
    n           INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE CHECK (length(id) = 32), -- SHA-256 of what was read
    entry       INTEGER NOT NULL, -- of the manifest
    ingested_us INTEGER NOT NULL,
    name        TEXT NOT NULL,
    format      TEXT NOT NULL,
    sensor      TEXT NOT NULL,
    bytes       INTEGER NOT NULL,
    lines       INTEGER NOT NULL,
    first       INTEGER NOT NULL,
    last        INTEGER NOT NULL,
    part        INTEGER NOT NULL CHECK (part IN (0, 1)),
    whole       INTEGER NOT NULL CHECK (whole IN (0, 1)),
    skipped     TEXT NOT NULL,
    account     TEXT NOT NULL -- JSON
) STRICT;
CREATE INDEX sources_ingested ON sources (ingested_us);

CREATE TABLE source_kinds (
    source  INTEGER NOT NULL REFERENCES sources (n) ON DELETE CASCADE,
    kind    INTEGER NOT NULL,
    records INTEGER NOT NULL,
    PRIMARY KEY (source, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE intel_files (
    n          INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE CHECK (length(id) = 32), -- SHA-256 of its content
    name       TEXT NOT NULL,
    added_us   INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    removed_us INTEGER NOT NULL,
    stated     INTEGER NOT NULL, -- distinct values
    report     TEXT NOT NULL -- JSON
) STRICT;

-- Every distinct value of the files that are not removed.
CREATE TABLE indicators (
    n        INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     INTEGER NOT NULL,
    value    TEXT NOT NULL, -- canonical; of kinds that identify subscribers a token
    first_us INTEGER NOT NULL,
    last_us  INTEGER NOT NULL,
    looked   INTEGER NOT NULL, -- manifest entry up to which it was looked up, 0 never
    UNIQUE (kind, value)
) STRICT;
CREATE INDEX indicators_new ON indicators (n) WHERE looked = 0;

CREATE TABLE stated (
    indicator INTEGER NOT NULL REFERENCES indicators (n) ON DELETE CASCADE,
    file      INTEGER NOT NULL REFERENCES intel_files (n),
    PRIMARY KEY (indicator, file)
) STRICT, WITHOUT ROWID;

-- What findings say of their sources of intelligence, each said once.
CREATE TABLE intel_sources (
    n      INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    says   TEXT NOT NULL -- JSON
) STRICT;

CREATE TABLE statement_lists (
    n      INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE statements (
    n      INTEGER PRIMARY KEY,
    list   INTEGER NOT NULL REFERENCES statement_lists (n) ON DELETE CASCADE,
    seq    INTEGER NOT NULL,
    source INTEGER REFERENCES intel_sources (n),
    says   TEXT NOT NULL, -- JSON
    UNIQUE (list, seq)
) STRICT;
CREATE INDEX statements_source ON statements (source);

-- What people decided about findings. Rows are only added; each holds the whole state after it.
CREATE TABLE triage (
    n        INTEGER PRIMARY KEY,
    finding  BLOB NOT NULL CHECK (length(finding) = 16),
    at_us    INTEGER NOT NULL,
    who      TEXT NOT NULL,
    action   INTEGER NOT NULL,
    status   INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    until_us INTEGER NOT NULL,
    assignee TEXT NOT NULL,
    tickets  TEXT NOT NULL -- JSON
) STRICT;
CREATE INDEX triage_finding ON triage (finding);

CREATE TABLE findings (
    n            INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind         INTEGER NOT NULL,
    value        TEXT NOT NULL,
    subject_kind INTEGER NOT NULL,
    subject      TEXT NOT NULL,
    level        INTEGER NOT NULL,
    tlp          INTEGER NOT NULL,
    list         INTEGER REFERENCES statement_lists (n),
    details      TEXT NOT NULL, -- JSON
    first        INTEGER NOT NULL,
    last         INTEGER NOT NULL,
    changed      INTEGER NOT NULL UNIQUE,
    saved_us     INTEGER NOT NULL, -- first
    gone         INTEGER NOT NULL CHECK (gone IN (0, 1)), -- its days are no longer found
    triage       INTEGER REFERENCES triage (n) -- the latest
) STRICT;
CREATE INDEX findings_value ON findings (kind, value);
CREATE INDEX findings_list ON findings (list);
CREATE INDEX findings_triage ON findings (triage) WHERE triage IS NOT NULL;

CREATE TABLE finding_days (
    n          INTEGER PRIMARY KEY,
    finding    INTEGER NOT NULL REFERENCES findings (n) ON DELETE CASCADE,
    day        INTEGER NOT NULL,
    ledger     INTEGER NOT NULL CHECK (ledger IN (0, 1)), -- the figures are a ledger's
    subjects   INTEGER NOT NULL, -- over 1: the figures are those of so many subjects together
    records    INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    historical INTEGER NOT NULL,
    other_port INTEGER NOT NULL,
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    samples    TEXT NOT NULL, -- JSON
    UNIQUE (finding, day)
) STRICT;
CREATE INDEX finding_days_day ON finding_days (day);

-- Cases whose evidence neither retention nor a purge may take.
CREATE TABLE holds (
    n           INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    who         TEXT NOT NULL,
    created_us  INTEGER NOT NULL,
    first       INTEGER NOT NULL, -- of the records, 0 open
    last        INTEGER NOT NULL,
    released_us INTEGER NOT NULL,
    released_by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX holds_name ON holds (name) WHERE released_us = 0;

CREATE TABLE hold_values (
    hold  INTEGER NOT NULL REFERENCES holds (n) ON DELETE CASCADE,
    kind  INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (hold, kind, value)
) STRICT, WITHOUT ROWID;

-- Values that were purged, without the values.
CREATE TABLE purges (
    n        INTEGER PRIMARY KEY,
    kind     INTEGER NOT NULL,
    digest   BLOB NOT NULL, -- keyed
    asked_us INTEGER NOT NULL,
    who      TEXT NOT NULL,
    why      TEXT NOT NULL,
    done_us  INTEGER NOT NULL
) STRICT;

-- Who asked what kind of question when, without the values asked for.
CREATE TABLE reads (
    n           INTEGER PRIMARY KEY,
    at_us       INTEGER NOT NULL,
    who         TEXT NOT NULL,
    command     TEXT NOT NULL,
    asked       INTEGER NOT NULL, -- number of values
    subscribers INTEGER NOT NULL, -- of them, values that identify subscribers
    reason      TEXT NOT NULL
) STRICT;
CREATE INDEX reads_at ON reads (at_us);
