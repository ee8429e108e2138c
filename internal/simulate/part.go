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
	in   scene
}

// scene says of what a part is.
type scene uint8

const (
	inStory scene = 1 << iota // some days with the story that the intelligence tells
	inMonth                   // a month of operation
	inCases                   // what the intruder does in it

	inBoth = inStory | inMonth
)

// partsOf gives the parts that a Config plays.
func partsOf(cfg Config) []namedPart {
	var l []namedPart
	for _, p := range parts {
		if p.in&cfg.scenes() != 0 {
			l = append(l, p)
		}
	}
	return l
}

// parts lists all of them. The name seeds the part's random source: a renamed part changes its
// own records and no others.
var parts = []namedPart{
	// What a quiet day holds.
	{"subscribers", newSubscribers, inBoth},
	{"subscribers-long", newLongLived, inBoth},
	{"website", newWebsite, inBoth},
	{"mail", newMail, inBoth},
	{"noise", newNoise, inBoth},
	{"time", newTimekeeping, inBoth},
	{"polling", newPolling, inBoth},
	{"peering", newPeering, inBoth},
	{"links", newLinks, inBoth},
	{"administration", newAdministration, inStory},
	{"updates", newUpdates, inBoth},
	{"records", newRecordTransfer, inStory},
	{"backup", newBackup, inBoth},
	// The story.
	{"scan", newScan, inStory},
	{"exploit", newExploit, inStory},
	{"staging", newStaging, inStory},
	{"router-c2", newRouterC2, inStory},
	{"router-login", newRouterLogin, inStory},
	{"name-lookups", newNameLookups, inStory},
	{"tls-name", newTLSName, inStory},
	{"tls-fingerprint", newTLSFingerprint, inStory},
	{"tls-certificate", newTLSCertificate, inStory},
	{"download", newDownload, inStory},
	{"in-prefix", newInPrefix, inStory},
	{"exfiltration", newExfiltration, inStory},
	{"ipv6-c2", newIPv6C2, inStory},
	{"past-validity", newPastValidity, inStory},
	{"on-warning-list", newOnWarningList, inStory},
	{"tunnels", newTunnels, inStory},
	{"outside-management", newOutsideManagement, inStory},
	{"carry-out", newCarryOut, inStory},
	// What must not fire.
	{"alike-names", newAlikeNames, inStory},
	{"alike-addresses", newAlikeAddresses, inStory},
	{"alike-handshakes", newAlikeHandshakes, inStory},
	{"alike-downloads", newAlikeDownloads, inStory},
	{"withheld", newWithheld, inStory},
	{"alike-routers", newAlikeRouters, inStory},
	// A month of operation.
	{"people", newPeople, inMonth},
	{"changes", newChanges, inMonth},
	{"upgrades", newUpgrades, inMonth},
	{"copies", newCopies, inMonth},
	{"automation", newAutomation, inMonth},
	{"chatter", newChatter, inMonth},
	{"servers", newServers, inMonth},
	{"record-transfer", newRecordRuns, inMonth},
	{"names", newNames, inMonth},
	{"relations", newRelations, inMonth},
	{"scanner", newScanner, inMonth},
	{"subscriber-lines", newSubscriberLines, inMonth},
	{"alike-commands", newAlikeCommands, inMonth},
	{"alike-messages", newAlikeMessages, inMonth},
	{"alike-traffic", newAlikeTraffic, inMonth},
	{"alike-access", newAlikeAccess, inMonth},
	{"alike-hosts", newAlikeHosts, inMonth},
	// The cases of the catalogue.
	{"case-commands", newCaseCommands, inCases},
	{"case-sessions", newCaseSessions, inCases},
	{"case-messages", newCaseMessages, inCases},
	{"case-silence", newCaseSilence, inCases},
	{"case-tunnels", newCaseTunnels, inCases},
	{"case-management", newCaseManagement, inCases},
	{"case-clients", newCaseClients, inCases},
	{"case-pairs", newCasePairs, inCases},
	{"case-names", newCaseNames, inCases},
	{"case-access", newCaseAccess, inCases},
	{"case-hosts", newCaseHosts, inCases},
	{"case-line", newCaseLine, inCases},
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
