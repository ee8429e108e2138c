package auth

import (
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestLimiter(t *testing.T) {
	l, now, a := newLimiter(), time.Unix(1000, 0), netip.MustParseAddr("192.0.2.1")
	for i := range maxTries {
		if w := l.wait(a, now); w != 0 {
			t.Fatalf("try %d: wait %s", i, w)
		}
		l.failed(a, now)
	}
	if w := l.wait(a, now); w != forgiveEvery {
		t.Errorf("after %d tries: wait %s", maxTries, w)
	}
	if w := l.wait(netip.MustParseAddr("192.0.2.2"), now); w != 0 {
		t.Errorf("somebody else: wait %s", w)
	}
	if w := l.wait(netip.MustParseAddr("::ffff:192.0.2.1"), now); w == 0 {
		t.Error("the same address in another form does not wait")
	}
	now = now.Add(forgiveEvery)
	if w := l.wait(a, now); w != 0 {
		t.Errorf("after one was forgiven: wait %s", w)
	}
	l.failed(a, now)
	if w := l.wait(a, now); w == 0 {
		t.Error("one more than was forgiven, and no wait")
	}
	if w := l.wait(a, now.Add(maxTries*forgiveEvery)); w != 0 {
		t.Errorf("after all were forgiven: wait %s", w)
	}
}

func TestLimiterTakesANetworkOfIPv6ForOne(t *testing.T) {
	l, now := newLimiter(), time.Unix(1000, 0)
	a := netip.MustParseAddr("2001:db8::1")
	for range maxTries {
		l.failed(a, now)
		a = a.Next()
	}
	if l.wait(netip.MustParseAddr("2001:db8::ffff"), now) == 0 {
		t.Error("another address of the same network does not wait")
	}
	if l.wait(netip.MustParseAddr("2001:db8:0:1::1"), now) != 0 {
		t.Error("another network waits")
	}
}

func TestLimiterIsBounded(t *testing.T) {
	l, now := newLimiter(), time.Unix(1000, 0)
	busy, a := netip.MustParseAddr("198.51.100.1"), netip.MustParseAddr("10.0.0.0")
	for range maxTries {
		l.failed(busy, now)
	}
	for range maxSenders * 2 {
		a = a.Next()
		l.failed(a, now)
		l.failed(busy, now) // the one who tries most is not forgotten
	}
	if len(l.senders) != maxSenders || l.order.Len() != maxSenders {
		t.Errorf("%d senders, %d in order", len(l.senders), l.order.Len())
	}
	if l.wait(busy, now) == 0 {
		t.Error("the one who tried all the time was forgotten")
	}
}

// Nobody has more wrong tries in any time than the bucket and what was forgiven.
func TestLimiterLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, start := newLimiter(), time.Unix(1000, 0)
		now, a, tried := start, netip.MustParseAddr("192.0.2.1"), 0
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 20_000), 1, 200).Draw(t, "milliseconds") {
			now = now.Add(time.Duration(step) * time.Millisecond)
			w := l.wait(a, now)
			if w < 0 || w > maxTries*forgiveEvery+forgiveEvery {
				t.Fatalf("wait %s", w)
			}
			if w == 0 {
				l.failed(a, now)
				tried++
			}
			if most := maxTries + int(now.Sub(start)/forgiveEvery); tried > most {
				t.Fatalf("%d tries in %s, at most %d are let through", tried, now.Sub(start), most)
			}
		}
	})
}
