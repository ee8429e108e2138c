package simulate

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"time"
)

// part is one strand of what goes on. It is played slot by slot, in order.
type part interface {
	// play adds what the part begins in the slot.
	play(s *slot)
}

type namedPart struct {
	name string
	make func(*cast) part
}

// parts lists all of them. The name seeds the part's random source: a renamed part changes its
// own records and no others.
var parts = []namedPart{
	// What a quiet day holds.
	{"subscribers", newSubscribers},
	{"subscribers-long", newLongLived},
	{"website", newWebsite},
	{"mail", newMail},
	{"noise", newNoise},
	{"time", newTimekeeping},
	{"polling", newPolling},
	{"peering", newPeering},
	{"links", newLinks},
	{"administration", newAdministration},
	{"updates", newUpdates},
	{"records", newRecordTransfer},
	{"backup", newBackup},
	// The story.
	{"scan", newScan},
	{"exploit", newExploit},
	{"staging", newStaging},
	{"router-c2", newRouterC2},
	{"router-login", newRouterLogin},
	{"name-lookups", newNameLookups},
	{"tls-name", newTLSName},
	{"tls-fingerprint", newTLSFingerprint},
	{"tls-certificate", newTLSCertificate},
	{"download", newDownload},
	{"in-prefix", newInPrefix},
	{"exfiltration", newExfiltration},
	{"ipv6-c2", newIPv6C2},
	{"past-validity", newPastValidity},
	{"on-warning-list", newOnWarningList},
	{"tunnels", newTunnels},
	{"outside-management", newOutsideManagement},
	{"carry-out", newCarryOut},
	// What must not fire.
	{"alike-names", newAlikeNames},
	{"alike-addresses", newAlikeAddresses},
	{"alike-handshakes", newAlikeHandshakes},
	{"alike-downloads", newAlikeDownloads},
	{"withheld", newWithheld},
	{"alike-routers", newAlikeRouters},
}

// cast is what a part works with.
type cast struct {
	cfg   Config
	site  *site
	rng   *rand.Rand
	truth *Truth
}

func newCast(name string, cfg Config, op *site, truth *Truth) *cast {
	return &cast{cfg: cfg, site: op, rng: source(cfg.Seed, name), truth: truth}
}

// source makes the random source of a name.
func source(seed uint64, name string) *rand.Rand {
	return rand.New(rand.NewPCG(seed, hash(name))) //nolint:gosec // made-up data, not secrets
}

// hash turns a text into a number.
func hash(text string) uint64 {
	h := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint64(h[:])
}

// slot is a short stretch of time.
type slot struct {
	from, to time.Time
	queue    *queue
	site     *site
	part     int // number of the part that plays
}

// has reports whether t lies in the slot.
func (s *slot) has(t time.Time) bool { return !t.Before(s.from) && t.Before(s.to) }

// schedule is a list of moments, in order, that are played once each.
type schedule []time.Time

// due takes the moments in the slot off the schedule.
func (l *schedule) due(s *slot) []time.Time {
	n := 0
	for n < len(*l) && (*l)[n].Before(s.to) {
		n++
	}
	due := (*l)[:n]
	*l = (*l)[n:]
	return due
}

// moment gives a time of the story: phase 0 is the first day, 1 the last; of is the time of day.
func (c *cast) moment(phase float64, of time.Duration) time.Time {
	return c.cfg.Start.Add(time.Duration(phase*float64(c.cfg.Days-1)+0.5)*day + of)
}

// series gives n moments from a first one on, about step apart, none after the end.
func (c *cast) series(first time.Time, n int, step time.Duration) schedule {
	l := make(schedule, 0, n)
	for t := first.Add(c.upTo(step / 8)); len(l) < n && t.Before(c.cfg.end().Add(-time.Minute)); {
		l = append(l, t)
		t = t.Add(step + c.upTo(step/8))
	}
	return l
}

// upTo gives a random length of time below d, in whole microseconds, at least 1.
func (c *cast) upTo(d time.Duration) time.Duration {
	return time.Duration(1+c.rng.Int64N(max(int64(d/time.Microsecond), 1))) * time.Microsecond
}

// between gives a random number of a range, both ends included.
func (c *cast) between(low, high int) int { return low + c.rng.IntN(high-low+1) }

// amount is between for numbers of bytes and packets.
func (c *cast) amount(low, high uint64) uint64 { return low + c.rng.Uint64N(high-low+1) }

// chance is true with the probability p.
func (c *cast) chance(p float64) bool { return c.rng.Float64() < p }
