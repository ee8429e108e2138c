package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite" // also the driver
	sqlite3 "modernc.org/sqlite/lib"

	"stormglass/internal/fault"
)

// busyMillis is how long a call waits for another process before it says busy.
const busyMillis = "10000"

// maxReaders bounds the connections that read at once.
const maxReaders = 4

// Open opens the store at path and brings its tables up to this build's. A file that does not exist is
// made, unless o.ReadOnly is set. A file of a newer build, or one that is no store, is refused and not
// changed.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{path: path, now: o.Now}
	if s.now == nil {
		s.now = time.Now
	}
	if s.read, err = sql.Open("sqlite", dsn(path, true)); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	s.read.SetMaxOpenConns(maxReaders)
	s.read.SetMaxIdleConns(maxReaders)
	open := s.openToWrite
	if o.ReadOnly {
		open = s.openToRead
	}
	if err := open(ctx); err != nil {
		_ = s.Close() // the first error is the one that tells
		return nil, fmt.Errorf("open %s: %w", path, explain(err))
	}
	return s, nil
}

func (s *Store) openToRead(ctx context.Context) error {
	if _, err := os.Stat(s.path); errors.Is(err, fs.ErrNotExist) {
		return fault.Hint(fault.NotFound, err, "nothing was taken in yet: stormglass ingest")
	} else if err != nil {
		return err
	}
	version, err := s.version(ctx)
	if err != nil {
		return err
	}
	if version < latest {
		return fault.Hint(fault.Conflict, fmt.Errorf("its tables are of version %d, this build reads version %d", version, latest),
			"any command that writes, such as stormglass ingest, brings the file up to date")
	}
	return nil
}

func (s *Store) openToWrite(ctx context.Context) error {
	if err := create(s.path); err != nil {
		return err
	}
	_, err := s.version(ctx) // before anything may change the file
	if halfWritten(err) {
		if err = rollBack(ctx, s.path); err == nil {
			_, err = s.version(ctx)
		}
	}
	if err != nil {
		return err
	}
	if s.write, err = sql.Open("sqlite", dsn(s.path, false)); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	return s.migrate(ctx)
}

// halfWritten reports whether a file cannot be read because somebody was killed while it was made, before its log was: a
// journal lies beside it that who may only read must not roll back (sqlite.org/rescode.html#readonly_rollback).
func halfWritten(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code() == sqlite3.SQLITE_READONLY_ROLLBACK
}

// rollBack has SQLite undo what stands half in the file, as whoever opened it next would, and changes nothing else.
func rollBack(ctx context.Context, path string) (err error) {
	q := url.Values{"_pragma": both, "mode": {"rw"}}
	db, err := sql.Open("sqlite", uri(path, q))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var tables int
	return db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables)
}

// create makes the file when it is not there, and takes it away from other users when it is: the files
// that SQLite makes beside it get the same mode. It never opens one that is there, for closing it would
// give up the locks that this process holds on it (fcntl(2)).
func create(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		return f.Close()
	case err != nil:
		return err
	case info.Mode().Perm()&0o077 != 0:
		return os.Chmod(path, 0o600)
	}
	return nil
}

// connection settings, in the order in which they are made.
var (
	both    = []string{"busy_timeout(" + busyMillis + ")", "foreign_keys(on)", "trusted_schema(off)", "cell_size_check(on)"}
	writing = []string{
		"journal_mode(wal)", "synchronous(full)", "secure_delete(on)", "temp_store(memory)",
		"cache_size(-32768)", "journal_size_limit(67108864)",
	}
	reading = []string{"query_only(on)", "temp_store(memory)"}
)

// dsn gives the driver's name for the file: a URI, since plain names take no mode.
func dsn(path string, readOnly bool) string {
	q := url.Values{"_pragma": both}
	if readOnly {
		q.Set("mode", "ro")
		q["_pragma"] = append(q["_pragma"][:len(both):len(both)], reading...)
	} else {
		q.Set("mode", "rw")
		q.Set("_txlock", "immediate")
		q["_pragma"] = append(q["_pragma"][:len(both):len(both)], writing...)
	}
	return uri(path, q)
}

// uri names the file with settings.
func uri(path string, q url.Values) string {
	name := filepath.ToSlash(path)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name // a drive's letter
	}
	return (&url.URL{Scheme: "file", Path: name, RawQuery: q.Encode(), OmitHost: true}).String()
}
