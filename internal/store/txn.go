package store

import (
	"context"
	"database/sql"
	"errors"
)

// txn runs SQL in one transaction and prepares each text once. The transaction closes them.
type txn struct {
	tx       *sql.Tx
	prepared map[string]prepared
}

// prepared is a statement that the transaction closes.
type prepared interface {
	ExecContext(ctx context.Context, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, args ...any) *sql.Row
}

func newTxn(tx *sql.Tx) *txn {
	return &txn{tx: tx, prepared: map[string]prepared{}}
}

func (t *txn) of(ctx context.Context, query string) (prepared, error) {
	if st, ok := t.prepared[query]; ok {
		return st, nil
	}
	st, err := t.tx.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	t.prepared[query] = st
	return st, nil
}

// exec runs a statement that gives no rows.
func (t *txn) exec(ctx context.Context, query string, args ...any) error {
	_, err := t.count(ctx, query, args...)
	return err
}

// count runs a statement that gives no rows, and says how many it changed.
func (t *txn) count(ctx context.Context, query string, args ...any) (int64, error) {
	st, err := t.of(ctx, query)
	if err != nil {
		return 0, err
	}
	r, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// insert runs an INSERT and gives the number of the row.
func (t *txn) insert(ctx context.Context, query string, args ...any) (int64, error) {
	st, err := t.of(ctx, query)
	if err != nil {
		return 0, err
	}
	r, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// each calls f at every row of a query's answer.
func (t *txn) each(ctx context.Context, f func(scan scanner) error, query string, args ...any) error {
	st, err := t.of(ctx, query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one reads the only row of a query's answer into dest; ok is false when there is none.
func (t *txn) one(ctx context.Context, dest []any, query string, args ...any) (ok bool, err error) {
	st, err := t.of(ctx, query)
	if err != nil {
		return false, err
	}
	err = st.QueryRowContext(ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// scanner reads the columns of a row.
type scanner func(dest ...any) error
