package store

import "context"

// Cursor gives how far a reader has read, 0 when it has not begun.
func (s *Store) Cursor(ctx context.Context, name string) (at uint64, err error) {
	err = s.view(ctx, "read cursor "+name, func(t *txn) error {
		var n int64
		_, err := t.one(ctx, []any{&n}, `SELECT n FROM cursors WHERE name = ?`, name)
		at = uint64(n)
		return err
	})
	return at, err
}

// SetCursor keeps how far a reader has read.
func (s *Store) SetCursor(ctx context.Context, name string, at uint64) error {
	return s.change(ctx, "set cursor "+name, func(t *txn) error {
		n, err := number("cursor", at)
		if err != nil {
			return err
		}
		return t.exec(ctx, `INSERT INTO cursors (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = excluded.n`, name, n)
	})
}
