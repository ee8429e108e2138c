package message

import (
	"errors"
	"time"
)

// RefusedError is an error of a delivery that will be the same the next time: the message is given up.
type RefusedError struct{ Err error }

func (r *RefusedError) Error() string { return r.Err.Error() }
func (r *RefusedError) Unwrap() error { return r.Err }

// Refused marks an error as one that will be the same the next time.
func Refused(err error) error {
	if err == nil {
		return nil
	}
	return &RefusedError{err}
}

// IsRefused reports whether an error is a RefusedError.
func IsRefused(err error) bool {
	_, ok := errors.AsType[*RefusedError](err)
	return ok
}

// PostponedError is an error of a delivery for which the receiver named the time to try again.
type PostponedError struct {
	Err   error
	After time.Duration
}

func (p *PostponedError) Error() string { return p.Err.Error() }
func (p *PostponedError) Unwrap() error { return p.Err }

// AfterOf gives for how long a receiver wants to be left alone, 0 when it did not say.
func AfterOf(err error) time.Duration {
	if p, ok := errors.AsType[*PostponedError](err); ok {
		return p.After
	}
	return 0
}
