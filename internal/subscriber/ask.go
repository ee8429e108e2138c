package subscriber

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
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
	Source  string     `json:"source,omitempty"`
	// Translator is who gave the ports of the public address; one behind the other, the outermost first.
	Translator string    `json:"translator,omitempty"`
	VRF        string    `json:"vrf,omitempty"`
	From       time.Time `json:"from,omitzero"`
	Until      time.Time `json:"until,omitzero"`
	Doubt      string    `json:"doubt,omitempty"` // of the clocks
	// Ports are those of the public address that were his, where it is shared.
	Ports string `json:"ports,omitempty"`
	// Unnamed says that no lease tells whose the address was: the token is that of the address.
	Unnamed bool `json:"unnamed,omitempty"`
	// Disputed says that another, too, is said to have had the same address and port then: none of them is taken for right.
	Disputed bool `json:"disputed,omitempty"`
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
	maxChain     = 3  // translators behind each other
	maxWays      = 64 // to one inside address
	after        = 24 * time.Hour
)

// Ask looks who had an address. The view was opened with files.
func Ask(ctx context.Context, v *depot.View, key vault.Key, q Question, workers int) (*Result, error) {
	a := &asker{view: v, key: key, q: q, at: telemetry.InstantOf(q.At), workers: workers, result: &Result{Answers: []Answer{}}}
	if err := a.chain(ctx, map[netip.Addr][]outside{q.Addr: {{sure: Certain}}}, q.Port, 0); err != nil {
		return nil, err
	}
	dispute(a.result.Answers)
	a.result.Damaged = len(v.Damaged)
	return a.result, nil
}

// outside is what is known of the way to an inside address.
type outside struct {
	sure       Sure
	ports      [2]uint16 // of the public address, first and last; both 0: all
	translator string
	named      bool // a translator named it
	span       span
}

type asker struct {
	view    *depot.View
	key     vault.Key
	q       Question
	at      telemetry.Instant
	workers int
	result  *Result
}

// chain looks for leases of addresses, and goes on to the inside addresses of those that were translated. To one inside address several
// ways may lead: none is left out.
func (a *asker) chain(ctx context.Context, addrs map[netip.Addr][]outside, port uint16, depth int) error {
	found, err := a.scan(ctx, addrs, port)
	if err != nil {
		return err
	}
	inside := map[netip.Addr][]outside{}
	for _, addr := range slices.SortedFunc(maps.Keys(addrs), netip.Addr.Compare) {
		named := false
		for _, s := range spansOf(found[addr]) {
			sure, ok := s.at(a.at)
			if !ok {
				continue
			}
			named = true
			for _, way := range addrs[addr] {
				if s.inside == "" {
					a.add(addr, &s, worse(sure, way.sure), &way)
					continue
				}
				in := telemetry.ParseAddr(s.inside)
				if len(inside[in]) == maxWays {
					a.result.More = true
					continue
				}
				inside[in] = append(inside[in], way.behind(&s, sure))
			}
		}
		for _, way := range addrs[addr] {
			if !named && way.named { // nobody says who is behind an inside address
				s := way.span
				s.ref = ""
				a.add(addr, &s, way.sure, &way)
			}
		}
	}
	if len(inside) == 0 || depth == maxChain {
		return nil
	}
	return a.chain(ctx, inside, 0, depth+1)
}

// behind gives the way that leads on through a translator.
func (o *outside) behind(s *span, sure Sure) outside {
	next := outside{sure: worse(sure, o.sure), ports: o.ports, translator: s.host, named: true, span: *s}
	if o.ports == [2]uint16{} {
		next.ports = [2]uint16{s.first, s.holder.last}
	}
	if o.translator != "" {
		next.translator = o.translator + " > " + s.host
	}
	return next
}

func (a *asker) add(addr netip.Addr, s *span, sure Sure, way *outside) {
	x := Answer{
		Token: s.ref, Sure: sure, Address: addr, Prefix: s.prefix, By: s.host, Source: s.source, Translator: way.translator, VRF: s.vrf,
		From: s.from.Time(), Until: s.until.Time(),
	}
	if way.named {
		x.Ports = fmt.Sprintf("%d-%d", way.ports[0], way.ports[1])
		x.VRF = way.span.vrf
	}
	if x.Token == "" {
		x.Token, x.Unnamed = a.key.Ref(observable.Addr, addr.Unmap().WithZone("").String()).String(), true
	}
	if s.doubt > 0 {
		x.Doubt = s.doubt.String()
	}
	a.result.Answers = append(a.result.Answers, x)
}

// dispute finds answers that cannot all be right, and makes each of them uncertain: two that had one address, or one port of it.
func dispute(answers []Answer) {
	byPort := make([]int, 0, len(answers)) // answers by the first of their ports
	byAddr := map[netip.Addr]string{}      // a token, or "several"
	ranges := make([][2]int, len(answers))
	for i := range answers {
		x := &answers[i]
		ranges[i] = [2]int{0, 1 << 16}
		if first, last, ok := strings.Cut(x.Ports, "-"); ok {
			ranges[i][0], _ = strconv.Atoi(first)
			ranges[i][1], _ = strconv.Atoi(last)
		}
		byPort = append(byPort, i)
		if is, there := byAddr[x.Address]; there && is != x.Token {
			byAddr[x.Address] = several
		} else {
			byAddr[x.Address] = x.Token
		}
	}
	slices.SortStableFunc(byPort, func(i, k int) int { return cmp.Compare(ranges[i][0], ranges[k][0]) })
	for n := 0; n < len(byPort); {
		group, last, tokens := n, -1, map[string]bool{} // those that share ports, one with the next
		for ; n < len(byPort) && (last < 0 || ranges[byPort[n]][0] <= last); n++ {
			last = max(last, ranges[byPort[n]][1])
			tokens[answers[byPort[n]].Token] = true
		}
		for _, i := range byPort[group:n] {
			if x := &answers[i]; len(tokens) > 1 || byAddr[x.Address] == several {
				x.Disputed, x.Sure = true, Uncertain
			}
		}
	}
}

const several = "several"

// worse gives the less sure of two.
func worse(a, b Sure) Sure {
	rank := map[Sure]int{Certain: 0, Likely: 1, Uncertain: 2}
	if rank[a] > rank[b] {
		return a
	}
	return b
}

// scan reads the leases of some addresses around the time.
func (a *asker) scan(ctx context.Context, addrs map[netip.Addr][]outside, port uint16) (map[netip.Addr][]sighting, error) {
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
							if n++; n > maxSightings {
								a.result.More = true
								return
							}
							found[asked] = append(found[asked], s)
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
	if b.Source != nil {
		s.who.source = clone(b.Source.Name)
	}
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
			one.who = holder{host: s.who.host, source: s.who.source, inside: block.Inside.String(), vrf: block.VRF, first: block.First, last: block.Last}
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
