package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"stormglass/internal/fault"
)

// Options are ways to open a store.
type Options struct {
	// ReadOnly opens an existing file without ever changing it, while another process may write.
	ReadOnly bool
	// Now gives the time that a change is marked with; time.Now when nil.
	Now func() time.Time
}

// Store is an open stormglass.db. It is safe for use by several goroutines.
type Store struct {
	path  string
	now   func() time.Time
	write *sql.DB // one connection; nil when opened for reading only
	read  *sql.DB
}

// Close lets go of the file.
func (s *Store) Close() error {
	err := s.read.Close() // first: the last connection to close folds the log into the file
	if s.write != nil {
		err = errors.Join(err, s.write.Close())
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", s.path, explain(err))
	}
	return nil
}

// change runs f in the one transaction that may write; what says what it is for.
func (s *Store) change(ctx context.Context, what string, f func(*txn) error) error {
	if s.write == nil {
		return fault.Wrap(fault.Denied, fmt.Errorf("%s: %s is open for reading only", what, s.path))
	}
	return s.transact(ctx, s.write, &sql.TxOptions{}, what, f)
}

// view runs f on one state of the file that does not change under it.
func (s *Store) view(ctx context.Context, what string, f func(*txn) error) error {
	return s.transact(ctx, s.read, &sql.TxOptions{ReadOnly: true}, what, f)
}

func (s *Store) transact(ctx context.Context, db *sql.DB, o *sql.TxOptions, what string, f func(*txn) error) error {
	tx, err := db.BeginTx(ctx, o)
	if err != nil {
		return fmt.Errorf("%s: begin: %w", what, explain(err))
	}
	defer tx.Rollback()
	if err := f(newTxn(tx)); err != nil {
		return fmt.Errorf("%s: %w", what, explain(err))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: commit: %w", what, explain(err))
	}
	return nil
}
