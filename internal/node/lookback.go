package node

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/lake"
	"stormglass/internal/ledger"
	"stormglass/internal/observable"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// lookBack holds indicators against a data folder: the ledger says on which days and in which hours a
// value was met, the engine finds the records of those hours, and where records are no longer held, the
// finding is told from the ledger alone (docs/adr/0006).
type lookBack struct {
	view    *depot.View
	index   *intel.Index
	tally   *hunt.Tally
	days    ledger.Days
	workers int
	told    told // before, of days of which records are gone

	met map[intel.EntryID]map[kindDay]*meeting
	may map[intel.EntryID]map[kindDay]uint32 // hours in which it may have been met: values like it were not kept one by one
}

type kindDay struct {
	kind telemetry.Kind
	day  telemetry.Day
}

// meeting is what the ledger holds of an indicator on one day in one kind of record.
type meeting struct {
	ledger.Row
	part intel.Part
}

// probesAtOnce bounds the memory of questions.
const probesAtOnce = 200_000

// run looks the entries back that pick chooses.
func (b *lookBack) run(ctx context.Context, pick func(intel.EntryID) bool) error {
	b.met, b.may = map[intel.EntryID]map[kindDay]*meeting{}, map[intel.EntryID]map[kindDay]uint32{}
	if err := b.ask(ctx, pick); err != nil {
		return fmt.Errorf("ask the ledger: %w", err)
	}
	if err := b.rows(ctx, pick); err != nil {
		return fmt.Errorf("read the records: %w", err)
	}
	b.fromLedger()
	return nil
}

func (b *lookBack) ask(ctx context.Context, pick func(intel.EntryID) bool) error {
	var probes []ledger.Probe
	var whose []intel.EntryID
	flush := func() error {
		err := b.view.Look(ctx, probes, b.days, func(n int, r *ledger.Row) error {
			if r.Folded && seen.Covers(&probes[n], r) {
				b.mayMeet(whose[n], r)
			} else {
				b.meet(whose[n], probes[n].Space, r)
			}
			return nil
		})
		probes, whose = probes[:0], whose[:0]
		return err
	}
	for id, v := range b.index.Values {
		if !pick(id) {
			continue
		}
		for _, p := range seen.Probes(v, false) {
			probes, whose = append(probes, p), append(whose, id)
		}
		if len(probes) >= probesAtOnce {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// mayMeet takes in a row that stands for values that were not kept one by one, the indicator's perhaps
// among them. Only records can tell.
func (b *lookBack) mayMeet(id intel.EntryID, r *ledger.Row) {
	if b.may[id] == nil {
		b.may[id] = map[kindDay]uint32{}
	}
	b.may[id][kindDay{r.Kind, r.Day}] |= r.Hours
}

// meet takes a row of the ledger in, when it is what the indicator names. A folded one stands for values
// that all are.
func (b *lookBack) meet(id intel.EntryID, space ledger.Space, r *ledger.Row) {
	part, ok := meets(b.index.Value(id), space, r.Value)
	if r.Folded && space == ledger.Names {
		part = intel.Parent
	}
	if !ok {
		return
	}
	days := b.met[id]
	if days == nil {
		days = map[kindDay]*meeting{}
		b.met[id] = days
	}
	kd := kindDay{r.Kind, r.Day}
	m := days[kd]
	if m == nil {
		m = &meeting{part: part}
		days[kd] = m
	}
	m.part = min(m.part, part)
	m.Combine(r)
}

// meets holds a value of the ledger against an indicator.
func meets(indicator observable.Value, space ledger.Space, key []byte) (intel.Part, bool) {
	if space == ledger.Addrs {
		return hunt.Meets(indicator, observable.Addr, ledger.AddrOf(key), "")
	}
	if space == ledger.Names {
		return hunt.Meets(indicator, observable.Domain, netip.Addr{}, ledger.NameOf(key))
	}
	kind, text := ledger.TextOf(key)
	return hunt.Meets(indicator, kind, netip.Addr{}, text)
}

// rows runs the engine over the hours in which the ledger met something. Community IDs are not in the
// ledger: with one among the indicators all flows are read.
func (b *lookBack) rows(ctx context.Context, pick func(intel.EntryID) bool) error {
	hours := map[kindDay]uint32{}
	want := lake.Want{}
	for id, days := range b.met {
		want.Values = append(want.Values, b.index.Value(id))
		for kd, m := range days {
			hours[kd] |= m.Hours
		}
	}
	for id, days := range b.may {
		want.Values = append(want.Values, b.index.Value(id))
		for kd, mask := range days {
			hours[kd] |= mask
		}
	}
	flows := false
	for id, v := range b.index.Values {
		flows = flows || v.Kind() == observable.CommunityID && pick(id)
	}
	if flows {
		want.Values = nil
	}
	if len(want.Values) == 0 && !flows {
		return nil
	}
	part := b.tally.Part(&telemetry.Source{Name: "the data folder", ID: telemetry.SourceID{1}})
	engine := &hunt.Engine{Index: b.index, Networks: b.view.Networks(), Sink: &hunt.Only{
		Entries: func(id intel.EntryID) bool { return pick(id) && (b.met[id] != nil || b.may[id] != nil || flows) },
		Days:    func(d telemetry.Day) bool { return b.days.From <= d && d <= b.days.To },
		Next:    part,
	}}
	wanted := depot.Wanted{Want: want.Prepared(), Workers: b.workers, Hour: func(kind telemetry.Kind, day telemetry.Day, hour int) bool {
		mask, ok := hours[kindDay{kind, day}]
		inTime := b.days.From <= day && day <= b.days.To
		return inTime && (ok && (day == 0 || mask&(1<<hour) != 0) || flows && kind == telemetry.KindFlow)
	}}
	if err := b.view.Rows(ctx, wanted, func(batch *telemetry.Batch) error { return engine.Batch(ctx, batch) }); err != nil {
		return err
	}
	part.Commit()
	return nil
}

// fromLedger tells of days of which not all records are held any more.
func (b *lookBack) fromLedger() {
	gone := map[kindDay]bool{}
	for id, days := range b.met {
		for kd, m := range days {
			missing, known := gone[kd]
			if !known {
				h := b.view.Held(kd.kind, kd.day)
				missing = h.Rows == 0 || len(h.Expired) > 0 || h.Damaged > 0
				gone[kd] = missing
			}
			if missing {
				b.tell(id, kd, m)
			}
		}
	}
}

// tell makes findings of a meeting, with the subjects of whom records did not tell before.
func (b *lookBack) tell(id intel.EntryID, kd kindDay, m *meeting) {
	v := b.index.Value(id)
	subjects := map[bool][]hunt.Subject{} // by whether they are the operator's
	for _, p := range m.Peers {
		s := b.subject(p)
		if !b.told.has(v, s, kd.day) {
			ours := s.Kind != hunt.SubjectAddr || b.view.Networks().Own(s.Addr, telemetry.LocalUnknown)
			subjects[ours] = append(subjects[ours], s)
		}
	}
	if len(m.Peers) == 0 && !b.told.values[valueDay{v, kd.day}] {
		subjects[false] = []hunt.Subject{{Kind: hunt.SubjectSource, Name: "records that have expired"}}
	}
	most := m.Largest()
	for ours, list := range subjects {
		b.tally.FromLedger(id, list, &hunt.LedgerFact{
			Day: kd.day, Kind: kd.kind, Sensor: b.view.Name(most.Sensor), Records: m.Records(), Bytes: most.Bytes,
			First: instantOf(m.First), Last: instantOf(m.Last), Roles: hunt.Roles(m.Roles), Part: m.part, Ours: ours, Subjects: m.PeerCount(),
		})
	}
}

func instantOf(unix int64) telemetry.Instant { return telemetry.Instant(unix * 1e9) }

// subject gives the subject that a peer stands for.
func (b *lookBack) subject(p ledger.Peer) hunt.Subject {
	switch p.Kind {
	case ledger.PeerAddr:
		return hunt.Subject{Addr: netip.AddrFrom16(p.Bytes).Unmap()}
	case ledger.PeerName:
		name := b.view.Name(binary.BigEndian.Uint32(p.Bytes[:]))
		if device, ok := strings.CutPrefix(name, "unregistered:"); ok {
			return hunt.Subject{Kind: hunt.SubjectDevice, Name: device}
		}
		return hunt.Subject{Kind: hunt.SubjectSource, Name: name}
	case ledger.PeerToken:
	}
	return hunt.Subject{Kind: hunt.SubjectSource, Name: b.view.PeerName(p)}
}

// complete gives the days looked at of which every record was still held, where what was not found is not
// there, and the others, of which the ledger alone tells.
func (b *lookBack) complete() (whole, ledgerOnly []telemetry.Day) {
	return completeDays(b.view, b.days)
}

// completeDays gives those of some days of which every record is still held, and the others.
func completeDays(v *depot.View, days ledger.Days) (whole, partly []telemetry.Day) {
	for day := range v.HeldDays() {
		if day < days.From || day > days.To {
			continue
		}
		missing := false
		for kind := range telemetry.NumKinds {
			h := v.Held(kind, day)
			missing = missing || len(h.Expired) > 0 || h.Damaged > 0
		}
		if missing {
			partly = append(partly, day)
		} else {
			whole = append(whole, day)
		}
	}
	return whole, partly
}
