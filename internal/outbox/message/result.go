package message

import (
	"errors"
	"time"
)

// Refusal is an error of a delivery that will be the same the next time: the message is given up.
type Refusal struct{ Err error }

func (r *Refusal) Error() string { return r.Err.Error() }
func (r *Refusal) Unwrap() error { return r.Err }

// Refused marks an error as one that will be the same the next time.
func Refused(err error) error {
	if err == nil {
		return nil
	}
	return &Refusal{err}
}

// IsRefused reports whether an error is a Refusal.
func IsRefused(err error) bool {
	_, ok := errors.AsType[*Refusal](err)
	return ok
}

// Postponed is an error of a delivery for which the receiver named the time to try again.
type Postponed struct {
	Err   error
	After time.Duration
}

func (p *Postponed) Error() string { return p.Err.Error() }
func (p *Postponed) Unwrap() error { return p.Err }

// AfterOf gives for how long a receiver wants to be left alone, 0 when it did not say.
func AfterOf(err error) time.Duration {
	if p, ok := errors.AsType[*Postponed](err); ok {
		return p.After
	}
	return 0
}
