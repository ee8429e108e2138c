package simulate

import (
	"fmt"
	"net/netip"
	"time"
)

// Line is a subscriber whom a question about an address should name.
type Line struct {
	ID     string     `json:"id"`
	What   string     `json:"what"`
	Kind   string     `json:"kind"` // "imsi", "username"
	Who    string     `json:"who"`  // made up
	Inside netip.Addr `json:"inside"`
	// Public and Port are what the world saw of it, where it was translated.
	Public netip.Addr `json:"public,omitzero"`
	Port   uint16     `json:"port,omitempty"`
	At     time.Time  `json:"at"`
	From   time.Time  `json:"from"` // of the lease, and of its block of ports or shortly before
	Until  time.Time  `json:"until"`
}

// Lines that share one public address: each night each of them gets the address of the one after it, and other ports.
const (
	sharedLines = 60
	blockPorts  = 1024
	nightly     = 3 * time.Hour // when addresses change
)

var (
	sharedInside = netip.MustParseAddr("100.64.3.40")
	sharedPublic = netip.MustParseAddr("192.0.2.140")
	fixedLines   = netip.MustParseAddr("100.64.9.20")
	// covertLine is the address of the line that somebody holds.
	covertLine = netip.MustParseAddr("100.64.3.77")
)

// imsi gives the identity of the k-th line, of the test network 001-01.
func imsi(k int) string { return fmt.Sprintf("00101%010d", 70_000_000+k*7919) }

// insideOf gives the address of a line in the n-th night of the run.
func insideOf(k, n int) netip.Addr { return in4(sharedInside.String(), uint32((k+n)%sharedLines)) }

// blockOf gives the first port of a line in the n-th night.
func blockOf(k, n int) uint16 { return uint16(1024 + (k*7+n*11)%sharedLines*blockPorts) }

// newSubscriberLines is who had which address: accounting of mobile lines (RADIUS), their ports behind the address translation, and leases of
// fixed lines (DHCP). One of them is infected: it calls a machine outside for half a day, and an administrator's session comes from it
// (FLW-13), so that whoever is asked for its address, or the public one with a port, must name it.
func newSubscriberLines(c *cast) part {
	p := newPlan(c)
	for n := 0; p.midnight(n).Before(c.cfg.end()); n++ {
		from := p.midnight(n).Add(nightly)
		for k := range sharedLines {
			begin := from.Add(time.Duration(k)*20*time.Second + p.upTo(10*time.Second))
			p.attached(k, n, begin, begin.Add(23*time.Hour+30*time.Minute))
		}
		for k := range 8 {
			p.leased(k, p.midnight(n).Add(time.Duration(k)*time.Minute+p.upTo(time.Minute)))
		}
	}
	return p
}

// attached is a session of a mobile line, and its block of ports.
func (p *plan) attached(k, n int, begin, end time.Time) {
	inside, id := insideOf(k, n), fmt.Sprintf("%08X", hash(fmt.Sprint("session ", k, n))&0xffffffff)
	block := fmt.Sprintf("%s -> %s:%d-%d 0x%x", inside, sharedPublic, blockOf(k, n), int(blockOf(k, n))+blockPorts-1, begin.Unix())
	for _, x := range []struct {
		at           time.Time
		status, verb string
	}{{begin, "Start", "ALLOC"}, {end, "Stop", "RELEASE"}} {
		p.at(x.at, func(s *slot, at time.Time) {
			s.lease(at, "detail", fmt.Sprintf("%s\n\tAcct-Status-Type = %s\n\tUser-Name = \"%s@lampwick.example\"\n\t3GPP-IMSI = \"%s\"\n\tNAS-Identifier = \"gw-1\"\n\tService-Type = Framed-User\n"+
				"\tFramed-Protocol = GPRS-PDP-Context\n\tFramed-IP-Address = %s\n\tAcct-Session-Id = \"%s\"\n\tTimestamp = %d\n\n",
				at.Format("Mon Jan _2 15:04:05 2006"), x.status, imsi(k), imsi(k), inside, id, at.Unix()))
		})
		p.at(x.at.Add(2*time.Second), func(s *slot, at time.Time) {
			s.lease(at, "cgn-1.log", fmt.Sprintf("%s cgn-1 mspmand[214]: JSERVICES_NAT_PORT_BLOCK_%s: %s\n", at.Format(stampISO), x.verb, block))
		})
	}
}

// leased is the lease of a fixed line, which it renews each night.
func (p *plan) leased(k int, t time.Time) {
	p.at(t, func(s *slot, at time.Time) {
		s.lease(at, "dhcp-1.log", fmt.Sprintf("%s dhcp-1 dhcpd[611]: DHCPACK on %s to %s via eth1\n", at.Format(stampISO), in4(fixedLines.String(), uint32(k)), hardware(k)))
	})
}

func hardware(k int) string { return fmt.Sprintf("00:00:5e:00:53:%02x", 0x40+k) }
