package outbox

import (
	"fmt"
	"sync/atomic"
	"time"
)

// turnWithin is how long a turn may take: it reads and writes the store, 200 changes in a transaction.
const turnWithin = 15 * time.Minute

// busy is when the turn at hand began, nanoseconds since 1970; 0 while none is.
type busy struct{ since atomic.Int64 }

func (b *busy) begin() { b.since.Store(time.Now().UnixNano()) }
func (b *busy) end()   { b.since.Store(0) }

// Hanging says, in words, that messages have not been made for longer than that may take; empty when all is well. Deliveries
// need no looking after: each has its time limit. It waits for nothing.
func (b *Outbox) Hanging(now time.Time) string {
	since := b.busy.since.Load()
	if since == 0 {
		return ""
	}
	if took := now.Sub(time.Unix(0, since)); took > turnWithin {
		return fmt.Sprintf("no messages are made of what was found: no progress for %s", took.Round(time.Second))
	}
	return ""
}
