-- Findings of rules: their kind is 0, their value the rule's key.

-- +goose Up
-- What findings say of their rules, each said once.
CREATE TABLE rules (
    n      INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE, -- SHA-256 of says
    says   TEXT NOT NULL -- JSON
) STRICT;

ALTER TABLE findings ADD COLUMN rule INTEGER REFERENCES rules (n);
CREATE INDEX findings_rule ON findings (rule) WHERE rule IS NOT NULL;

-- Bytes by sensor, of findings of rules: what comes later is added to them. JSON.
ALTER TABLE finding_days ADD COLUMN sensors TEXT NOT NULL DEFAULT '[]';
