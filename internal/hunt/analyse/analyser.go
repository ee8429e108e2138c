package analyse

import (
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// Analyser is one way of looking through records. It holds nothing between calls; Note is called from any number of goroutines.
type Analyser interface {
	// Name is the analyser's, "beacon": its records have the dataset "stormglass.beacon".
	Name() string
	// Kinds are the kinds of record it looks at.
	Kinds() []telemetry.Kind
	Bounds() Bounds
	// Note puts down what matters of the records of a batch. Nothing of the batch is kept.
	Note(n *Notes, b *telemetry.Batch)
	// Extract makes rows of the notes of one key on one day. Keys come in order, and rows are given in the order of their keys.
	Extract(d *Day, g *Group)
	// Judge emits the derived records of a day.
	Judge(w *Window) error
}

// Bounds says how much an analyser may hold, and of how many days.
type Bounds struct {
	Version uint32 // of the form of its rows: kept extracts of another version are made again
	Days    int    // how many are judged together, of which the last is told of; at least 1
	Keep    bool   // extracts are kept in a data folder: where the days before are many, or their records may be gone
	Values  int    // notes of one key and day that are kept, for each part that waits on disk; further ones are counted (Group.More)
	Evict   int    // when the disk's share is used up, keys with fewer notes than this go first, then those with few in few hours; 0: none of them does
	Thin    int    // when the disk's share is used up, keys with so many notes an hour are left with Thinned, the others count as Group.More; 0: with all
	Rows    int    // bytes of rows of a day; beyond them those of keys with few notes in few hours go first

	Known func(key []byte) bool // keys that stand in the operator's registers: no flood of others takes their room; nil: none does
}

// Thinned is how many notes are left of a key with very many, when disk is short.
const Thinned = 64

// Env is what analysers know besides records. It does not change while they run.
type Env struct {
	Networks  hunt.Networks
	Registers *register.Registers // nil: nothing is stated
}

func (e Env) registers() *register.Registers {
	if e.Registers == nil {
		return &register.Registers{}
	}
	return e.Registers
}

// Subscriber reports whether an address is a customer's: those are looked at by no analyser, as they are not the operator's machines,
// and what they do is nobody's business.
func (n *Notes) Subscriber(e *telemetry.Ends, at telemetry.Instant) bool {
	if n.Registers == nil || !n.Registers.Networks.Stated() {
		return false
	}
	return n.Registers.Networks.Class(e.Src, at) == register.Subscriber || n.Registers.Networks.Class(e.Dst, at) == register.Subscriber
}

// Own reports which ends of a conversation are the operator's.
func (n *Notes) Own(e *telemetry.Ends) (src, dst bool) {
	return n.Networks.Own(e.Src, e.SrcLocal), n.Networks.Own(e.Dst, e.DstLocal)
}

// Notes is where an analyser puts down what matters of a batch.
type Notes struct {
	Networks  hunt.Networks
	Registers *register.Registers // never nil

	table    *table
	analyser uint8
	source   uint32
	key      []byte
	put      uint64
}

const (
	hourLength = int64(time.Hour)
	dayLength  = 24 * hourLength
)

// Put keeps a note of a record of some time under a key. Neither key nor value is kept by reference. Without a time nothing is kept.
func (n *Notes) Put(at telemetry.Instant, key, value []byte) {
	if !at.Known() {
		return
	}
	day := at.Day()
	n.key = append(appendPlace(n.key[:0], n.analyser, day), key...)
	n.put++
	n.table.add(n.key, int((int64(at)-int64(day)*dayLength)/hourLength), n.source, value)
}
