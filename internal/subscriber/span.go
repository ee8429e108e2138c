package subscriber

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
)

// Sure is how sure an answer is.
type Sure string

// How sure.
const (
	Certain   Sure = "certain"   // it was there before and after
	Likely    Sure = "likely"    // one side is missing, or lies within the doubt of a clock
	Uncertain Sure = "uncertain" // it began before, and nothing is known of it since
)

// sighting is what one lease says of an address.
type sighting struct {
	at    telemetry.Instant
	doubt time.Duration
	verb  lease.Verb
	who   holder
	until telemetry.Instant // as stated
}

// holder is who had an address: a token, or an inside address behind a translator.
type holder struct {
	ref    string
	inside string // of blocks
	vrf    string
	prefix string
	host   string // who gave it
	first  uint16
	last   uint16
}

// span is a time for which one had an address.
type span struct {
	holder
	from, until telemetry.Instant // zero: not seen
	last        telemetry.Instant // that it was seen to be there
	doubt       time.Duration
	ended       bool // until was stated, by its end or when it was given
}

// is reports whether a span is of somebody.
func (s *span) is(who holder) bool {
	return (s.ref == who.ref || who.ref == "") && s.inside == who.inside && s.vrf == who.vrf
}

// spansOf puts sightings of one address together. Addresses that several give are kept apart.
func spansOf(all []sighting) []span {
	slices.SortStableFunc(all, func(a, b sighting) int { return cmp.Compare(a.at, b.at) })
	var spans []span
	open := map[string]int{} // by who gives it, of what is given
	for _, s := range all {
		where := s.who.host
		if s.who.inside != "" { // blocks of one address stand side by side
			where = s.who.host + " " + strconv.Itoa(int(s.who.first))
		}
		at, there := open[where]
		same := there && spans[at].is(s.who)
		switch {
		case s.verb == lease.End && same:
			spans[at].until, spans[at].ended = s.at, true
			spans[at].last = s.at
			spans[at].doubt = max(spans[at].doubt, s.doubt)
			delete(open, where)
		case s.verb == lease.End:
			spans = append(spans, span{holder: s.who, until: s.at, last: s.at, doubt: s.doubt, ended: true})
		case same && !over(&spans[at], s.at):
			spans[at].last = s.at
			spans[at].until = s.until
			spans[at].ended = s.until.Known()
		default:
			if there && (!spans[at].until.Known() || spans[at].until > s.at) { // another has it now
				spans[at].until, spans[at].ended = s.at, false
			}
			open[where] = len(spans)
			spans = append(spans, span{holder: s.who, from: s.at, last: s.at, until: s.until, doubt: s.doubt, ended: s.until.Known()})
		}
	}
	return spans
}

// over reports whether a span had run out before a time.
func over(s *span, at telemetry.Instant) bool {
	return s.ended && s.until.Known() && s.until+telemetry.Instant(s.doubt) < at
}

// at reports whether a span covers a time, and how sure that is.
func (s *span) at(t telemetry.Instant) (Sure, bool) {
	doubt := telemetry.Instant(s.doubt)
	if s.from.Known() && t < s.from-doubt || s.until.Known() && t > s.until+doubt {
		return "", false
	}
	switch inside := s.from.Known() && t >= s.from+doubt; {
	case inside && t <= s.last-doubt, inside && s.ended && t <= s.until-doubt:
		return Certain, true
	case !s.until.Known():
		return Uncertain, true
	}
	return Likely, true
}
