package register

import (
	"fmt"

	"stormglass/internal/telemetry"
)

// Days that are kept where retention.yaml says nothing.
const (
	defaultOwn        = 730
	defaultSubscriber = 30
	defaultTransit    = 7
	defaultLedger     = 730
	defaultPeerTokens = 90
)

// Retention says for how many days what is kept; 0 days: not beyond the next clean-up. The zero value
// holds the defaults. Retention is immutable.
type Retention struct {
	file       string
	rows       [NumRowClasses][telemetry.NumKinds]stated
	ledger     stated
	peerTokens stated
}

// stated is a number of days and the line that states it; line 0 says that none does.
type stated struct{ days, line int32 }

func (s stated) or(days int) int {
	if s.line == 0 {
		return days
	}
	return int(s.days)
}

// Days gives for how many days the rows of a class and kind are kept in the lake. What the operator's
// own systems wrote (events, AAA, configurations, access, interception, what analysers found of it)
// is kept as own whatever the ends: an intruder's login through a subscriber's line must not expire
// with that subscriber's flows.
func (r *Retention) Days(class RowClass, kind telemetry.Kind) int {
	if class >= NumRowClasses || kind >= telemetry.NumKinds {
		return defaultOwn
	}
	return r.rows[class][kind].or(defaultDays(class, kind))
}

func defaultDays(class RowClass, kind telemetry.Kind) int {
	switch {
	case !traffic(kind) || class == RowsOwn:
		return defaultOwn
	case class == RowsSubscriber:
		return defaultSubscriber
	}
	return defaultTransit
}

// traffic reports whether records of a kind tell of traffic that passed by, not of the operator's systems.
func traffic(kind telemetry.Kind) bool { return kind <= telemetry.KindMail }

// Ledger gives for how many days the ledger keeps what it has seen.
func (r *Retention) Ledger() int { return r.ledger.or(defaultLedger) }

// PeerTokens gives for how many days the ledger keeps the tokens of subscribers as peers; never longer
// than the ledger itself.
func (r *Retention) PeerTokens() int { return min(r.peerTokens.or(defaultPeerTokens), r.Ledger()) }

// Setting is one number of the effective retention.
type Setting struct {
	Name string // "rows.subscriber.flow", "ledger", "peer_tokens": the path of keys in retention.yaml
	Days int
	From string // "default", or file and line
}

// Settings lists the effective retention, for people to read.
func (r *Retention) Settings() []Setting {
	all := make([]Setting, 0, int(NumRowClasses)*int(telemetry.NumKinds)+2)
	for c := NumRowClasses; c > 0; {
		c--
		for k := range telemetry.NumKinds {
			all = append(all, Setting{"rows." + c.String() + "." + k.String(), r.Days(c, k), r.from(r.rows[c][k])})
		}
	}
	tokens := Setting{"peer_tokens", r.PeerTokens(), r.from(r.peerTokens)}
	if r.peerTokens.or(defaultPeerTokens) > r.Ledger() {
		tokens.From = "as the ledger, " + r.from(r.ledger)
	}
	return append(all, Setting{"ledger", r.Ledger(), r.from(r.ledger)}, tokens)
}

func (r *Retention) from(s stated) string {
	if s.line == 0 {
		return "default"
	}
	return fmt.Sprintf("%s:%d", r.file, s.line)
}
