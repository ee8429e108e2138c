package store

import (
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"stormglass/internal/fault"
)

// explain gives an error of SQLite its kind and, where there is one, the way out.
func explain(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	if halfWritten(err) {
		return fault.Hint(fault.Conflict, err, "somebody was stopped while the file was made: any command that writes, such as stormglass ingest, sets it right")
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.Hint(fault.Busy, err, "another process is writing; try again when it is done")
	case sqlite3.SQLITE_NOTADB:
		return fault.Hint(fault.Invalid, err, "the file is not a database, or its beginning is damaged: put back a copy of stormglass.db, "+
			"or move it away (with stormglass.db-wal) and take the telemetry in again; findings' triage is only in this file")
	case sqlite3.SQLITE_CORRUPT:
		return fault.Hint(fault.Internal, err, "the file is damaged: stormglass check tells how far; put back a copy of stormglass.db")
	case sqlite3.SQLITE_FULL:
		return fault.Hint(fault.Conflict, err, "the disk is full: make room; nothing was changed")
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fault.Hint(fault.Denied, err, "see who owns the folder and the file")
	}
	return err
}
