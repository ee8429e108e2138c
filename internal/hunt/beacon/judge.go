package beacon

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// Extract implements analyse.Analyser. A row is the observations of a pair on a day, in order, after the number of those that were only
// counted. A day on which a pair has one observation says nothing of how regular it is, and has no row: random addresses have one.
func (Analyser) Extract(d *analyse.Day, g *analyse.Group) {
	var list []observation
	for v := range g.Values {
		if o, _, ok := observationOf(v); ok {
			list = append(list, o)
		}
	}
	if len(list) < 2 {
		return
	}
	inOrder(list)
	row := binary.AppendUvarint(nil, g.More)
	for i := range list {
		row = list[i].append(row)
	}
	d.Row(g.Key, row)
}

// MinScore is the score from which on a pair is told of.
const MinScore = 0.5

const day = 24 * 60 * 60 // seconds

// Judge implements analyse.Analyser.
func (Analyser) Judge(w *analyse.Window) error {
	j := judging{window: w}
	j.first, j.last = spanOf(w)
	err := w.Each(func(key []byte, rows []analyse.Row) error {
		if len(key) < tailLen {
			return nil
		}
		called, caller := string(key[:len(key)-tailLen]), [16]byte(key[len(key)-tailLen:len(key)-4])
		if called != j.called || caller != j.caller {
			j.pair()
			if called != j.called {
				if err := j.told(); err != nil {
					return err
				}
			}
			j.called, j.caller = called, caller
		}
		j.sensor(rows)
		return nil
	})
	if err != nil {
		return err
	}
	j.pair()
	return j.told()
}

// spanOf gives the 24 hours up to the last record of the day, as far as records reach, in seconds.
func spanOf(w *analyse.Window) (first, last int64) {
	now, before := w.Span(w.Day), w.Span(w.Day-1)
	last = int64(now.Last) / 1e9
	first = int64(now.First) / 1e9
	if before.Records > 0 && int64(before.Last)/1e9 > last-day {
		first = int64(before.First) / 1e9
	}
	return max(first, last-day+1), last
}

// judging is the pairs of a day being scored, those that call the same one after the other.
type judging struct {
	window      *analyse.Window
	first, last int64

	called  string
	caller  [16]byte
	best    []observation // of the sensor that saw most of the pair
	more    uint64
	cut     bool              // of its notes in the span not all are kept
	clients int               // that called, today or yesterday
	records []*analyse.Record // of them
}

// sensor looks at what one sensor saw of the pair.
func (j *judging) sensor(rows []analyse.Row) {
	var list []observation
	var more uint64
	cut := false
	for _, r := range rows {
		n, size := binary.Uvarint(r.Value)
		if size <= 0 {
			continue
		}
		if r.Day == j.window.Day {
			more += n
		}
		before := len(list)
		list = slices.DeleteFunc(observationsOf(r.Value[size:], list), func(o observation) bool { return o.at < j.first || j.last < o.at })
		cut = cut || n > 0 && len(list) > before
	}
	list = connections(list)
	if uint64(len(list))+more > uint64(len(j.best))+j.more {
		j.best, j.more, j.cut = list, more, cut
	}
}

// maxTold bounds the callers of one name or address that are told of.
const maxTold = 10_000

// pair ends a pair.
func (j *judging) pair() {
	if len(j.best) > 0 {
		j.clients++
	}
	if len(j.best) >= MinConnections {
		j.keep(j.record())
	}
	j.best, j.more, j.cut = nil, 0, false
}

func (j *judging) keep(r *analyse.Record) {
	switch {
	case r == nil:
	case len(j.records) < maxTold:
		j.records = append(j.records, r)
	default:
		j.window.Dropped(1)
	}
}

// told ends an address or name that was called.
func (j *judging) told() error {
	for _, r := range j.records {
		r.Int("stormglass.beacon.clients", int64(j.clients))
		if err := j.window.Emit(r); err != nil {
			return err
		}
	}
	j.records, j.clients = nil, 0
	return nil
}

// record scores the pair; nil where that is not worth telling, or nothing of it is of the day.
func (j *judging) record() *analyse.Record {
	first, last := &j.best[0], &j.best[len(j.best)-1]
	if instant(last.at).Day() != j.window.Day {
		return nil
	}
	r := &analyse.Record{At: instant(last.at)}
	port, proto := calledMost(j.best)
	r.Ends = telemetry.Ends{Src: netip.AddrFrom16(j.caller).Unmap(), DstPort: port, Proto: proto, SrcLocal: telemetry.LocalYes, DstLocal: telemetry.LocalNo}
	if j.called[0] == keyName {
		r.Ends.Dst = last.addr
		r.Text("destination.domain", strings.TrimSuffix(j.called[1:], "\x00"))
	} else {
		r.Ends.Dst = netip.AddrFrom16([16]byte([]byte(j.called[1:]))).Unmap()
	}
	if !j.scored(r) {
		return nil
	}
	answered := 0
	for i := range j.best {
		if j.best[i].answered {
			answered++
		}
	}
	r.Int("stormglass.beacon.connections", int64(len(j.best))+int64(j.more))
	r.Int("stormglass.beacon.answered", int64(answered))
	r.Time("event.start", instant(first.at))
	r.Time("event.end", instant(last.at))
	return r
}

// calledMost gives the port that is called most often: were it that of the first call, one call to the port of a service that rules leave
// out would hide all others. Of ports called as often it is the lowest.
func calledMost(list []observation) (port uint16, proto uint8) {
	type service struct {
		port  uint16
		proto uint8
	}
	calls := map[service]int{}
	for i := range list {
		calls[service{list[i].port, list[i].proto}]++
	}
	best, most := service{}, 0
	for s, n := range calls {
		if n > most || n == most && (s.port < best.port || s.port == best.port && s.proto < best.proto) {
			best, most = s, n
		}
	}
	return best.port, best.proto
}

// scored adds the score, or that it is a strobe, and reports whether it is worth telling.
func (j *judging) scored(r *analyse.Record) bool {
	if uint64(len(j.best))+j.more >= Strobe {
		r.Text("stormglass.beacon.strobe", "true")
		return true
	}
	if j.cut { // so often that not all times are known, and yet no strobe
		j.window.Dropped(1)
		return false
	}
	times, sizes := make([]int64, 0, len(j.best)), make([]int64, 0, len(j.best))
	for i := range j.best {
		times = append(times, j.best[i].at)
		if j.best[i].size >= 0 {
			sizes = append(sizes, j.best[i].size)
		}
	}
	s := Of(times, sizes, j.first, j.last)
	if s.Total < MinScore {
		return false
	}
	r.Number("stormglass.beacon.score", s.Total)
	r.Number("stormglass.beacon.timestamps", s.Timestamp)
	r.Number("stormglass.beacon.sizes", s.Size)
	r.Number("stormglass.beacon.histogram", s.Histogram)
	r.Number("stormglass.beacon.duration", s.Duration)
	if intervals := intervalsOf(times); len(intervals) > 0 {
		r.Int("stormglass.beacon.interval", int64(median(intervals)))
	}
	if len(sizes) > 0 {
		r.Int("stormglass.beacon.bytes", int64(median(sizes)))
	}
	return true
}
