package subscriber

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/lake"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
	"stormglass/internal/vault"
)

// Question is who had an address at a time.
type Question struct {
	Addr   netip.Addr
	Port   uint16 // 0: not known
	At     time.Time
	Within time.Duration // how long before a lease may have begun
}

// Answer is one who may have had it.
type Answer struct {
	Token string `json:"token"` // tok:kind:key:token
	Sure  Sure   `json:"sure"`
	// Address is the one that the subscriber had himself: an inside one behind a translator.
	Address netip.Addr `json:"address"`
	Prefix  string     `json:"prefix,omitempty"`
	By      string     `json:"by,omitempty"` // who gave it: NAS, DHCP server, translator
	VRF     string     `json:"vrf,omitempty"`
	From    time.Time  `json:"from,omitzero"`
	Until   time.Time  `json:"until,omitzero"`
	Doubt   string     `json:"doubt,omitempty"` // of the clocks
	// Ports are those of the public address that were his, where it is shared.
	Ports string `json:"ports,omitempty"`
	// Unnamed says that no lease tells whose the address was: the token is that of the address.
	Unnamed bool `json:"unnamed,omitempty"`
}

// Result is what is known.
type Result struct {
	Answers []Answer `json:"answers"`
	Leases  uint64   `json:"leases_looked_at"`
	More    bool     `json:"more,omitempty"`    // there were more leases than are looked at
	Damaged int      `json:"damaged,omitempty"` // files that could not be read
}

const (
	maxSightings = 100_000
	maxChain     = 3 // translators behind each other
	after        = 24 * time.Hour
)

// Ask looks who had an address. The view was opened with files.
func Ask(ctx context.Context, v *depot.View, key vault.Key, q Question, workers int) (*Result, error) {
	a := &asker{view: v, key: key, q: q, at: telemetry.InstantOf(q.At), workers: workers, result: &Result{Answers: []Answer{}}}
	if err := a.chain(ctx, map[netip.Addr]outside{q.Addr: {sure: Certain}}, q.Port, 0); err != nil {
		return nil, err
	}
	a.result.Damaged = len(v.Damaged)
	return a.result, nil
}

// outside is what is known of the way to an inside address.
type outside struct {
	sure  Sure
	ports string
	named bool // a translator named it
	span  span
}

type asker struct {
	view    *depot.View
	key     vault.Key
	q       Question
	at      telemetry.Instant
	workers int
	result  *Result
}

// chain looks for leases of addresses, and goes on to the inside addresses of those that were translated.
func (a *asker) chain(ctx context.Context, addrs map[netip.Addr]outside, port uint16, depth int) error {
	found, err := a.scan(ctx, addrs, port)
	if err != nil {
		return err
	}
	inside := map[netip.Addr]outside{}
	for _, addr := range slices.SortedFunc(mapKeys(addrs), netip.Addr.Compare) {
		way, named := addrs[addr], false
		for _, s := range spansOf(found[addr]) {
			sure, ok := s.at(a.at)
			if !ok {
				continue
			}
			sure = worse(sure, way.sure)
			if s.inside == "" {
				named = true
				a.add(addr, &s, sure, way.ports)
				continue
			}
			named = true
			in := telemetry.ParseAddr(s.inside)
			if old, there := inside[in]; !there || worse(old.sure, sure) == old.sure {
				inside[in] = outside{sure: sure, ports: ports(&s), named: true, span: s}
			}
		}
		if !named && way.named { // nobody says who is behind an inside address
			s := way.span
			s.ref = ""
			a.add(addr, &s, way.sure, way.ports)
		}
	}
	if len(inside) == 0 || depth == maxChain {
		return nil
	}
	return a.chain(ctx, inside, 0, depth+1)
}

func (a *asker) add(addr netip.Addr, s *span, sure Sure, ports string) {
	x := Answer{
		Token: s.ref, Sure: sure, Address: addr, Prefix: s.prefix, By: s.host, VRF: s.vrf, From: s.from.Time(), Until: s.until.Time(), Ports: ports,
	}
	if x.Token == "" {
		x.Token, x.Unnamed = a.key.Ref(observable.Addr, addr.Unmap().WithZone("").String()).String(), true
	}
	if s.doubt > 0 {
		x.Doubt = s.doubt.String()
	}
	a.result.Answers = append(a.result.Answers, x)
}

func ports(s *span) string { return fmt.Sprintf("%d-%d", s.first, s.holder.last) }

// worse gives the less sure of two.
func worse(a, b Sure) Sure {
	rank := map[Sure]int{Certain: 0, Likely: 1, Uncertain: 2}
	if rank[a] > rank[b] {
		return a
	}
	return b
}

func mapKeys(m map[netip.Addr]outside) func(func(netip.Addr) bool) {
	return func(yield func(netip.Addr) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// scan reads the leases of some addresses around the time.
func (a *asker) scan(ctx context.Context, addrs map[netip.Addr]outside, port uint16) (map[netip.Addr][]sighting, error) {
	var mu sync.Mutex
	found, n := map[netip.Addr][]sighting{}, 0
	w := depot.Wanted{
		Want:    lake.Want{From: a.at - telemetry.Instant(a.q.Within), To: a.at + telemetry.Instant(after)},
		Hour:    func(kind telemetry.Kind, _ telemetry.Day, _ int) bool { return kind == telemetry.KindAAA },
		Workers: a.workers,
	}
	err := a.view.Rows(ctx, w, func(b *telemetry.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		a.result.Leases += uint64(b.Len())
		for i := range b.Event {
			sightings(b, i, port, func(addr netip.Addr, s sighting) {
				if _, asked := addrs[addr]; !asked {
					for asked := range addrs { // an address within a prefix that somebody had
						if p, err := netip.ParsePrefix(s.who.prefix); err == nil && p.Contains(asked) {
							found[asked] = append(found[asked], s)
							n++
						}
					}
					return
				}
				if n++; n > maxSightings {
					a.result.More = true
					return
				}
				found[addr] = append(found[addr], s)
			})
		}
		return nil
	})
	return found, err
}

// sightings gives what a record says of addresses. Texts are copied: the batch is used again.
func sightings(b *telemetry.Batch, i int, port uint16, each func(netip.Addr, sighting)) {
	e := &b.Event[i]
	if e.Dataset != lease.Dataset || !e.Occurred.Known() {
		return
	}
	s := sighting{at: e.Occurred, doubt: e.Doubt, who: holder{host: clone(e.Host)}}
	blocks := false
	for _, p := range b.PairsOf(e.Pairs) {
		switch p.Field {
		case lease.FieldAction:
			s.verb = verbOf(p.Text)
		case lease.FieldRef:
			s.who.ref = clone(p.Text)
		case lease.FieldPrefix:
			s.who.prefix = clone(p.Text)
		case lease.FieldUntil:
			if n, err := strconv.ParseInt(p.Text, 10, 64); err == nil {
				s.until = telemetry.InstantOf(time.Unix(n, 0))
			}
		case lease.FieldBlock:
			blocks = true
			block, ok := lease.ParseBlock(clone(p.Text))
			if !ok || port != 0 && (port < block.First || port > block.Last) {
				continue
			}
			one := s
			one.verb = block.Verb
			one.who = holder{host: s.who.host, inside: block.Inside.String(), vrf: block.VRF, first: block.First, last: block.Last}
			each(block.Public, one)
		}
	}
	if !blocks {
		each(e.Src, s)
	}
}

func clone(s string) string { return string([]byte(s)) }

func verbOf(action string) lease.Verb {
	switch action {
	case lease.End.String():
		return lease.End
	case lease.Held.String():
		return lease.Held
	}
	return lease.Start
}
