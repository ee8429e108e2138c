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
	source string // where it was read, the first time
	first  uint16
	last   uint16
}

// span is a time for which one had an address.
type span struct {
	holder
	from, until telemetry.Instant // zero: not seen
	last        telemetry.Instant // that it was seen to be there
	doubt       time.Duration
	ended       bool              // until was stated, by its end or when it was given
	displaced   telemetry.Instant // another came, and nothing more was seen of this one
}

// where gives who gives what: addresses that several give are kept apart, and blocks of one address stand side by side.
func (h *holder) where() string {
	if h.inside == "" {
		return h.host
	}
	return h.host + " " + strconv.Itoa(int(h.first))
}

// is reports whether a span is of somebody; the end of a lease may not say whose it was.
func (s *span) is(who holder) bool {
	return (s.ref == who.ref || who.ref == "") && s.inside == who.inside && s.vrf == who.vrf
}

// spansOf puts sightings of one address together. When another comes and nothing more is seen of who had the address before, it ended then;
// when he is seen again both claim it, and both spans stand.
func spansOf(all []sighting) []span {
	slices.SortStableFunc(all, func(a, b sighting) int { return cmp.Compare(a.at, b.at) })
	var spans []span
	open := map[string][]int{} // by where
	for _, s := range all {
		where := s.who.where()
		at := slices.IndexFunc(open[where], func(i int) bool { return spans[i].is(s.who) })
		if at >= 0 && s.verb != lease.End && over(&spans[open[where][at]], s.at) {
			open[where] = slices.Delete(open[where], at, at+1)
			at = -1
		}
		switch {
		case s.verb == lease.End && at >= 0:
			was := &spans[open[where][at]]
			was.until, was.ended, was.displaced = s.at, true, 0
			was.last, was.doubt = s.at, max(was.doubt, s.doubt)
			open[where] = slices.Delete(open[where], at, at+1)
		case s.verb == lease.End:
			spans = append(spans, span{holder: s.who, until: s.at, last: s.at, doubt: s.doubt, ended: true})
		case at >= 0:
			was := &spans[open[where][at]]
			was.last, was.displaced = s.at, 0
			was.until, was.ended = s.until, s.until.Known()
		default:
			for _, i := range open[where] { // another has it now
				if !spans[i].displaced.Known() {
					spans[i].displaced = s.at
				}
			}
			if open[where] = append(open[where], len(spans)); len(open[where]) > maxOpen {
				open[where] = open[where][1:]
			}
			spans = append(spans, span{holder: s.who, from: s.at, last: s.at, until: s.until, doubt: s.doubt, ended: s.until.Known()})
		}
	}
	for i := range spans {
		if at := spans[i].displaced; at.Known() && (!spans[i].until.Known() || spans[i].until > at) {
			spans[i].until, spans[i].ended = at, false
		}
	}
	return spans
}

// maxOpen bounds those who may claim one address of one giver at a time.
const maxOpen = 16

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
