package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"stormglass/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// latest is the version of the tables that this build reads and writes: the number of the last
// migration.
const latest = 7

// applicationID marks the file as ours: "Sgls" (sqlite.org/pragma.html#pragma_application_id).
const applicationID = 0x53676c73

// versionTable is goose's list of the migrations that were applied.
const versionTable = "goose_db_version"

// version gives the version of the file's tables, 0 when it has none yet. It is an error when the file
// is not ours, or newer than this build.
func (s *Store) version(ctx context.Context) (version int64, err error) {
	err = s.view(ctx, "read its version", func(t *txn) error {
		var id, others, versioned int64
		if _, err := t.one(ctx, []any{&id}, `PRAGMA application_id`); err != nil {
			return err
		}
		if _, err := t.one(ctx, []any{&others, &versioned}, `SELECT count(*) FILTER (WHERE name <> ?), count(*) FILTER (WHERE name = ?)
			FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`, versionTable, versionTable); err != nil {
			return err
		}
		if id != applicationID && (id != 0 || others > 0) {
			return fault.Hint(fault.Invalid, errors.New("it is a database of another program"), "name the folder that stormglass made, or an empty one")
		}
		if versioned == 0 {
			return nil
		}
		_, err := t.one(ctx, []any{&version}, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`)
		return err
	})
	if err == nil && version > latest {
		err = fault.Hint(fault.Conflict, fmt.Errorf("its tables are of version %d, this build knows up to %d: a newer stormglass wrote it", version, latest),
			"use that newer stormglass; nothing was changed")
	}
	return version, err
}

// migrate brings the tables up to latest, one transaction for each migration.
func (s *Store) migrate(ctx context.Context) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.write, dir, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring its tables up to version %d: %w", latest, err)
	}
	return nil
}
