package report

import (
	"time"
)

// Privacy says what a data folder keeps, why, how long, and who read it. Days are 2006-01-02, empty when there
// is none.
type Privacy struct {
	Data      string
	At        time.Time
	Registers PrivacyRegisters
	Rows      []KeptRows
	Ledger    KeptLedger
	Sealed    KeptSealed
	Database  KeptDatabase
	Holds     []Hold
	Purges    []PurgeNote
	Expired   []ExpiredRows
	Asked     []AskedCount // in the last AskedDays
	Revealed  []RevealNote // in the last AskedDays
	AskedDays int

	QuarantineFiles int // damaged files that lie aside
	QuarantineBytes uint64
}

// PrivacyRegisters says which registers are in force.
type PrivacyRegisters struct {
	Networks  bool // networks.yaml states a network
	Prefixes  int
	Customers int    // of them, those that are subscribers' today
	Retention bool   // retention.yaml is there
	Version   string // of both, hex
}

// KeptRows is the records of a class and kind.
type KeptRows struct {
	Class, Kind  string
	Rows         uint64
	Undated      uint64 // of them, those without a time
	Bytes        uint64
	Files        int
	First, Last  string // days they are of
	Days         int    // how long they are kept
	From         string // where that number comes from: "default", or file and line
	Over, OnHold uint64 // rows over their time that go with the next upkeep, or that a case holds
}

// KeptLedger is what the ledger keeps of values.
type KeptLedger struct {
	Spaces      []KeptSpace
	Held        int // days
	First, Last string
	Days        int // how long rows are kept
	From        string

	TokenSegments         int // that name subscribers by token
	TokenFirst, TokenLast string
	TokenDays             int
	TokenFrom             string
}

// KeptSpace is a part of the ledger.
type KeptSpace struct {
	Space       string // "addrs", "names", "texts"
	Rows, Bytes uint64
}

// KeptSealed is the vault.
type KeptSealed struct {
	Values, Bytes uint64
	Recipient     bool // there is a key to seal to
}

// KeptDatabase is what the database keeps.
type KeptDatabase struct {
	Bytes        uint64
	Sources      uint64
	IntelFiles   int
	IntelValues  uint64
	Findings     map[string]int // by status
	FindingsGone int
	FindingsSubs int // about a subscriber's address
}

// PurgeNote is a purge that was asked for.
type PurgeNote struct {
	Kind     string // of the value
	Who, Why string
	Asked    time.Time
	Done     time.Time // zero while something is left
}

// ExpiredRows is what was removed because its time was over.
type ExpiredRows struct {
	Kind, Class string // Kind is "ledger" for rows of the ledger
	Rows        uint64
	First, Last string // days they were of
	On          string // day of the last removal
}

// AskedCount is how often somebody asked something of what is kept.
type AskedCount struct {
	Who, Command        string
	Times               int
	Values, Subscribers uint64
	Last                time.Time
}

// RevealNote is a time when somebody opened what was sealed.
type RevealNote struct {
	When     time.Time
	Who, Why string
	Values   uint64
}
