package lease

import (
	"strings"

	"stormglass/internal/telemetry"
)

// Message is a line of a log as far as it tells who wrote it.
type Message struct {
	Program string // in its header
	Code    string // that it carries, as RT_SRC_NAT_PBA_ALLOC
	ID      string // the MSGID of RFC 5424
	Text    string
}

// Told is what a message says: a lease, or blocks of ports.
type Told struct {
	Lease   Lease
	Seconds uint64 // that the lease is for; 0: not said
	Blocks  []Block
}

// Read reads a message that tells of a lease. It takes only what a program writes that gives addresses, told by its own name or code and
// not by the text, and only a text that has the form from its first byte to its last: whatever holds more, or a name that looks like a
// lease in somebody else's message, is none and stays an event that rules and indicators see.
func Read(m *Message) (t Told, ok bool) {
	switch m.Program {
	case "":
		if m.Code == "" {
			t.Blocks, ok = readUserBased(m.ID, m.Text)
			return t, ok
		}
	case "dhcpd":
		ok = t.readISC(strings.TrimLeft(m.Text, " "))
		return t, ok
	case "dnsmasq-dhcp":
		ok = t.readDnsmasq(strings.TrimLeft(m.Text, " "))
		return t, ok
	case "kea-dhcp4", "kea-dhcp6":
		ok = t.readKea(strings.TrimLeft(m.Text, " "))
		return t, ok
	}
	code, text := m.Code, strings.TrimLeft(m.Text, " ")
	if m.Program == "RT_NAT" && code == "" {
		if code = m.ID; code == "" {
			code, text, _ = strings.Cut(text, ": ")
		}
	}
	if code != "" && (strings.HasPrefix(code, codeServices) || strings.HasPrefix(code, codeSource)) {
		t.Blocks, ok = readJunos(code, text)
	}
	return t, ok
}

// Fill makes record i of a batch of kind aaa what was told. The head is filled: the time tells when.
func (t *Told) Fill(b *telemetry.Batch, i int) {
	if len(t.Blocks) > 0 {
		fillBlocks(b, i, t.Blocks)
		return
	}
	t.Lease.lasts(b.Event[i].Occurred, t.Seconds)
	Fill(b, i, &t.Lease)
}

// readISC reads what ISC dhcpd writes:
//
//	DHCPACK on 100.64.0.9 to 00:00:5e:00:53:01 (name) via eth0        DHCPRELEASE of 100.64.0.9 from 00:00:5e:00:53:01 via eth0 (found)
//	DHCPACK to 100.64.0.9 (00:00:5e:00:53:01) via eth0
//
// The name is the client's choice, and comes after what is read.
func (t *Told) readISC(s string) bool {
	verb, rest, _ := strings.Cut(s, " ")
	word, rest, _ := strings.Cut(rest, " ")
	addr, rest, _ := strings.Cut(rest, " ")
	between := ""
	switch verb + " " + word {
	case "DHCPACK on":
		between = "to "
	case "DHCPACK to":
	case "DHCPRELEASE of":
		t.Lease.Verb, between = End, "from "
	default:
		return false
	}
	rest, ok := strings.CutPrefix(rest, between)
	mac, rest, whole := strings.Cut(rest, " ")
	if between == "" {
		var open, closed bool
		mac, open = strings.CutPrefix(mac, "(")
		mac, closed = strings.CutSuffix(mac, ")")
		ok = open && closed
	}
	return ok && whole && t.holds(addr, mac) && (strings.HasPrefix(rest, "via ") || between != "" && strings.HasPrefix(rest, "(") && strings.Contains(rest, ") via "))
}

// readDnsmasq reads what dnsmasq writes, with the name that the client chose at its end:
//
//	DHCPACK(eth0) 100.64.0.9 00:00:5e:00:53:01 name                   DHCPRELEASE(eth0) 100.64.0.9 00:00:5e:00:53:01
func (t *Told) readDnsmasq(s string) bool {
	verb, rest, ok := strings.Cut(s, "(")
	_, rest, closed := strings.Cut(rest, ") ")
	switch {
	case !ok || !closed:
		return false
	case verb == "DHCPRELEASE":
		t.Lease.Verb = End
	case verb != "DHCPACK":
		return false
	}
	addr, rest, _ := strings.Cut(rest, " ")
	mac, name, _ := strings.Cut(rest, " ")
	return !strings.Contains(strings.TrimRight(name, " "), " ") && t.holds(addr, mac)
}

// holds takes an address and a hardware address, and reports whether they are such.
func (t *Told) holds(addr, mac string) bool {
	t.Lease.Address = telemetry.ParseAddr(addr)
	t.Lease.Kind, t.Lease.Who = Hardware(mac)
	return t.Lease.Address.IsValid() && t.Lease.Who != ""
}
