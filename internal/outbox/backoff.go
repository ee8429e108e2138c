package outbox

import (
	"math/rand/v2"
	"time"
)

// pace says how long is waited after what failed.
type pace struct {
	first, most           time.Duration // between tries of one message
	sinkFirst, sinkMost   time.Duration // until a sink is tried again with any message
	poll, keep, afterward time.Duration // until changes are looked for unasked; until what is old is removed; bound of a Retry-After
}

var usualPace = pace{
	first: 10 * time.Second, most: time.Hour, sinkFirst: time.Second, sinkMost: 5 * time.Minute,
	poll: time.Minute, keep: time.Hour, afterward: time.Hour,
}

// backoff gives how long to wait after so many failures in a row, at least one: twice as long each time, up to a bound,
// and between half and all of it, so that many do not come back at once.
func backoff(first, most time.Duration, failures int) time.Duration {
	d := first
	for range failures - 1 {
		if d >= most/2 {
			d = most
			break
		}
		d *= 2
	}
	d = min(d, most)
	return d/2 + time.Duration(rand.Int64N(int64(d/2)+1)) //nolint:gosec // it spreads load, it guards nothing
}
