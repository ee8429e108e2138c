package lake

import (
	"net/netip"
	"strings"

	"github.com/gaissmai/bart"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Want says which rows are asked for. It is a hint: rows that can hold one of the values, lie in the
// time and are of the sensors are all given; others may be given too.
type Want struct {
	// Values are those looked for; none means all rows. A domain is looked for with all names below
	// it, a prefix with its addresses.
	Values []observable.Value
	// From and To bound Occurred, both included; zero is open. Rows without a time are given
	// whatever they say, and doubt is the caller's to add.
	From, To telemetry.Instant
	// Sensors are the names of the sensors asked for; none means all. "" is that of records without.
	Sensors []string

	plan *plan
}

// Prepared gives the same Want, with the work done that many files would do again. The fields of
// what it gives are not changed afterwards. It may be used by several goroutines.
func (w Want) Prepared() Want {
	w.plan = w.compiled()
	return w
}

// plan is a Want as readers use it.
type plan struct {
	from, to telemetry.Instant
	sensors  map[string]bool
	all      bool // no values were named

	addrs    map[netip.Addr]struct{} // unmapped
	prefixes *bart.Lite
	ranges   bool
	domains  map[string]struct{}
	digests  map[string]struct{} // lower case
	sketch   sketch              // of texts of addresses and of digests
	exact    []uint64            // hashes for Bloom filters, when all values are addresses, and few
}

// fewValues is how many values are asked of a Bloom filter: with more, one of them passes by chance.
const fewValues = 64

func (w Want) compiled() *plan {
	if w.plan != nil {
		return w.plan
	}
	p := &plan{from: w.From, to: w.To, all: len(w.Values) == 0}
	if len(w.Sensors) > 0 {
		p.sensors = make(map[string]bool)
		for _, s := range w.Sensors {
			p.sensors[s] = true
		}
	}
	p.addrs = make(map[netip.Addr]struct{}, len(w.Values))
	p.domains, p.digests = make(map[string]struct{}), make(map[string]struct{})
	p.prefixes = new(bart.Lite)
	for _, v := range w.Values {
		p.add(v)
	}
	p.filters()
	return p
}

func (p *plan) add(v observable.Value) {
	switch v.Kind() {
	case observable.Addr:
		p.addAddr(v.Addr())
	case observable.Prefix:
		if x := v.Prefix(); x.IsValid() {
			p.prefixes.Insert(x)
			p.ranges = true
		}
	case observable.Domain:
		p.domains[v.String()] = struct{}{}
	case observable.URL:
		p.addHost(observable.URLKey(v.String()))
	case observable.MD5, observable.SHA1, observable.SHA256, observable.SHA512, observable.JA3, observable.JA4, observable.CommunityID:
		p.addDigest(strings.ToLower(v.String()))
	default:
		// Every other kind stands in running text only, and rows with any are given.
	}
}

func (p *plan) addAddr(a netip.Addr) {
	if a = a.Unmap().WithZone(""); !a.IsValid() {
		return
	}
	p.addrs[a] = struct{}{}
	p.sketch.add(a.String())
	if a.Is4() {
		p.sketch.add(netip.AddrFrom16(a.As16()).String())
	}
}

func (p *plan) addDigest(s string) {
	p.digests[s] = struct{}{}
	p.sketch.add(s)
}

// addHost adds the host of a URL, which a record may state apart.
func (p *plan) addHost(key string) {
	host, _, _ := strings.Cut(key, "/")
	host, _, _ = observable.SplitPort(host)
	if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		p.addAddr(a)
		return
	}
	p.domains[host] = struct{}{}
}

// sketch tells of most texts at once that they are none of a set.
type sketch struct{ bits []uint64 }

const sketchBits = 1 << 21

func (s *sketch) add(text string) {
	if s.bits == nil {
		s.bits = make([]uint64, sketchBits/64)
	}
	h := sketchHash(text)
	s.bits[h/64] |= 1 << (h % 64)
}

func (s *sketch) has(text string) bool {
	if s.bits == nil {
		return false
	}
	h := sketchHash(text)
	return s.bits[h/64]&(1<<(h%64)) != 0
}

// sketchHash looks at length, beginning and end, letters folded.
func sketchHash(s string) uint64 {
	var a, b uint64
	for i := range min(8, len(s)) {
		a = a<<8 | uint64(s[i]|0x20)
		b = b<<8 | uint64(s[len(s)-1-i]|0x20)
	}
	return (spread(a) ^ spread(b+uint64(len(s)))) % sketchBits
}
