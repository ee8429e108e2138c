package lease

import (
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// Is reports whether a message tells of a lease, by the program that wrote it, its code and its text. It is quick, and exact: what it
// is true of Message reads.
func Is(program, code, text string) bool {
	switch {
	case strings.HasPrefix(code, "JSERVICES_NAT_PORT_BLOCK_"), strings.HasPrefix(code, "RT_SRC_NAT_PBA_"):
		return true
	case program == "RT_NAT":
		return strings.Contains(text, " port block [")
	case program == "dhcpd", program == "dnsmasq-dhcp":
		text = strings.TrimLeft(text, " ")
		return strings.HasPrefix(text, "DHCPACK") || strings.HasPrefix(text, "DHCPRELEASE")
	case strings.HasPrefix(program, "kea-dhcp"):
		return strings.Contains(text, "_LEASE_") || strings.Contains(text, "_RELEASE")
	}
	return strings.Contains(text[:min(len(text), 64)], "[Userbased")
}

// Message makes record i of a batch of kind aaa what a message tells. The head is filled: the time tells when.
func Message(b *telemetry.Batch, i int, program, code, text string) {
	text = strings.TrimLeft(text, " ")
	switch {
	case strings.HasPrefix(program, "kea-dhcp"):
		readKea(b, i, text)
	case strings.HasPrefix(code, "JSERVICES_"), strings.HasPrefix(code, "RT_SRC_"), program == "RT_NAT", strings.Contains(text[:min(len(text), 64)], "[Userbased"):
		readBlocks(b, i, code, text)
	default:
		readDHCP(b, i, text)
	}
}

// readDHCP reads what ISC dhcpd and dnsmasq write:
//
//	DHCPACK on 100.64.0.9 to 00:00:5e:00:53:01 (name) via eth0        DHCPRELEASE of 100.64.0.9 from 00:00:5e:00:53:01 via eth0 (found)
//	DHCPACK to 100.64.0.9 (00:00:5e:00:53:01) via eth0
//	DHCPACK(eth0) 100.64.0.9 00:00:5e:00:53:01 name                   DHCPRELEASE(eth0) 100.64.0.9 00:00:5e:00:53:01
//
// The name is the client's choice, and comes last.
func readDHCP(b *telemetry.Batch, i int, s string) {
	l := Lease{Verb: Start}
	if strings.HasPrefix(s, "DHCPRELEASE") {
		l.Verb = End
	}
	for n := 0; s != "" && n < 6; n++ {
		var word string
		word, s, _ = strings.Cut(s, " ")
		word = strings.Trim(word, "()")
		if a := telemetry.ParseAddr(word); a.IsValid() && !l.Address.IsValid() {
			l.Address = a
			continue
		}
		if l.Kind, l.Who = Hardware(word); l.Who != "" {
			break
		}
	}
	Fill(b, i, &l)
}

// readKea reads what Kea writes:
//
//	INFO  [kea-dhcp4.leases/9] DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:01], cid=[…], tid=0x1: lease 100.64.0.9 has been allocated for 3600 seconds
//	INFO  [kea-dhcp6.leases/9] DHCP6_LEASE_ALLOC duid=[00:01:…], …: lease for address 2001:db8::9 and iaid=1 has been allocated for 3600 seconds
//	INFO  [kea-dhcp4.leases/9] DHCP4_RELEASE [hwtype=1 …], …: address 100.64.0.9 was released properly
func readKea(b *telemetry.Batch, i int, s string) {
	l := Lease{Verb: Start}
	if strings.Contains(s, "_RELEASE ") || strings.Contains(s, "_RELEASE_") || strings.Contains(s, "_EXPIRE") {
		l.Verb = End
	} else if strings.Contains(s, "_REUSE") || strings.Contains(s, "_RENEW") {
		l.Verb = Held
	}
	if _, rest, ok := strings.Cut(s, "hwtype="); ok {
		_, rest, _ = strings.Cut(rest, " ")
		mac, _, _ := strings.Cut(rest, "]")
		l.Kind, l.Who = Hardware(mac)
	} else if _, rest, ok := strings.Cut(s, "duid=["); ok {
		duid, _, _ := strings.Cut(rest, "]")
		l.Kind, l.Who = Named("duid-" + strings.ReplaceAll(duid, ":", ""))
	}
	_, said, _ := strings.Cut(s, ": ")
	l.Address = firstAddr(said)
	if _, rest, ok := strings.Cut(said, " for "); ok && l.Verb != End && b.Event[i].Occurred.Known() {
		if k := strings.LastIndex(rest, " for "); k >= 0 {
			rest = rest[k+len(" for "):]
		}
		seconds, _, _ := strings.Cut(rest, " ")
		if n, ok := telemetry.ParseUint(seconds); ok && n < 1<<31 {
			l.Until = b.Event[i].Occurred + telemetry.Instant(n)*telemetry.Instant(time.Second)
		}
	}
	Fill(b, i, &l)
}
