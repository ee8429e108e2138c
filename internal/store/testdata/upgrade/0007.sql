-- What version 7 of the tables looks like, with something in each. Made by go test -run TestUpgrade -update.
PRAGMA foreign_keys = off;
PRAGMA application_id = 1399286899;
BEGIN;
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
, rule INTEGER REFERENCES rules (n)) STRICT;
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
    samples    TEXT NOT NULL, sensors TEXT NOT NULL DEFAULT '[]', -- JSON
    UNIQUE (finding, day)
) STRICT;
CREATE INDEX finding_days_day ON finding_days (day);
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
CREATE TABLE purges (
    n        INTEGER PRIMARY KEY,
    kind     INTEGER NOT NULL,
    digest   BLOB NOT NULL, -- keyed
    asked_us INTEGER NOT NULL,
    who      TEXT NOT NULL,
    why      TEXT NOT NULL,
    done_us  INTEGER NOT NULL
) STRICT;
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
CREATE TABLE outbox_told (
    finding BLOB PRIMARY KEY CHECK (length(finding) = 16),
    level   INTEGER NOT NULL,
    first   INTEGER NOT NULL, -- day
    last    INTEGER NOT NULL, -- day
    at_us   INTEGER NOT NULL  -- when activity was last told
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox_items (
    n       INTEGER PRIMARY KEY,
    route   TEXT NOT NULL,
    sinks   TEXT NOT NULL, -- names, joined by commas
    key     TEXT NOT NULL, -- items with the same become one message
    finding BLOB CHECK (length(finding) = 16), -- none: an alarm
    reasons INTEGER NOT NULL, -- bits
    level   INTEGER NOT NULL,
    alarm   TEXT NOT NULL, -- JSON, empty for a finding
    at_us   INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_items_group ON outbox_items (route, sinks, key);
CREATE INDEX outbox_items_finding ON outbox_items (finding);
CREATE TABLE outbox_messages (
    n       INTEGER PRIMARY KEY,
    id      BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    route   TEXT NOT NULL,
    level   INTEGER NOT NULL,
    made_us INTEGER NOT NULL,
    body    TEXT NOT NULL -- JSON
) STRICT;
CREATE INDEX outbox_messages_made ON outbox_messages (route, made_us);
CREATE TABLE outbox_deliveries (
    n        INTEGER PRIMARY KEY,
    message  INTEGER NOT NULL REFERENCES outbox_messages (n) ON DELETE CASCADE,
    sink     TEXT NOT NULL,
    state    INTEGER NOT NULL CHECK (state IN (0, 1, 2)), -- waiting, delivered, given up
    attempts INTEGER NOT NULL, -- that failed
    next_us  INTEGER NOT NULL, -- not tried before
    done_us  INTEGER NOT NULL,
    error    TEXT NOT NULL, -- the last one
    UNIQUE (message, sink)
) STRICT;
CREATE INDEX outbox_deliveries_due ON outbox_deliveries (sink, next_us, n) WHERE state = 0;
CREATE TABLE outbox_sinks (
    n         INTEGER PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE,
    delivered INTEGER NOT NULL,
    failed    INTEGER NOT NULL, -- tries
    given_up  INTEGER NOT NULL,
    error     TEXT NOT NULL, -- the last one
    error_us  INTEGER NOT NULL
) STRICT;
CREATE TABLE rules (
    n      INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE, -- SHA-256 of says
    says   TEXT NOT NULL -- JSON
) STRICT;
CREATE INDEX findings_rule ON findings (rule) WHERE rule IS NOT NULL;
CREATE TABLE rules_looked (
    rule  BLOB PRIMARY KEY, -- 32 bytes: the rule, what it refers to, pipelines, and registers where it asks them
    entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE TABLE rules_assessed (
    rule BLOB NOT NULL, -- 32 bytes: as in rules_looked
    day  INTEGER NOT NULL,
    PRIMARY KEY (rule, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE rules_arrived (
    rule BLOB PRIMARY KEY -- 32 bytes: as in rules_looked
) STRICT, WITHOUT ROWID;
CREATE TABLE incidents (
    id      BLOB PRIMARY KEY CHECK (length(id) = 16), -- that of its oldest finding when it was named
    made_us INTEGER NOT NULL,
    merged  BLOB NOT NULL -- id of the incident that it became part of; empty: none
) STRICT, WITHOUT ROWID;
CREATE TABLE incident_findings (
    finding  BLOB PRIMARY KEY CHECK (length(finding) = 16),
    incident BLOB NOT NULL REFERENCES incidents (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_findings_incident ON incident_findings (incident);
CREATE TABLE rules_short (
    rule      BLOB NOT NULL,    -- 32 bytes: as in rules_looked
    day       INTEGER NOT NULL, -- of the records; 0: without a time, -1: of several
    cut       INTEGER NOT NULL, -- records that it was not asked of: it had used up its budget
    unknown   INTEGER NOT NULL, -- records that are older than what registers speak of
    uncounted INTEGER NOT NULL, -- matches that correlations were not told of
    unkept    INTEGER NOT NULL, -- records that it matched and that are in no finding
    evicted   INTEGER NOT NULL, -- of a correlation: groups that were given up
    PRIMARY KEY (rule, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX rules_short_day ON rules_short (day);
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (1, 0, 1, '2026-11-30 07:47:42');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (2, 1, 1, '2026-11-30 07:47:42');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (3, 2, 1, '2026-11-30 07:47:42');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (4, 3, 1, '2026-11-30 07:47:42');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (5, 4, 1, '2026-11-30 07:47:42');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (6, 5, 1, '2026-11-30 07:47:42');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (7, 6, 1, '2026-11-30 07:47:42');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (8, 7, 1, '2026-11-30 07:47:42');
INSERT INTO counters (name, n) VALUES ('applied', 6);
INSERT INTO counters (name, n) VALUES ('changed', 4);
INSERT INTO counters (name, n) VALUES ('coverage_cut', 0);
INSERT INTO counters (name, n) VALUES ('outbox_read', 3);
INSERT INTO counters (name, n) VALUES ('outbox_withdrawn', 0);
INSERT INTO counters (name, n) VALUES ('uncovered', 0);
INSERT INTO counters (name, n) VALUES ('uncovered_after', 0);
INSERT INTO cursors (name, n) VALUES ('hunt.new', 2);
INSERT INTO sources (n, id, entry, ingested_us, name, format, sensor, bytes, lines, first, last, part, whole, skipped, account) VALUES (1, X'0100000000000000000000000000000000000000000000000000000000000000', 3, 1772366400000000, 'conn.log', 'zeek', 'zeek', 10, 3, 5, 6, 0, 0, '', '{"lost":1,"problems":[{"reason":"short","count":1,"examples":[{"line":2,"detail":"d"}]}]}');
INSERT INTO source_kinds (source, kind, records) VALUES (1, 0, 2);
INSERT INTO source_kinds (source, kind, records) VALUES (1, 1, 1);
INSERT INTO intel_files (n, id, name, added_us, bytes, removed_us, stated, report) VALUES (1, X'0100000000000000000000000000000000000000000000000000000000000000', 'feed.json', 1772366400000000, 5, 0, 3, '{"File":"feed.json","Format":"misp","Total":2,"Loaded":1,"Listed":{},"Reported":{"no value":1},"Parts":{},"Notes":[{"Outcome":2,"Reason":"no value","Where":"attribute 2","Value":"","Part":false}],"Skipped":"","Failed":""}');
INSERT INTO intel_files (n, id, name, added_us, bytes, removed_us, stated, report) VALUES (2, X'0200000000000000000000000000000000000000000000000000000000000000', 'old.csv', 1772366400000000, 0, 1772366400000000, 1, 'null');
INSERT INTO indicators (n, kind, value, first_us, last_us, looked) VALUES (1, 1, '198.51.100.7', 1772366400000000, 1772366400000000, 3);
INSERT INTO indicators (n, kind, value, first_us, last_us, looked) VALUES (2, 1, '2001:db8::7', 1772366400000000, 1772366400000000, 3);
INSERT INTO indicators (n, kind, value, first_us, last_us, looked) VALUES (3, 3, 'c2.example.net', 1772366400000000, 1772366400000000, 3);
INSERT INTO stated (indicator, file) VALUES (1, 1);
INSERT INTO stated (indicator, file) VALUES (2, 1);
INSERT INTO stated (indicator, file) VALUES (3, 1);
INSERT INTO intel_sources (n, digest, says) VALUES (1, X'D627BD2B94A745E7C00376B1DD7CD0BA236DB62F4E68EF3B593F640BDA284751', '{"format":"misp","file":"feed.json","title":"made up","tlp":3,"published":[1772366400],"actors":["Example Group"]}');
INSERT INTO statement_lists (n, digest) VALUES (1, X'12965FEA8263ED02C7D50244C4B48D6FD6F618C3D05D119881B92CB4D3CD90BD');
INSERT INTO statements (n, list, seq, source, says) VALUES (1, 1, 0, 1, '{"id":"1","from":[1772366400],"comment":["ÿc2"]}');
INSERT INTO statements (n, list, seq, source, says) VALUES (2, 1, 1, 1, '{}');
INSERT INTO triage (n, finding, at_us, who, action, status, reason, until_us, assignee, tickets) VALUES (1, X'EF9829BDB2A6BDEC7849CEE14553A912', 1772366400000000, 'ana', 1, 1, '', 0, 'bo', '[]');
INSERT INTO triage (n, finding, at_us, who, action, status, reason, until_us, assignee, tickets) VALUES (2, X'EF9829BDB2A6BDEC7849CEE14553A912', 1772366400000000, 'ana', 3, 1, '', 0, 'bo', '["T-1"]');
INSERT INTO triage (n, finding, at_us, who, action, status, reason, until_us, assignee, tickets) VALUES (3, X'92258931C861DE5A38EFF08785FBCD53', 1772366400000000, 'bo', 2, 2, 'ours', 1772370000000000, '', '[]');
INSERT INTO findings (n, id, kind, value, subject_kind, subject, level, tlp, list, details, first, last, changed, saved_us, gone, triage, rule) VALUES (1, X'EF9829BDB2A6BDEC7849CEE14553A912', 3, 'c2.example.net', 0, '192.0.2.1', 3, 0, 1, '{"subjects":1,"roles":1,"statements":2}', 1728000000000000001, 1728086400000000001, 1, 1772366400000000, 0, 2, NULL);
INSERT INTO findings (n, id, kind, value, subject_kind, subject, level, tlp, list, details, first, last, changed, saved_us, gone, triage, rule) VALUES (2, X'92258931C861DE5A38EFF08785FBCD53', 1, '198.51.100.7', 0, '192.0.2.1', 3, 0, NULL, '{"subjects":1,"roles":1}', 0, 0, 2, 1772366400000000, 1, 3, NULL);
INSERT INTO findings (n, id, kind, value, subject_kind, subject, level, tlp, list, details, first, last, changed, saved_us, gone, triage, rule) VALUES (3, X'B2168D34DE8624DFF0862FA6010D0416', 1, '2001:db8::7', 0, '192.0.2.1', 3, 0, NULL, '{"subjects":1,"roles":1}', 1728000000000000001, 1728000000000000001, 3, 1772366400000000, 0, NULL, NULL);
INSERT INTO findings (n, id, kind, value, subject_kind, subject, level, tlp, list, details, first, last, changed, saved_us, gone, triage, rule) VALUES (4, X'70D2CE6240939D1CF817BF2992288097', 0, 'a', 0, '192.0.2.1', 3, 0, NULL, '{"subjects":1}', 1728000000000000000, 1728000000000000005, 4, 1772366400000000, 0, NULL, 1);
INSERT INTO finding_days (n, finding, day, ledger, subjects, records, bytes, historical, other_port, first, last, samples, sensors) VALUES (1, 1, 20000, 0, 0, 1, 0, 0, 0, 1728000000000000001, 1728000000000000001, '[{"source":"conn.log","seen":"c2.example.net","src":"192.0.2.1","src_port":1,"proto":6}]', '[]');
INSERT INTO finding_days (n, finding, day, ledger, subjects, records, bytes, historical, other_port, first, last, samples, sensors) VALUES (2, 1, 20001, 0, 0, 1, 0, 0, 0, 1728086400000000001, 1728086400000000001, '[{"source":"conn.log","seen":"c2.example.net"}]', '[]');
INSERT INTO finding_days (n, finding, day, ledger, subjects, records, bytes, historical, other_port, first, last, samples, sensors) VALUES (4, 3, 20000, 0, 0, 1, 0, 0, 0, 1728000000000000001, 1728000000000000001, '[{"source":"conn.log","seen":"2001:db8::7"}]', '[]');
INSERT INTO finding_days (n, finding, day, ledger, subjects, records, bytes, historical, other_port, first, last, samples, sensors) VALUES (5, 4, 20000, 0, 0, 7, 10, 0, 0, 1728000000000000000, 1728000000000000005, '[{"source":"conn.log","ordinal":7,"occurred":1728000000000000000,"line":"a line"}]', '[{"sensor":"zeek","bytes":10}]');
INSERT INTO holds (n, name, reason, who, created_us, first, last, released_us, released_by) VALUES (1, 'case', 'court', 'ana', 1772366400000000, 1, 0, 0, '');
INSERT INTO hold_values (hold, kind, value) VALUES (1, 3, 'c2.example.net');
INSERT INTO purges (n, kind, digest, asked_us, who, why, done_us) VALUES (1, 16, X'0909090909090909090909090909090909090909090909090909090909090909', 1772366400000000, 'ana', 'asked', 0);
INSERT INTO reads (n, at_us, who, command, asked, subscribers, reason) VALUES (1, 1772366400000000, 'ana', 'reveal', 2, 1, 'case');
INSERT INTO outbox_told (finding, level, first, last, at_us) VALUES (X'B2168D34DE8624DFF0862FA6010D0416', 3, 0, 20000, 1772366400000000);
INSERT INTO outbox_told (finding, level, first, last, at_us) VALUES (X'EF9829BDB2A6BDEC7849CEE14553A912', 3, 0, 20001, 1772366400000000);
INSERT INTO outbox_items (n, route, sinks, key, finding, reasons, level, alarm, at_us) VALUES (1, 'soc', 'hook', 'alarm', NULL, 0, 3, '{"kind":"canary"}', 1772366400000000);
INSERT INTO outbox_messages (n, id, route, level, made_us, body) VALUES (1, X'01000000000000000000000000000000', 'soc', 3, 1772366400000000, '{"key":"c2.example.net"}');
INSERT INTO outbox_messages (n, id, route, level, made_us, body) VALUES (2, X'02000000000000000000000000000000', 'soc', 3, 1772366400000000, '{"key":"2001:db8::7"}');
INSERT INTO outbox_deliveries (n, message, sink, state, attempts, next_us, done_us, error) VALUES (1, 1, 'hook', 1, 0, 0, 1772366400000000, '');
INSERT INTO outbox_deliveries (n, message, sink, state, attempts, next_us, done_us, error) VALUES (2, 1, 'siem', 2, 0, 0, 1772366400000000, 'too old');
INSERT INTO outbox_deliveries (n, message, sink, state, attempts, next_us, done_us, error) VALUES (3, 2, 'hook', 0, 1, 1772366399000000, 0, 'no');
INSERT INTO outbox_deliveries (n, message, sink, state, attempts, next_us, done_us, error) VALUES (4, 2, 'siem', 2, 0, 0, 1772366400000000, 'too old');
INSERT INTO outbox_sinks (n, name, delivered, failed, given_up, error, error_us) VALUES (1, 'hook', 1, 1, 0, 'no', 1772366400000000);
INSERT INTO outbox_sinks (n, name, delivered, failed, given_up, error, error_us) VALUES (2, 'siem', 0, 0, 2, 'too old', 1772366400000000);
INSERT INTO rules (n, digest, says) VALUES (1, X'5216CAA0F9703CD3839C2FC92ABF83FC4342E93EB44AB07A6752BE05C4684EAA', '{"key":"a","title":"title of a","level":3,"level_stated":true,"tags":["attack.t1021"],"digest":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}');
INSERT INTO rules_looked (rule, entry) VALUES (X'0100000000000000000000000000000000000000000000000000000000000000', 5);
INSERT INTO rules_looked (rule, entry) VALUES (X'0200000000000000000000000000000000000000000000000000000000000000', 5);
INSERT INTO matches (n, rule, day, entry, count, body) VALUES (1, X'0000000000000000000000000000000000000000000000000000000000000000', 20000, 5, 2, '[{"at":1728000000000000000,"doubt":1000000000,"values":["ana",["ÿ"]],"source":"auth.log","ordinal":1,"kind":7,"subject":"r1"},{"at":1728072000000000000,"doubt":1000000000,"values":["ana",["ÿ"]],"absent":2,"source":"auth.log","ordinal":3,"kind":7,"subject":"r1"}]');
INSERT INTO matches (n, rule, day, entry, count, body) VALUES (2, X'0100000000000000000000000000000000000000000000000000000000000000', 20000, 5, 1, '[{"at":1728036000000000000,"doubt":1000000000,"values":["ana",["ÿ"]],"absent":1,"source":"auth.log","ordinal":2,"kind":7,"subject":"r1"}]');
INSERT INTO matches (n, rule, day, entry, count, body) VALUES (3, X'0000000000000000000000000000000000000000000000000000000000000000', 20001, 5, 1, '[{"at":1728144000000000000,"doubt":1000000000,"values":["ana",["ÿ"]],"absent":4,"source":"auth.log","ordinal":5,"kind":7,"subject":"r1"}]');
INSERT INTO matches (n, rule, day, entry, count, body) VALUES (4, X'0100000000000000000000000000000000000000000000000000000000000000', 20001, 5, 1, '[{"at":1728108000000000000,"doubt":1000000000,"values":["ana",["ÿ"]],"absent":3,"source":"auth.log","ordinal":4,"kind":7,"subject":"r1"}]');
INSERT INTO matches (n, rule, day, entry, count, body) VALUES (5, X'0100000000000000000000000000000000000000000000000000000000000000', 20002, 5, 1, '[{"at":1728180000000000000,"doubt":1000000000,"values":["ana",["ÿ"]],"absent":5,"source":"auth.log","ordinal":6,"kind":7,"subject":"r1"}]');
INSERT INTO coverage (n, day, kind, class, speaker, first, last, hours) VALUES (1, 20000, 'event', 'login', 'host:edge-r1', 6, 6, '[[0,3]]');
INSERT INTO rules_assessed (rule, day) VALUES (X'0100000000000000000000000000000000000000000000000000000000000000', 20000);
INSERT INTO rules_assessed (rule, day) VALUES (X'0100000000000000000000000000000000000000000000000000000000000000', 20001);
INSERT INTO rules_arrived (rule) VALUES (X'0200000000000000000000000000000000000000000000000000000000000000');
INSERT INTO incidents (id, made_us, merged) VALUES (X'01000000000000000000000000000000', 1772370000000000, X'');
INSERT INTO incidents (id, made_us, merged) VALUES (X'92258931C861DE5A38EFF08785FBCD53', 1772366460000000, X'EF9829BDB2A6BDEC7849CEE14553A912');
INSERT INTO incidents (id, made_us, merged) VALUES (X'EF9829BDB2A6BDEC7849CEE14553A912', 1772366400000000, X'');
INSERT INTO incident_findings (finding, incident) VALUES (X'09000000000000000000000000000000', X'01000000000000000000000000000000');
INSERT INTO incident_findings (finding, incident) VALUES (X'92258931C861DE5A38EFF08785FBCD53', X'EF9829BDB2A6BDEC7849CEE14553A912');
INSERT INTO incident_findings (finding, incident) VALUES (X'EF9829BDB2A6BDEC7849CEE14553A912', X'EF9829BDB2A6BDEC7849CEE14553A912');
INSERT INTO rules_short (rule, day, cut, unknown, uncounted, unkept, evicted) VALUES (X'0100000000000000000000000000000000000000000000000000000000000000', 20000, 3, 0, 0, 0, 0);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence (name, seq) VALUES ('goose_db_version', 8);
INSERT INTO sqlite_sequence (name, seq) VALUES ('indicators', 4);
COMMIT;
