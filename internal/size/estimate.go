package size

import (
	"math"

	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

const secondsPerDay = 86400

// Estimate is what a load needs.
type Estimate struct {
	Lake   []LakePart
	Ledger []LedgerPart
	Vault  float64 // bytes on disk
	Memory []Holder
	Costs  Costs
}

// LakePart is the rows of a class and kind.
type LakePart struct {
	Class       register.RowClass
	Kind        telemetry.Kind
	RowsPerDay  float64
	BytesPerDay float64
	Days        int
	Bytes       float64 // once Days have passed
}

// LedgerPart is the rows of a space of the ledger.
type LedgerPart struct {
	Space       string // "addrs", "names", "texts"
	Stated      bool   // the operator gave the number
	Folded      bool   // the day's budget is reached: further values are folded
	RowsPerDay  float64
	BytesPerDay float64
	Days        int
	Bytes       float64
}

// Holder is who holds memory.
type Holder struct {
	Name   string
	Bytes  float64
	Mapped bool // the system can take it back: fast while it is there
}

// Of estimates a load, which was validated.
func Of(l Load, c Costs) Estimate {
	e := Estimate{Costs: c, Vault: l.Subscribers * c.Sealed}
	shares := l.shares()
	perDay := map[telemetry.Kind]float64{
		telemetry.KindFlow: l.FlowsPerSecond * l.seen(c.FlowPackets) * secondsPerDay,
		telemetry.KindDNS:  l.DNSPerSecond * secondsPerDay,
	}
	for class := register.NumRowClasses; class > 0; {
		class--
		for _, kind := range []telemetry.Kind{telemetry.KindFlow, telemetry.KindDNS} {
			e.addLake(&l, class, kind, perDay[kind]*shares[class])
		}
	}
	e.addLake(&l, register.RowsOwn, telemetry.KindEvent, l.EventsPerSecond*secondsPerDay)

	// Ends of flows that are ledger keys: both, but one only of a subscriber's; and an address in
	// each answer.
	addrs := perDay[telemetry.KindFlow]*(2-shares[register.RowsSubscriber]) + perDay[telemetry.KindDNS]
	e.addLedger(&l, "addrs", l.AddrsPerDay, c.Addr.Of(addrs), c.LedgerAddr)
	e.addLedger(&l, "names", l.NamesPerDay, c.Name.Of(perDay[telemetry.KindDNS]), c.LedgerName)
	e.addLedger(&l, "texts", l.TextsPerDay, c.Text.Of(l.EventsPerSecond*secondsPerDay), c.LedgerText)
	e.addMemory(&l)
	return e
}

func (e *Estimate) addLake(l *Load, class register.RowClass, kind telemetry.Kind, rows float64) {
	if rows == 0 {
		return
	}
	p := LakePart{Class: class, Kind: kind, RowsPerDay: rows, BytesPerDay: rows * e.Costs.LakeRow[kind], Days: l.Retention.Days(class, kind)}
	p.Bytes = p.BytesPerDay * float64(p.Days)
	e.Lake = append(e.Lake, p)
}

func (e *Estimate) addLedger(l *Load, space string, stated, estimated, bytes float64) {
	p := LedgerPart{Space: space, Stated: stated > 0, RowsPerDay: estimated, Days: l.Retention.Ledger()}
	if p.Stated {
		p.RowsPerDay = stated
	}
	if p.RowsPerDay == 0 {
		return
	}
	p.Folded = p.RowsPerDay > e.Costs.DayBudget
	p.RowsPerDay = min(p.RowsPerDay, e.Costs.DayBudget)
	p.BytesPerDay = p.RowsPerDay * bytes
	p.Bytes = p.BytesPerDay * float64(p.Days)
	e.Ledger = append(e.Ledger, p)
}

func (e *Estimate) addMemory(l *Load) {
	c, rows := &e.Costs, 0.0
	for _, p := range e.Ledger {
		rows += p.RowsPerDay * float64(p.Days)
	}
	e.Memory = []Holder{
		{Name: "base", Bytes: c.Base},
		{Name: "ledger tables", Bytes: c.Table * float64(len(e.Ledger))},
		{Name: "lake files being written", Bytes: c.LakeFile * float64(len(e.Lake))},
		{Name: "indicators", Bytes: c.Indicator * l.Indicators},
		{Name: "vault", Bytes: c.SealedMem * l.Subscribers},
		{Name: "ledger filters and fences", Bytes: c.FilterRow * rows, Mapped: true},
	}
}

// BytesPerDay is what a day adds while nothing expires.
func (e *Estimate) BytesPerDay() float64 { return e.rows(1) }

// Bytes is what is kept once everything has reached its age, without what must stay free.
func (e *Estimate) Bytes() float64 { return e.after(math.MaxInt32) }

// Disk is how large a disk should be: Bytes and what must stay free.
func (e *Estimate) Disk() float64 { return e.Bytes() / (1 - e.Costs.Spare) }

// Heap is the memory that must be there; Mapped is what makes look-ups fast besides.
func (e *Estimate) Heap() float64 { return e.memory(false) }

// Mapped is the memory that the system fills with files when it has it.
func (e *Estimate) Mapped() float64 { return e.memory(true) }

func (e *Estimate) memory(mapped bool) (sum float64) {
	for _, h := range e.Memory {
		if h.Mapped == mapped {
			sum += h.Bytes
		}
	}
	return sum
}

// after gives the bytes that are kept after so many days.
func (e *Estimate) after(days int) float64 { return e.Vault + e.rows(days) }

func (e *Estimate) rows(days int) (sum float64) {
	for _, p := range e.Lake {
		sum += p.BytesPerDay * float64(min(days, p.Days))
	}
	for _, p := range e.Ledger {
		sum += p.BytesPerDay * float64(min(days, p.Days))
	}
	return sum
}

// DaysInto gives for how many days everything fits onto a disk of so many bytes. When all of it fits for
// as long as retention says, all is true and days is the longest retention.
func (e *Estimate) DaysInto(disk float64) (days int, all bool) {
	room, longest := disk*(1-e.Costs.Spare), e.longest()
	if e.after(longest) <= room {
		return longest, true
	}
	low, high := 0, longest // low fits unless it is 0, high does not
	for high-low > 1 {
		if mid := (low + high) / 2; e.after(mid) <= room {
			low = mid
		} else {
			high = mid
		}
	}
	return low, false
}

func (e *Estimate) longest() (days int) {
	for _, p := range e.Lake {
		days = max(days, p.Days)
	}
	for _, p := range e.Ledger {
		days = max(days, p.Days)
	}
	return days
}
