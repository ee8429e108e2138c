-- What rules were not asked of, and what of their matches was not kept: verdicts say so (docs/verdicts.md).

-- +goose Up
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
