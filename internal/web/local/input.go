package local

import (
	"fmt"
	"sync"
)

// input is the standard input of a command. The client sends as much as it has been given room for, and nothing before
// the command reads for the first time: a terminal that nobody reads keeps its lines.
type input struct {
	room func(n int) error // tells the client of room

	mu      sync.Mutex
	changed *sync.Cond
	asked   bool   // room was given at all
	waiting []byte // sent and not read
	read    int    // bytes read for which no room was given again
	err     error  // at the end of what waits
}

func newInput() *input {
	in := &input{}
	in.changed = sync.NewCond(&in.mu)
	return in
}

// add takes in a piece. More than there is room for is against the rules.
func (in *input) add(p []byte) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.err != nil {
		return nil // nobody reads it any more: it is dropped
	}
	if !in.asked || len(in.waiting)+in.read+len(p) > inputRoom {
		return fmt.Errorf("input without room for it: %w", errFrame)
	}
	in.waiting = append(in.waiting, p...)
	in.changed.Signal()
	return nil
}

// end says what comes after what was sent; the first one counts.
func (in *input) end(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.err == nil {
		in.err = err
	}
	in.changed.Broadcast()
}

// Read reads on, and gives room again for what was read, a good piece at a time.
func (in *input) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := in.ask(); err != nil {
		return 0, err
	}
	n, again, err := in.take(p)
	if again > 0 {
		if err := in.room(again); err != nil {
			return n, err
		}
	}
	return n, err
}

// ask gives room for the first time.
func (in *input) ask() error {
	in.mu.Lock()
	first := !in.asked
	in.asked = true
	in.mu.Unlock()
	if !first {
		return nil
	}
	return in.room(inputRoom)
}

// take waits for something to read, and says how much room is to be given again.
func (in *input) take(p []byte) (n, again int, err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for len(in.waiting) == 0 && in.err == nil {
		in.changed.Wait()
	}
	if len(in.waiting) == 0 {
		return 0, 0, in.err
	}
	n = copy(p, in.waiting)
	if in.waiting = in.waiting[n:]; len(in.waiting) == 0 {
		in.waiting = nil
	}
	in.read += n
	if in.read >= inputRoom/4 && in.err == nil {
		again, in.read = in.read, 0
	}
	return n, again, nil
}
