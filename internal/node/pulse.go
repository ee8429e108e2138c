package node

import (
	"fmt"
	"sync/atomic"
	"time"
)

// task is something that a service does again and again.
type task struct {
	name   string
	within time.Duration // how long it may take without a sign of progress
	began  atomic.Int64  // nanoseconds since 1970, when what it is at began or last went on; 0: it waits for something to do
}

// begin says that it has something to do, or that what it is at goes on; end, that it waits again.
func (t *task) begin() { t.began.Store(time.Now().UnixNano()) }
func (t *task) end()   { t.began.Store(0) }

// How long things may take without a sign of progress. A block of datagrams waits for a disk at most. A commit may wait for what somebody
// else does to the folder, which may be to look an indicator up in years of records; upkeep merges what years have gathered.
const (
	takeWithin   = 5 * time.Minute
	folderWithin = time.Hour
)

// pulse is what a service is at.
type pulse struct {
	takes []*task // one for each queue of a listener
	fold  task
	poll  task
	moved atomic.Int64 // when something last went on that holds the folder, nanoseconds since 1970
}

func newPulse(queues int) *pulse {
	p := &pulse{takes: make([]*task, queues)}
	for i := range p.takes {
		p.takes[i] = &task{name: "what was received is not taken in", within: takeWithin}
	}
	p.fold.name, p.fold.within = "what was received is not committed", folderWithin
	p.poll.name, p.poll.within = "watched paths are not looked at", folderWithin
	return p
}

// move says that what holds the folder goes on.
func (p *pulse) move() { p.moved.Store(time.Now().UnixNano()) }

// hanging says what has not gone on for too long, empty when nothing has.
func (p *pulse) hanging(now time.Time) string {
	for _, t := range p.takes {
		if why := t.hanging(now, 0); why != "" {
			return why
		}
	}
	moved := p.moved.Load()
	for _, t := range []*task{&p.fold, &p.poll} {
		if why := t.hanging(now, moved); why != "" {
			return why
		}
	}
	return ""
}

// hanging says so of one task, when nothing that it may wait for has gone on since moved either.
func (t *task) hanging(now time.Time, moved int64) string {
	began := t.began.Load()
	if began == 0 {
		return ""
	}
	if since := now.Sub(time.Unix(0, max(began, moved))); since > t.within {
		return fmt.Sprintf("%s: no progress for %s", t.name, since.Round(time.Second))
	}
	return ""
}

// Hanging says what of the service has had something to do and has not gone on with it for longer than that may take, in words;
// empty when nothing has. It waits for nothing.
func (s *Service) Hanging(now time.Time) string { return s.pulse.hanging(now) }
