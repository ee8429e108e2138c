package auth

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// What a sender may get wrong.
const (
	maxSenders   = 4096            // that are remembered; beyond it the one that was quiet longest is forgotten
	maxTries     = 10              // wrong ones at once
	forgiveEvery = 6 * time.Second // one wrong try is forgiven
	tellEvery    = time.Minute     // the wrong tries of one sender are told of
)

// limiter counts wrong tries by sender. A sender is an address, or a network of 64 bits in IPv6, where one machine has all
// addresses.
type limiter struct {
	mu      sync.Mutex
	senders map[netip.Addr]*list.Element
	order   *list.List // of *sender, that with the last wrong try first
}

type sender struct {
	addr  netip.Addr
	tries int
	since time.Time // from when tries are forgiven

	untold int       // tries, those that had to wait among them
	told   time.Time // when tries were told of last, zero: never
}

func newLimiter() *limiter {
	return &limiter{senders: map[netip.Addr]*list.Element{}, order: list.New()}
}

func senderOf(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}

// wait says how long a sender has to wait before its next try, 0 when it has not.
func (l *limiter) wait(a netip.Addr, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.senders[senderOf(a)]
	if e == nil {
		return 0
	}
	s := e.Value.(*sender)
	s.forgive(now)
	if s.tries < maxTries {
		return 0
	}
	return s.since.Add(forgiveEvery).Sub(now)
}

// failed notes a wrong try.
func (l *limiter) failed(a netip.Addr, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a = senderOf(a)
	e := l.senders[a]
	if e == nil {
		if len(l.senders) >= maxSenders {
			last := l.order.Back()
			delete(l.senders, last.Value.(*sender).addr)
			l.order.Remove(last)
		}
		e = l.order.PushFront(&sender{addr: a, since: now})
		l.senders[a] = e
	}
	s := e.Value.(*sender)
	s.forgive(now)
	s.tries++
	l.order.MoveToFront(e)
}

// wrong notes a wrong try, and says how many of this sender are to be told of now, and how long it has to wait, in which case the try does not count
// against it: who goes on trying is let try again as often as one who waits.
func (l *limiter) wrong(a netip.Addr, now time.Time) (tries int, wait time.Duration) {
	if wait = l.wait(a, now); wait == 0 {
		l.failed(a, now)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.senders[senderOf(a)]
	if e == nil { // so many others came in between that it was forgotten
		return 1, wait
	}
	s := e.Value.(*sender)
	s.untold++
	if !s.told.IsZero() && now.Sub(s.told) < tellEvery {
		return 0, wait
	}
	tries, s.untold, s.told = s.untold, 0, now
	return tries, wait
}

func (s *sender) forgive(now time.Time) {
	n := int(now.Sub(s.since) / forgiveEvery)
	if n <= 0 {
		return
	}
	if s.tries -= n; s.tries <= 0 {
		s.tries, s.since = 0, now
		return
	}
	s.since = s.since.Add(time.Duration(n) * forgiveEvery)
}
