-- What is to be told to others, and what became of it.

-- +goose Up
INSERT INTO counters (name, n) VALUES ('outbox_read', 0), ('outbox_withdrawn', 0);

-- What was last told of a finding. Days as everywhere.
CREATE TABLE outbox_told (
    finding BLOB PRIMARY KEY CHECK (length(finding) = 16),
    level   INTEGER NOT NULL,
    first   INTEGER NOT NULL, -- day
    last    INTEGER NOT NULL, -- day
    at_us   INTEGER NOT NULL  -- when activity was last told
) STRICT, WITHOUT ROWID;

-- What waits to become part of a message: news of a finding for a route, or an alarm.
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

-- Counts since the beginning; rows above go after a while.
CREATE TABLE outbox_sinks (
    n         INTEGER PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE,
    delivered INTEGER NOT NULL,
    failed    INTEGER NOT NULL, -- tries
    given_up  INTEGER NOT NULL,
    error     TEXT NOT NULL, -- the last one
    error_us  INTEGER NOT NULL
) STRICT;
