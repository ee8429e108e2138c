package store

import (
	"fmt"
	"strconv"
	"time"

	"stormglass/internal/fault"
)

// Status is where people stand with a finding. Numbers are written to disk.
type Status uint8

// The statuses.
const (
	StatusOpen         Status = iota
	StatusAcknowledged        // somebody looks after it
	StatusDismissed           // it does not matter, for the reason given
)

var statusNames = [...]string{"open", "acknowledged", "dismissed"}

// String gives the status in one word.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return "status(" + strconv.Itoa(int(s)) + ")"
}

// ParseStatus is the inverse of String.
func ParseStatus(s string) (Status, error) {
	for i, n := range statusNames {
		if n == s {
			return Status(i), nil
		}
	}
	return 0, fault.Wrap(fault.Invalid, fmt.Errorf("unknown status %q, known are open, acknowledged, dismissed", s))
}

// Action is a step of triage. Numbers are written to disk.
type Action uint8

// The actions.
const (
	ActAcknowledge Action = iota + 1
	ActDismiss
	ActLink
	ActReopen
)

var actionNames = [...]string{"", "acknowledge", "dismiss", "link", "reopen"}

// String gives the action in one word.
func (a Action) String() string {
	if int(a) < len(actionNames) {
		return actionNames[a]
	}
	return "action(" + strconv.Itoa(int(a)) + ")"
}

// Triage is what was decided on a finding. The zero Triage is that of one nobody touched.
type Triage struct {
	Status   Status
	Lapsed   bool      // it is open because its dismissal has run out; the rest is that of the dismissal
	Reason   string    // given with the last change of status
	Until    time.Time // end of the dismissal, zero when it has none
	Assignee string
	Tickets  []string // in the order in which they were linked
	Who      string   // user of the operating system who took the last step
	When     time.Time
}

// Step is one entry of a finding's history: what was done, and the state after it, as it was then.
type Step struct {
	Action Action
	Triage
}

// Act says who takes a step of triage, and why.
type Act struct {
	Who      string // user of the operating system; required
	Reason   string
	Assignee string // who is to look after it; empty leaves it as it is
}

// Bounds of what people may write.
const (
	maxTicket  = 1 << 10 // bytes
	maxReason  = 1 << 12
	maxTickets = 64
)
