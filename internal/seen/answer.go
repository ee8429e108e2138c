package seen

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/ledger"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Verdict is the answer in one word.
type Verdict uint8

// The verdicts.
const (
	NotSeen     Verdict = iota // not met on the days that are held
	Seen                       // met
	NotExact                   // on some days values like it were not kept one by one; on no other day was it met
	NotKept                    // not kept by policy: nothing can be said
	NoValue                    // the question is no value
	NotHeld                    // nothing is held of the days asked for: nothing can be said
	NotAssessed                // not met, but a part of the ledger in which it could stand cannot be read
)

// String gives the verdict as a stable name for machines.
func (v Verdict) String() string {
	return [...]string{"not_seen", "seen", "not_exact", "not_kept", "no_value", "not_held", "not_assessed"}[v]
}

// Answer is what is known of one value.
type Answer struct {
	Question
	Verdict Verdict
	Why     string // of a verdict that is neither yes nor no
	Note    string // what limits the answer besides

	First, Last time.Time // zero when no record had a time; to the second
	Records     uint64
	Kinds       map[telemetry.Kind]uint64 // records by kind
	Roles       hunt.Roles
	Days        []Day // on which it was met, in order
	Sensors     []Sensor
	Peers       []string // the operator's ends, at most four
	PeerCount   int      // of distinct ones: exact up to four, then an estimate
	Values      []Value  // what was met, where the question covers several values: those with most records
	ValueCount  int      // distinct ones
	Estimated   bool     // ValueCount is an estimate
	Folded      []Fold   // days on which it may have been met, but not kept by itself
	Rows        []hunt.Sample
	RowsLost    []RowsLost // days whose records are no longer held, all or some
	RowsCut     bool       // there are more rows than were asked for
}

// Day is what was met on one day.
type Day struct {
	Day     telemetry.Day
	Hours   uint32 // bit h: in hour h, UTC
	Records uint64
}

// Sensor is what one sensor saw: never to be added up over sensors.
type Sensor struct {
	Name                    string
	Records, Bytes, Packets uint64
}

// Value is one of several values that a question covers.
type Value struct {
	Value   observable.Value
	Records uint64
}

// Fold is a day on which values like the one asked for were not kept one by one.
type Fold struct {
	Day    telemetry.Day
	As     string // "*.example.com", "192.0.2.0/24"
	Values uint64 // how many were folded into it
}

// RowsLost says why rows of a day are not held, although the ledger knows of them.
type RowsLost struct {
	Day  telemetry.Day
	Kind telemetry.Kind
	Why  string // "expired on 2026-11-08 (transit)", "damaged"
}

// Result answers all questions.
type Result struct {
	Asked   time.Time
	Version string // of the program
	Answers []Answer
	Window  Window
	Took    time.Duration
}

// Window is what could be looked at.
type Window struct {
	First, Last telemetry.Day // of the ledger, or of the time asked for; zero when nothing is held
	Held        int           // days between them of which the ledger holds rows
	Missing     []telemetry.Day
	Undated     bool         // rows without a time were looked at, too
	Damaged     []depot.Hole // what could not be read
	Since       telemetry.Day
	Until       telemetry.Day
	Expired     telemetry.Day // days of the ledger before this one have been removed, the day itself too; zero when none
}

// Count gives how many answers have a verdict.
func (r *Result) Count(v Verdict) int {
	n := 0
	for i := range r.Answers {
		if r.Answers[i].Verdict == v {
			n++
		}
	}
	return n
}

// Largest gives the sensor that saw most bytes.
func (a *Answer) Largest() Sensor {
	if len(a.Sensors) == 0 {
		return Sensor{}
	}
	return slices.MaxFunc(a.Sensors, func(x, y Sensor) int {
		return cmp.Or(cmp.Compare(x.Bytes, y.Bytes), cmp.Compare(x.Packets, y.Packets), cmp.Compare(x.Records, y.Records))
	})
}

// gathering is an answer being put together from rows of the ledger.
type gathering struct {
	first, last int64
	roles       uint8
	records     uint64
	kinds       [telemetry.NumKinds]uint64
	days        map[telemetry.Day]*Day
	kindDays    map[kindDay]struct{}
	sensors     []ledger.Seen
	peers       []ledger.Peer
	more        uint64
	values      map[string]uint64 // by space and key
	key         []byte
	crowd       *crowd // of values, once there are too many to count one by one
	folds       map[telemetry.Day]Fold
}

type kindDay struct {
	kind telemetry.Kind
	day  telemetry.Day
}

func (g *gathering) add(space ledger.Space, r *ledger.Row) {
	if g.days == nil {
		g.days, g.kindDays, g.values = map[telemetry.Day]*Day{}, map[kindDay]struct{}{}, map[string]uint64{}
	}
	n := r.Records()
	g.first, g.last = ledger.Span(g.first, g.last, r.First, r.Last)
	g.roles |= r.Roles
	g.records += n
	g.kinds[r.Kind] += n
	g.kindDays[kindDay{r.Kind, r.Day}] = struct{}{}
	d := g.days[r.Day]
	if d == nil {
		d = &Day{Day: r.Day}
		g.days[r.Day] = d
	}
	d.Hours |= r.Hours
	d.Records += n
	for _, s := range r.Sensors {
		g.sensors = ledger.AddSeen(g.sensors, s)
	}
	g.peers, g.more = ledger.CombinePeers(g.peers, g.more, r.Peers, r.More)
	g.value(space, r, n)
}

// holds reports whether rows of the ledger tell of a kind's records at a time.
func (g *gathering) holds(kind telemetry.Kind, at telemetry.Instant) bool {
	day := at.Day()
	_, ok := g.kindDays[kindDay{kind, day}]
	return ok && (day == 0 || g.days[day].Hours&(1<<at.Time().Hour()) != 0)
}

// fold notes a row that stands for values that were not kept one by one.
func (g *gathering) fold(space ledger.Space, r *ledger.Row) {
	if g.folds == nil {
		g.folds = map[telemetry.Day]Fold{}
	}
	f := g.folds[r.Day]
	f.Day, f.As = r.Day, foldName(space, r.Value)
	f.Values += r.Values
	g.folds[r.Day] = f
}

func foldName(space ledger.Space, value []byte) string {
	if space == ledger.Names {
		return "*." + ledger.NameOf(value)
	}
	return foldedNetwork(value).String()
}

// foldedNetwork gives the network of which a folded row of addresses stands for some.
func foldedNetwork(value []byte) netip.Prefix {
	a := ledger.AddrOf(value)
	if a.Is4() {
		return netip.PrefixFrom(a, 24)
	}
	return netip.PrefixFrom(a, 48)
}
