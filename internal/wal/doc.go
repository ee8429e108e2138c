// Package wal is an append-only log of checksummed frames: a list of edits that says what a store
// consists of, or records that arrived by a socket and are not filed yet. Bytes on disk:
// docs/format/log.md.
//
// One process writes (Open, Append, Sync, Rotate, Drop), any number read (Read) without asking it.
// What Sync answered nil for is on disk and stays there in order. What was appended and not synced
// may be lost with the power, from some frame on; it may also turn up: a reader, or whoever opens the
// log next, can see a frame whose Sync was never answered or was answered with an error.
//
// Damage is never passed over. Bytes at the end of the log that are no frame are a torn tail, which
// Open cuts and reports, when nothing vouches that they had been synced: no frame behind them, and not
// the file SYNCED, which Close writes. Any other damage is a *DamageError that names file and offset.
// A log whose frames mean something alone can be had around its damage: Open with Options.Past, then
// Salvage, which tells what is lost.
//
// After a write or a Sync that did not succeed a Log accepts nothing more: what a failed fsync leaves
// on disk is unknown, and asking again would only seem to succeed. Open writes what is not known to be
// on disk over itself.
package wal
