package dnstunnel

import (
	"encoding/binary"
	"net/netip"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// minNames is from how many different names on a client and domain are told of.
const minNames = 10

// figures are what was added up of a client and domain on a day; those of names count each once.
type figures struct {
	names, length, longest, entropy uint64 // how many; sums of length and entropy (in hundredths), the longest label
	queries, texts, bytes, answers  uint64 // how many; of TXT, of NULL and the like; bytes of answers
	first, last                     uint64 // seconds
	more                            uint64 // questions that were only counted
}

func (f *figures) list() []*uint64 {
	return []*uint64{&f.names, &f.length, &f.longest, &f.entropy, &f.queries, &f.texts, &f.bytes, &f.answers, &f.first, &f.last, &f.more}
}

// Extract implements analyse.Analyser.
func (Analyser) Extract(d *analyse.Day, g *analyse.Group) {
	f := figures{more: g.More}
	seen := map[uint64]bool{}
	for v := range g.Values {
		x, ok := noteOf(v)
		if !ok {
			continue
		}
		f.add(&x, !seen[x.hash])
		seen[x.hash] = true
	}
	if f.names < minNames {
		return
	}
	var row []byte
	for _, n := range f.list() {
		row = binary.AppendUvarint(row, *n)
	}
	d.Row(g.Key, row)
}

func (f *figures) add(x *note, fresh bool) {
	if fresh {
		f.names++
		f.length += x.length
		f.entropy += x.entropy
		f.longest = max(f.longest, x.longest)
	}
	f.queries++
	f.answers += x.answer
	switch x.carrier {
	case carriesText:
		f.texts++
	case carriesBytes:
		f.bytes++
	case carriesAddress, carriesName:
	}
	at := uint64(x.at)
	if f.queries == 1 || at < f.first {
		f.first = at
	}
	f.last = max(f.last, at)
}

const tailLen = 16 + 4 // of a key: the client, the sensor

// Judge implements analyse.Analyser. Of several sensors that saw a client ask, the one that saw most is told of.
func (Analyser) Judge(w *analyse.Window) error {
	var j judging
	err := w.Each(func(key []byte, rows []analyse.Row) error {
		if len(key) < tailLen+1 {
			return nil
		}
		domain, client := string(key[:len(key)-tailLen-1]), [16]byte(key[len(key)-tailLen:len(key)-4])
		if domain != j.domain || client != j.client {
			j.end(w)
			if domain != j.domain {
				if err := j.tell(w); err != nil {
					return err
				}
			}
			j.domain, j.client = domain, client
		}
		for _, r := range rows {
			j.take(r.Value)
		}
		return nil
	})
	if err != nil {
		return err
	}
	j.end(w)
	return j.tell(w)
}

type judging struct {
	domain  string
	client  [16]byte
	best    figures
	clients int               // of the domain
	records []*analyse.Record // of them
}

func (j *judging) take(row []byte) {
	var f figures
	for _, to := range f.list() {
		n, size := binary.Uvarint(row)
		if size <= 0 {
			return
		}
		*to, row = n, row[size:]
	}
	if f.names > j.best.names {
		j.best = f
	}
}

// maxTold bounds the clients of one domain that are told of.
const maxTold = 10_000

// end ends a client.
func (j *judging) end(w *analyse.Window) {
	switch {
	case j.best.names == 0:
	case len(j.records) < maxTold:
		j.clients++
		j.records = append(j.records, j.best.record(j.domain, j.client))
	default:
		j.clients++
		w.Dropped(1)
	}
	j.best = figures{}
}

// tell ends a domain.
func (j *judging) tell(w *analyse.Window) error {
	for _, r := range j.records {
		r.Int("stormglass.dnstunnel.clients", int64(j.clients))
		if err := w.Emit(r); err != nil {
			return err
		}
	}
	j.records, j.clients = nil, 0
	return nil
}

func (f *figures) record(domain string, client [16]byte) *analyse.Record {
	r := &analyse.Record{At: instant(f.last)}
	if a := netip.AddrFrom16(client).Unmap(); !a.IsUnspecified() {
		r.Ends.Src = a
	}
	share := func(n uint64) float64 { return float64(n) / float64(f.queries) }
	mean := func(n uint64) float64 { return float64(n) / float64(f.names) }
	r.Text("dns.question.registered_domain", domain)
	if domain == "" {
		r.Text("stormglass.dnstunnel.unregistered", "true")
	}
	r.Int("stormglass.dnstunnel.names", int64(f.names))
	r.Int("stormglass.dnstunnel.queries", int64(f.queries+f.more))
	r.Number("stormglass.dnstunnel.distinct", share(f.names))     // share of the questions that asked for something new
	r.Number("stormglass.dnstunnel.length", mean(f.length))       // of what stands below the domain
	r.Number("stormglass.dnstunnel.entropy", mean(f.entropy)/100) // bits a byte
	r.Int("stormglass.dnstunnel.longest", int64(f.longest))
	r.Int("stormglass.dnstunnel.bytes", int64(f.length))
	r.Int("stormglass.dnstunnel.answer_bytes", int64(f.answers))
	r.Number("stormglass.dnstunnel.text_share", share(f.texts)) // of TXT
	r.Number("stormglass.dnstunnel.null_share", share(f.bytes)) // of NULL and the like
	r.Time("event.start", instant(f.first))
	r.Time("event.end", instant(f.last))
	return r
}

func instant(seconds uint64) telemetry.Instant { return telemetry.Instant(seconds * 1e9) }
