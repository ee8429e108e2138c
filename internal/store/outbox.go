package store

import (
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// OutboxID is the id of a message. It stays, however often the message is tried.
type OutboxID [16]byte

// OutboxTold is what was last told of a finding.
type OutboxTold struct {
	Level       hunt.Level
	First, Last telemetry.Day // of activity, 0 when no day is known
	At          time.Time     // when activity was last told
}

// OutboxItem waits to become part of a message: news of a finding for a route, or an alarm.
type OutboxItem struct {
	N       int64 // set by the store
	Route   string
	Sinks   string         // names of whom it is for, joined by commas
	Key     string         // items of a route and its sinks with the same key become one message
	Finding hunt.FindingID // zero: an alarm
	Reasons uint8          // why it is told, in bits that the outbox knows
	Level   hunt.Level
	Alarm   string // JSON, empty for a finding
	At      time.Time
}

// OutboxNews is what a change of a finding gives.
type OutboxNews struct {
	Items []OutboxItem
	Told  *OutboxTold // what is told with it; nil leaves what was told as it is
}

// OutboxTaken counts what OutboxTake did.
type OutboxTaken struct {
	Read  int // changes
	Items int
	More  bool // there may be further changes
}

// OutboxGroup is what of a route waits under one key.
type OutboxGroup struct {
	Sinks, Key    string
	First, Latest time.Time // of its items
	Items         int
	Level         hunt.Level // the highest
}

// OutboxWaiting is what of a route waits.
type OutboxWaiting struct {
	Groups []OutboxGroup // the one that waits longest first
	Sent   []time.Time   // when messages of the route were made, the earliest first
}

// OutboxPick is one message to be made of what waits.
type OutboxPick struct {
	Groups  []OutboxGroup // all with the same sinks
	Load    int           // findings that are wanted whole, of the highest level first
	Summary bool          // handed back to who makes the message
}

// OutboxPicked is what a message is made of.
type OutboxPicked struct {
	OutboxPick
	// Items are one for each finding and one for each alarm, those of the highest level first. Of very many
	// they are some; Levels counts all.
	Items    []OutboxItem
	Levels   map[hunt.Level]int
	Findings map[hunt.FindingID]*Stored
}

// OutboxMessage is one to be sent.
type OutboxMessage struct {
	ID    OutboxID
	Route string
	Sinks []string
	Level hunt.Level
	Made  time.Time
	Body  string // JSON
}

// OutboxDelivery is a message that waits to be delivered to a sink.
type OutboxDelivery struct {
	N        int64
	ID       OutboxID
	Made     time.Time
	Attempts int // that failed
	Body     string
}

// OutboxState is what became of a delivery. Numbers are written to disk.
type OutboxState uint8

// The states.
const (
	OutboxWaits OutboxState = iota
	OutboxDelivered
	OutboxGivenUp
)

// OutboxOutcome is what a try of a delivery came to.
type OutboxOutcome struct {
	N     int64
	State OutboxState
	Next  time.Time // of one that waits: not tried before
	Error string    // of one that failed
}

// OutboxSink is how it stands with a sink.
type OutboxSink struct {
	Name      string
	Waiting   uint64
	Delivered uint64 // since the beginning, as the other counts
	Failed    uint64 // tries
	GivenUp   uint64
	Error     string // the last one
	ErrorAt   time.Time
	Oldest    time.Time // when the oldest message that waits was made
}
