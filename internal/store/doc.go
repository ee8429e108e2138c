// Package store keeps the state of the service in one SQLite file, stormglass.db: which sources were
// taken in, which values are hunted and how far each was looked up in the past, findings with what
// people decided about them, cursors, holds, purges, and who asked what.
//
// The file is in WAL mode with synchronous=FULL, mode 0600, its tables are STRICT; docs/format/store.md
// has them. It has one writer at a time. Other processes may read beside it (Options.ReadOnly); what
// they see is what was committed when their call began.
//
// A call that changes something is one transaction: after a crash it happened or it did not. Secrets
// are not kept here: values that identify subscribers are refused unless they are tokens (package
// vault), and samples come redacted (package hunt).
//
// Errors have a fault.Kind: Busy while another process writes for longer than it should, NotFound and
// Invalid for what the caller names, Conflict for what a hold or the state of the file forbids, Denied
// for writing to a store that was opened for reading.
package store
