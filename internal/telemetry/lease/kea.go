package lease

import (
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// keaVerbs are the messages of Kea that tell of a lease, behind DHCP4_ or DHCP6_. That one is offered (LEASE_ADVERT, LEASE_OFFER) is none.
var keaVerbs = map[string]Verb{
	"LEASE_ALLOC": Start, "LEASE_REUSE": Held, "LEASE_RENEW": Held,
	"RELEASE": End, "RELEASE_NA": End, "RELEASE_EXPIRED": End, "RELEASE_NA_EXPIRED": End,
}

// keaWords are those that such a message is made of, behind who it is about.
var keaWords = map[string]bool{
	"lease": true, "address": true, "binding": true, "for": true, "and": true, "has": true, "been": true, "was": true, "allocated": true,
	"reused": true, "renewed": true, "extended": true, "released": true, "properly": true, "expired": true, "on": true, "release": true,
	"seconds": true,
}

// readKea reads what Kea writes:
//
//	INFO  [kea-dhcp4.leases/9] DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:01], cid=[…], tid=0x1: lease 100.64.0.9 has been allocated for 3600 seconds
//	INFO  [kea-dhcp6.leases/9] DHCP6_LEASE_ALLOC duid=[00:01:…], …: lease for address 2001:db8::9 and iaid=1 has been allocated for 3600 seconds
//	INFO  [kea-dhcp4.leases/9] DHCP4_RELEASE [hwtype=1 …], …: address 100.64.0.9 was released properly
func (t *Told) readKea(s string) bool {
	if at := strings.Index(s, "DHCP"); at > 0 && isKeaHead(s[:at]) {
		s = s[at:]
	}
	id, s, _ := strings.Cut(s, " ")
	if len(id) < 6 || !strings.HasPrefix(id, "DHCP4_") && !strings.HasPrefix(id, "DHCP6_") {
		return false
	}
	who, said, ok := strings.Cut(s, ": ")
	verb, known := keaVerbs[id[6:]]
	if !ok || !known {
		return false
	}
	t.Lease.Verb = verb
	if mac, ok := strings.CutPrefix(who, "[hwtype="); ok {
		_, mac, _ = strings.Cut(mac, " ")
		mac, _, _ = strings.Cut(mac, "]")
		t.Lease.Kind, t.Lease.Who = Hardware(mac)
	} else if duid, ok := strings.CutPrefix(strings.TrimPrefix(who, "["), "duid=["); ok {
		duid, _, _ = strings.Cut(duid, "]")
		t.Lease.Kind, t.Lease.Who = Named("duid-" + strings.ReplaceAll(duid, ":", ""))
	}
	return t.Lease.Who != "" && t.saidKea(said)
}

// isKeaHead reports whether a text is a level and a logger, INFO  [kea-dhcp4.leases/9], either of which may be missing.
func isKeaHead(s string) bool {
	words := strings.Fields(s)
	for i, word := range words {
		logger := strings.HasPrefix(word, "[kea-dhcp") && strings.HasSuffix(word, "]")
		if !logger && (i > 0 || word != "INFO" && word != "WARN" && word != "DEBUG") {
			return false
		}
	}
	return len(words) < 3
}

// saidKea reads the sentence behind who it is about; it is not ok when a word stands there that Kea does not write.
func (t *Told) saidKea(s string) bool {
	for word := range strings.FieldsSeq(s) {
		if keaWords[word] || strings.HasPrefix(word, "iaid=") && digitsOnly(word[len("iaid="):]) {
			continue
		}
		if n, ok := telemetry.ParseUint(word); ok && n < 1<<31 {
			t.Seconds = n
			continue
		}
		a := telemetry.ParseAddr(word)
		if !a.IsValid() || t.Lease.Address.IsValid() {
			return false
		}
		t.Lease.Address = a
	}
	return t.Lease.Address.IsValid()
}

// lasts notes when a lease ends by itself, that was given for so many seconds.
func (l *Lease) lasts(from telemetry.Instant, seconds uint64) {
	if seconds > 0 && l.Verb != End && from.Known() {
		l.Until = from + telemetry.Instant(seconds)*telemetry.Instant(time.Second)
	}
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return s != ""
}
