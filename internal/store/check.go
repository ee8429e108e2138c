package store

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// maxDamage bounds the places that Check names.
const maxDamage = 100

// Check looks through the whole file and gives what is damaged in it, nothing when it is sound. It names
// tables and pages, never what stands in them.
func (s *Store) Check(ctx context.Context) (damage []string, err error) {
	err = s.view(ctx, "check", func(t *txn) error {
		err := t.each(ctx, func(scan scanner) error {
			var line string
			err := scan(&line)
			if err == nil && line != "ok" {
				damage = append(damage, line)
			}
			return err
		}, fmt.Sprintf(`PRAGMA integrity_check(%d)`, maxDamage))
		if err != nil {
			return err
		}
		return t.each(ctx, func(scan scanner) error {
			var table, parent string
			var row *int64
			var key int64
			err := scan(&table, &row, &parent, &key)
			if len(damage) < maxDamage {
				damage = append(damage, fmt.Sprintf("a row of %s refers to one of %s that is not there", table, parent))
			}
			return err
		}, `PRAGMA foreign_key_check`)
	})
	if e, ok := errors.AsType[*sqlite.Error](err); ok && (e.Code()&0xff == sqlite3.SQLITE_CORRUPT || e.Code()&0xff == sqlite3.SQLITE_NOTADB) {
		return append(damage, e.Error()), nil
	}
	return damage, err
}
