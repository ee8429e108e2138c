-- Ids of incidents: findings that belong together (docs/incidents.md). What an incident is, is computed; only what it is called is kept.

-- +goose Up
CREATE TABLE incidents (
    id      BLOB PRIMARY KEY CHECK (length(id) = 16), -- that of its oldest finding when it was named
    made_us INTEGER NOT NULL,
    merged  BLOB NOT NULL -- id of the incident that it became part of; empty: none
) STRICT, WITHOUT ROWID;

-- Which incident a finding was in last.
CREATE TABLE incident_findings (
    finding  BLOB PRIMARY KEY CHECK (length(finding) = 16),
    incident BLOB NOT NULL REFERENCES incidents (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_findings_incident ON incident_findings (incident);
