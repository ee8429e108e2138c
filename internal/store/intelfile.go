package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// IntelID identifies a file of intelligence: the SHA-256 of its content.
type IntelID [32]byte

// String gives the id in hex.
func (id IntelID) String() string { return hex.EncodeToString(id[:]) }

// IntelFile is a file of intelligence that was added.
type IntelFile struct {
	ID      IntelID
	Name    string // as the user gave it
	Added   time.Time
	Bytes   uint64
	Values  uint64            // distinct values it states; set by AddIntel
	Removed time.Time         // zero while it is in force
	Report  *intel.FileReport // what became of its items; may be nil
}

// AddIntel puts a file and the values it states in force. A file that is known takes the name, the
// time and the values given now. Values may repeat. A value that identifies a subscriber and is no
// token is fault.Invalid, and nothing is added.
func (s *Store) AddIntel(ctx context.Context, f IntelFile, values []observable.Value) error {
	values, err := distinct(values)
	if err != nil {
		return fmt.Errorf("add intelligence %s: %w", f.Name, err)
	}
	report, err := encode(f.Report)
	if err != nil {
		return fmt.Errorf("add intelligence %s: %w", f.Name, err)
	}
	return s.change(ctx, "add intelligence "+f.Name, func(t *txn) error {
		n, known, err := t.intelFile(ctx, f.ID)
		if err != nil {
			return err
		}
		if known {
			if err := t.withdraw(ctx, n); err != nil {
				return err
			}
		}
		var file int64
		_, err = t.one(ctx, []any{&file}, `INSERT INTO intel_files (id, name, added_us, bytes, removed_us, stated, report) VALUES (?, ?, ?, ?, 0, ?, ?)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, added_us = excluded.added_us, bytes = excluded.bytes,
			removed_us = 0, stated = excluded.stated, report = excluded.report RETURNING n`,
			f.ID[:], f.Name, micros(f.Added), counted(f.Bytes), len(values), report)
		if err != nil {
			return err
		}
		if err := t.state(ctx, file, micros(f.Added), values); err != nil || !known {
			return err
		}
		return t.dropUnstated(ctx)
	})
}

func (t *txn) intelFile(ctx context.Context, id IntelID) (n int64, ok bool, err error) {
	ok, err = t.one(ctx, []any{&n}, `SELECT n FROM intel_files WHERE id = ?`, id[:])
	return n, ok, err
}

// Intel lists the files of intelligence, the last added first; removed ones only when they are asked for.
func (s *Store) Intel(ctx context.Context, withRemoved bool) (out []IntelFile, err error) {
	err = s.view(ctx, "list intelligence", func(t *txn) error {
		return t.each(ctx, func(scan scanner) error {
			f, err := scanIntel(scan)
			out = append(out, f)
			return err
		}, `SELECT id, name, added_us, bytes, removed_us, stated, report FROM intel_files
			WHERE removed_us = 0 OR ? ORDER BY added_us DESC, n DESC`, withRemoved)
	})
	return out, err
}

func scanIntel(scan scanner) (f IntelFile, err error) {
	var id []byte
	var added, bytes, removed, values int64
	var report string
	if err := scan(&id, &f.Name, &added, &bytes, &removed, &values, &report); err != nil {
		return f, err
	}
	copy(f.ID[:], id)
	f.Added, f.Removed, f.Bytes, f.Values = timeOf(added), timeOf(removed), uint64(bytes), uint64(values)
	if err := decode(report, &f.Report); err != nil {
		return f, fmt.Errorf("read report of %s: %w", f.ID, err)
	}
	return f, nil
}

// RemoveIntel takes a file out of force and gives it; values that no other file states go with it. The
// file is named by its name or by at least 4 hex digits that its id begins with.
func (s *Store) RemoveIntel(ctx context.Context, name string) (f IntelFile, err error) {
	err = s.change(ctx, "remove intelligence", func(t *txn) error {
		n, err := t.namedIntel(ctx, name)
		if err != nil {
			return err
		}
		if err := t.withdraw(ctx, n); err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE intel_files SET removed_us = ? WHERE n = ?`, micros(s.now()), n); err != nil {
			return err
		}
		if err := t.dropUnstated(ctx); err != nil {
			return err
		}
		f, err = t.intelAt(ctx, n)
		return err
	})
	return f, err
}

// IntelNamed gives the one file in force that RemoveIntel would take a name for.
func (s *Store) IntelNamed(ctx context.Context, name string) (f IntelFile, err error) {
	err = s.view(ctx, "find intelligence", func(t *txn) error {
		n, err := t.namedIntel(ctx, name)
		if err == nil {
			f, err = t.intelAt(ctx, n)
		}
		return err
	})
	return f, err
}

// intelAt reads the row of a file.
func (t *txn) intelAt(ctx context.Context, n int64) (f IntelFile, err error) {
	err = t.each(ctx, func(scan scanner) error {
		f, err = scanIntel(scan)
		return err
	}, `SELECT id, name, added_us, bytes, removed_us, stated, report FROM intel_files WHERE n = ?`, n)
	return f, err
}

// namedIntel finds the one file in force that a name, the end of a path, or a part of an id means.
func (t *txn) namedIntel(ctx context.Context, name string) (int64, error) {
	from, to, isID := idRange(name, len(IntelID{}))
	const inForce = `SELECT n, id, name FROM intel_files WHERE removed_us = 0 AND `
	const newest = ` ORDER BY added_us DESC, n`
	var found candidates
	if isID && len(name) == 2*len(IntelID{}) { // no name stands before a whole id
		if err := t.each(ctx, found.scan, inForce+`id = ?1`, from); err != nil {
			return 0, err
		}
		if len(found) == 1 {
			return found.only("file", name)
		}
	}
	err := t.each(ctx, found.scan, inForce+`(name = ?1 OR ?2 AND id BETWEEN ?3 AND ?4)`+newest, name, isID, from, to)
	if err == nil && len(found) == 0 && name != "" {
		err = t.each(ctx, found.scan, inForce+`substr(name, -length(?1)) = ?1`+newest, "/"+name)
	}
	if err != nil {
		return 0, err
	}
	if len(found) == 0 {
		return 0, fault.Hint(fault.NotFound, fmt.Errorf("no file in force is named %q or has an id that begins so", name), "stormglass intel list")
	}
	return found.only("file", name)
}

// IntelValues gives the values that a file in force states, in the order in which they were first added.
func (s *Store) IntelValues(ctx context.Context, id IntelID) (out []observable.Value, err error) {
	err = s.view(ctx, "list values of intelligence", func(t *txn) error {
		n, known, err := t.intelFile(ctx, id)
		if err != nil {
			return err
		}
		if !known {
			return fault.Wrap(fault.NotFound, fmt.Errorf("no file %s", id))
		}
		return t.each(ctx, func(scan scanner) error {
			v, err := scanValue(scan)
			out = append(out, v)
			return err
		}, `SELECT i.kind, i.value FROM stated s JOIN indicators i ON i.n = s.indicator WHERE s.file = ? ORDER BY i.n`, n)
	})
	return out, err
}

// scanValue reads a row that begins with a value's kind and text.
func scanValue(scan scanner, rest ...any) (observable.Value, error) {
	var kind int64
	var value string
	err := scan(append([]any{&kind, &value}, rest...)...)
	return observable.Of(observable.Kind(kind), value), err
}
