package lease

import (
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
)

// platformCode is the code under which IOS XE passes on what its forwarding processor says, with that one's own code in the text.
const (
	platformCode    = "IOSXE-6-PLATFORM"
	translationCode = "NAT-6-LOG_TRANSLATION"
)

// Session reads a message of a translator about one session: a block of one port. The line stays an event besides, since it tells whom the
// subscriber talked to. These forms are read, of TCP and UDP:
//
//	IPNAT-6-NAT_CREATED    Created tcp 100.64.0.9:43800 198.51.100.9:1024 203.0.113.7:80 203.0.113.7:80   (and NAT_DELETED)
//	NAT-6-LOG_TRANSLATION  Created Translation UDP 100.64.0.9:44593 198.51.100.9:21129 203.0.113.7:53 203.0.113.7:53 0   (and Deleted)
//
//	RT_FLOW_SESSION_CREATE session created 100.64.0.9/43800->203.0.113.7/80 0x0 junos-http 198.51.100.9/1024->203.0.113.7/80 0x0 source rule R N/A N/A 6 …
//
// The second stands behind IOS XE's IOSXE-6-PLATFORM, or alone; the third, and RT_FLOW_SESSION_CLOSE, may be structured data instead.
func Session(code, data, s string) (b Block, ok bool) {
	switch code {
	case "RT_FLOW_SESSION_CREATE":
		return junosSession(Block{}, "session created ", data, s)
	case "RT_FLOW_SESSION_CLOSE":
		return junosSession(Block{Verb: End}, "session closed ", data, s)
	case "IPNAT-6-NAT_CREATED", "IPNAT-6-NAT_DELETED", "IPNAT-6-CREATED", "IPNAT-6-DELETED":
	case platformCode:
		before, rest, is := strings.Cut(s, "%"+translationCode+": ")
		if !is || !strings.Contains(before, "cpp_cp: QFP:") || strings.Contains(rest, "%") {
			return b, false
		}
		code, s = translationCode, rest
	case translationCode:
	default:
		return b, false
	}
	words := strings.Fields(s)
	if len(words) < 6 {
		return b, false
	}
	switch words[0] {
	case "Created":
	case "Deleted":
		b.Verb = End
	default:
		return b, false
	}
	words = words[1:]
	if code == translationCode {
		if words[0] != "Translation" || len(words) < 6 || len(words) > 7 || len(words) == 7 && strings.Trim(words[6], "0123456789.") != "" {
			return b, false
		}
		words = words[1:6]
	}
	if len(words) != 5 || !strings.EqualFold(words[0], "tcp") && !strings.EqualFold(words[0], "udp") {
		return b, false
	}
	var ends [4]netip.AddrPort
	for i := range ends {
		if ends[i], ok = addrPort(words[1+i]); !ok {
			return b, false
		}
	}
	b.Inside, b.Public = ends[0].Addr(), ends[1].Addr()
	b.First, b.Last = ends[1].Port(), ends[1].Port()
	return b, b.Inside != b.Public // else only the far end was translated
}

func addrPort(s string) (netip.AddrPort, bool) {
	at := strings.LastIndexByte(s, ':')
	if at < 0 {
		return netip.AddrPort{}, false
	}
	a := telemetry.ParseAddr(s[:at])
	port, ok := telemetry.ParsePort(s[at+1:])
	return netip.AddrPortFrom(a, port), ok && a.IsValid()
}

// junosSession reads the text or the structured data of a firewall's message.
func junosSession(b Block, said, data, s string) (Block, bool) {
	if strings.HasPrefix(data, "[junos@") {
		source, is := addrPort(attribute(data, "source-address") + ":" + attribute(data, "source-port"))
		public, was := addrPort(attribute(data, "nat-source-address") + ":" + attribute(data, "nat-source-port"))
		return b.ofPort(source, public, attribute(data, "protocol-id"), is && was)
	}
	rest, ok := strings.CutPrefix(s, said)
	if !ok {
		return b, false
	}
	if b.Verb == End { // why, and a colon
		if _, rest, ok = strings.Cut(rest, ": "); !ok {
			return b, false
		}
	}
	words := strings.Fields(rest)
	var ends [2]netip.AddrPort
	at, found := 0, 0
	for ; at < len(words) && at < 6 && found < len(ends); at++ {
		source, _, arrow := strings.Cut(words[at], "->")
		if !arrow {
			continue
		}
		if ends[found], ok = addrPort(strings.Replace(source, "/", ":", 1)); !ok {
			return b, false
		}
		found++
	}
	if found < len(ends) {
		return b, false
	}
	if words = words[at:]; len(words) > 0 && strings.HasPrefix(words[0], "0x") {
		words = words[1:]
	}
	for range 4 { // sort and name of the rule of the source, then of the destination
		if len(words) > 1 && words[1] == "rule" {
			words = words[1:]
		}
		if len(words) < 2 {
			return b, false
		}
		words = words[1:]
	}
	return b.ofPort(ends[0], ends[1], words[0], true)
}

// ofPort gives a block the one port of a session of TCP or UDP, and reports whether the source was translated.
func (b Block) ofPort(source, public netip.AddrPort, proto string, ok bool) (Block, bool) {
	b.Inside, b.Public, b.First, b.Last = source.Addr(), public.Addr(), public.Port(), public.Port()
	return b, ok && (proto == "6" || proto == "17") && b.Inside != b.Public
}

// attribute gives a value of structured data; a quote within a value has a backslash, so that none can hold another attribute.
func attribute(data, name string) string {
	_, rest, _ := strings.Cut(data, " "+name+`="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}
