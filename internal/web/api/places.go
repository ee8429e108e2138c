package api

import (
	"errors"
	"fmt"
	"sync"

	"stormglass/internal/fault"
	"stormglass/internal/web/auth"
)

// places bounds how many requests of a sort are worked on at a time. Those of the local socket have as many of their own,
// so that nobody on the network keeps the owner out.
type places struct {
	remote, local chan struct{}
	each          int // remote ones of one client; 0: as many as there are

	mu sync.Mutex
	of map[string]int // by client; only those that have one
}

func newPlaces(n, each int) *places {
	return &places{remote: make(chan struct{}, n), local: make(chan struct{}, n), each: each, of: map[string]int{}}
}

var errFull = errors.New("the service answers as many requests as it can")

// enter takes a place, without waiting.
func (p *places) enter(who auth.Who) (leave func(), err error) {
	if who.Via == auth.ViaSocket {
		return take(p.local)
	}
	if p.each == 0 {
		return take(p.remote)
	}
	name := who.String()
	if err := p.count(name); err != nil {
		return nil, err
	}
	free, err := take(p.remote)
	if err != nil {
		p.discount(name)
		return nil, err
	}
	return func() { free(); p.discount(name) }, nil
}

func take(places chan struct{}) (leave func(), err error) {
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	default:
		return nil, fault.Wrap(fault.Busy, errFull)
	}
}

func (p *places) count(name string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of[name] >= p.each {
		return fault.Hint(fault.Busy, fmt.Errorf("%s hands in %d at a time already", name, p.each), "send one after the other")
	}
	p.of[name]++
	return nil
}

func (p *places) discount(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of[name]--; p.of[name] == 0 {
		delete(p.of, name)
	}
}

// enter takes the place that a route needs before its body is read; leave may be called in any case.
func (s *server) enter(rt *route, who auth.Who) (leave func(), err error) {
	switch {
	case rt.upload:
		return s.uploads.enter(who)
	case rt.late:
		return s.bodies.enter(who)
	case rt.heavy:
		return s.heavy.enter(who)
	}
	return func() {}, nil
}
