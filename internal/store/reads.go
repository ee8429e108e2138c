package store

import (
	"context"
	"fmt"
	"time"

	"stormglass/internal/fault"
)

// Read is a question that somebody asked of what is kept. What was asked for is not kept.
type Read struct {
	When        time.Time // set by LogRead
	Who         string    // user of the operating system
	Command     string    // such as "seen" or "reveal", without what was asked for
	Values      uint64    // how many were asked for
	Subscribers uint64    // of them, those that identify subscribers
	Reason      string    // given by whoever asked, where one has to be
}

// maxCommand bounds the name of a command: there is no room for what was asked for.
const maxCommand = 64

// LogRead notes that somebody asks.
func (s *Store) LogRead(ctx context.Context, r Read) error {
	return s.change(ctx, "note who asked", func(t *txn) error {
		if r.Who == "" || r.Command == "" || len(r.Command) > maxCommand {
			return fault.Wrap(fault.Invalid, fmt.Errorf("it needs a user and a command of at most %d bytes", maxCommand))
		}
		if len(r.Reason) > maxReason {
			return fault.Wrap(fault.Invalid, fmt.Errorf("a reason of more than %d bytes", maxReason))
		}
		return t.exec(ctx, `INSERT INTO reads (at_us, who, command, asked, subscribers, reason) VALUES (?, ?, ?, ?, ?, ?)`,
			micros(s.now()), r.Who, r.Command, counted(r.Values), counted(r.Subscribers), r.Reason)
	})
}

// Reads gives who asked since a time, the last first, at most so many (0 all).
func (s *Store) Reads(ctx context.Context, since time.Time, most int) (out []Read, err error) {
	err = s.view(ctx, "list who asked", func(t *txn) error {
		return t.each(ctx, func(scan scanner) error {
			var at, values, subscribers int64
			var r Read
			err := scan(&at, &r.Who, &r.Command, &values, &subscribers, &r.Reason)
			r.When, r.Values, r.Subscribers = timeOf(at), uint64(values), uint64(subscribers)
			out = append(out, r)
			return err
		}, `SELECT at_us, who, command, asked, subscribers, reason FROM reads WHERE at_us >= ? ORDER BY at_us DESC, n DESC LIMIT ?`, micros(since), limit(most))
	})
	return out, err
}
