package depot

import (
	"encoding/json"
	"time"

	"stormglass/internal/lake"
	"stormglass/internal/ledger"
	"stormglass/internal/telemetry"
	"stormglass/internal/wal"
)

// Edit is one commit to the data folder.
type Edit struct {
	Entry        uint64            `json:"entry"` // its number, from 1
	Time         time.Time         `json:"time"`
	Why          string            `json:"why"` // ingest, merge, expire, purge, repair
	Names        map[uint32]string `json:"names,omitempty"`
	AddFiles     []File            `json:"add_files,omitempty"`
	DropFiles    []string          `json:"drop_files,omitempty"`
	AddSegments  []Segment         `json:"add_segments,omitempty"`
	DropSegments []string          `json:"drop_segments,omitempty"`
	Sources      []Source          `json:"sources,omitempty"`
	Holes        []Hole            `json:"holes,omitempty"`
	Filled       []telemetry.Day   `json:"filled,omitempty"` // days of which holes of the ledger were made good
	Tombstones   []Tombstone       `json:"tombstones,omitempty"`
	Purged       []uint64          `json:"purged,omitempty"` // tombstones that were carried out
	Expired      []Expired         `json:"expired,omitempty"`
	Log          wal.Position      `json:"log,omitempty"`       // frames of the log of what arrived before this one are kept
	Registers    string            `json:"registers,omitempty"` // version under which records were classed
	Rules        string            `json:"rules,omitempty"`     // version of the rules that the records were held against
	Matched      json.RawMessage   `json:"matched,omitempty"`   // what they matched, for the database; snapshots leave it out
	Covered      json.RawMessage   `json:"covered,omitempty"`   // who sent what in which hour (coverage.Counter), for the database; snapshots leave it out
}

// File is a file of the lake as the manifest knows it.
type File struct {
	lake.File
	Taken telemetry.Day `json:"taken"` // when its records were taken in, the latest of them
	Entry uint64        `json:"entry"` // of the edit that took the latest of its records in
}

// Segment is a segment of the ledger as the manifest knows it.
type Segment struct {
	Name  string          `json:"name"`
	Info  ledger.Info     `json:"info"`
	Days  []telemetry.Day `json:"days"` // of which it has rows, ascending
	Taken telemetry.Day   `json:"taken"`
}

// Source is a source, or the first part of one, whose records are kept.
type Source struct {
	ID      telemetry.SourceID `json:"id"`   // SHA-256 of its content, or of the part that was read
	Head    Fingerprint        `json:"head"` // of its first 4 KiB
	Bytes   uint64             `json:"bytes"`
	Lines   uint64             `json:"lines"`          // lines of which the records are kept
	Part    bool               `json:"part,omitempty"` // reading went on, or was to go on, after these lines
	After   telemetry.SourceID `json:"after,omitzero"` // the state of the same source that was known before
	Rows    telemetry.SourceID `json:"rows"`           // what the rows of the lake call it: its content was not known when they were written
	Account *Account           `json:"account,omitempty"`
}

// Account is what is told of a source: telemetry.Account as it is stored. Snapshots of the manifest
// leave it out, the database keeps it.
type Account struct {
	Name    string            `json:"name"`
	Format  string            `json:"format"`
	Sensor  string            `json:"sensor"`
	Records uint64            `json:"records"`
	Lost    uint64            `json:"lost,omitempty"`
	Undated uint64            `json:"undated,omitempty"`
	Kinds   map[string]uint64 `json:"kinds,omitempty"`
	First   telemetry.Instant `json:"first,omitempty"`
	Last    telemetry.Instant `json:"last,omitempty"`
	Failed  string            `json:"failed,omitempty"`

	Problems []telemetry.Problem `json:"problems,omitempty"`
}

// Fingerprint is SHA-256 over the first 4 KiB of a source, cut to 16 bytes. It tells which known
// sources a source may be the same as, or a longer state of.
type Fingerprint [16]byte

// Hole is a stretch of what was kept that can no longer be read: it counts as not assessed.
type Hole struct {
	Found time.Time     `json:"found"`
	What  string        `json:"what"` // file or segment
	Kind  string        `json:"kind"` // kind of record or space of the ledger
	From  telemetry.Day `json:"from"`
	To    telemetry.Day `json:"to"`
	Rows  uint64        `json:"rows"`
	Why   string        `json:"why"`
}

// Tombstone is a value that is to be removed, until every place that held it was rewritten. The
// value itself is kept only as long.
type Tombstone struct {
	Number uint64    `json:"number"`
	Kind   string    `json:"kind"`
	Value  string    `json:"value"`
	Time   time.Time `json:"time"`
	By     string    `json:"by,omitempty"`
	Reason string    `json:"reason,omitempty"`
}

// Expired counts rows that were removed because their time was over.
type Expired struct {
	Kind  string        `json:"kind"` // kind of record, or "ledger"
	Class string        `json:"class,omitempty"`
	Day   telemetry.Day `json:"day"`
	Rows  uint64        `json:"rows"`
	On    telemetry.Day `json:"on"` // when
}

// ledgerKind is the Kind of rows of the ledger.
const ledgerKind = "ledger"
