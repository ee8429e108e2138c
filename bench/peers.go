package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // registers the driver
)

// peers asks DuckDB and nfdump what look asks the ledger.
func (b *bench) peers(ctx context.Context) (err error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1) // temporary tables are of a connection
	for _, s := range []string{"SET threads = 2", "SET parquet_metadata_cache = true", "CREATE TEMP TABLE wanted (ip VARCHAR)"} {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	every := max(1, b.flows/b.nfdump)
	head("days", "values", "seen", "DuckDB", fmt.Sprintf("nfdump, 1 flow in %d", every))
	for _, n := range windows {
		files, err := files(ctx, b.data(), b.since(n))
		if err != nil {
			return err
		}
		for _, c := range counts {
			if err := b.peerRow(ctx, db, files, n, c.n, c.percent); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) peerRow(ctx context.Context, db *sql.DB, files string, days, n, percent int) error {
	list := lines(values(n, percent))
	if _, err := db.ExecContext(ctx, "DELETE FROM wanted"); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "INSERT INTO wanted SELECT unnest(string_split(?, chr(10)))", strings.TrimSpace(list)); err != nil {
		return err
	}
	var met int
	duck, duckLeast, err := median(3, func() error { return db.QueryRowContext(ctx, duckQuery(files)).Scan(&met) })
	if err != nil {
		return err
	}
	nf := "-"
	if n <= 1000 || days == 30 {
		filter := filepath.Join(b.dir, "filter")
		text := "ip in [ " + strings.Join(strings.Fields(list), " ") + " ]\n"
		if err := os.WriteFile(filter, []byte(text), 0o600); err != nil {
			return err
		}
		middle, least, err := median(3, func() error { return b.nfdumpSeen(filter, days) })
		nf = short(middle, least)
		if err != nil {
			nf = err.Error()
		}
	}
	row(days, n, met, short(duck, duckLeast), nf)
	return nil
}

// duckQuery gives first, last, records and bytes of each address, as an answer of seen has them, and
// counts the addresses.
func duckQuery(files string) string {
	const side = `SELECT "%s.ip" ip, "@timestamp" t, "source.bytes" bytes FROM read_parquet(%s) SEMI JOIN wanted ON "%[1]s.ip" = wanted.ip`
	return `SELECT count(*) FROM (SELECT ip, min(t) earliest, max(t) latest, count(*) records, sum(bytes) bytes FROM (` +
		fmt.Sprintf(side, "source", files) + " UNION ALL " + fmt.Sprintf(side, "destination", files) +
		`) GROUP BY ip HAVING earliest <= latest AND bytes > 0)`
}
