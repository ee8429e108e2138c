package device

import (
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
)

// asaDenied reads what was denied, in its many forms: Inbound TCP connection denied from A/1 to B/2 flags SYN on interface I; Deny inbound
// UDP from A/1 to B/2 on interface I; Deny inbound icmp src IF:A dst IF:B (type 3, code 2); Deny tcp src IF:A/1 dst IF:B/2 by
// access-group "G"; Deny IP spoof from (A) to B on interface I.
func asaDenied(r *reader, s string) {
	from, to, ok := fromTo(s, " from ", " to ")
	if !ok {
		from, to, ok = fromTo(s, " src ", " dst ")
	}
	if !ok {
		return
	}
	r.verdict(false)
	if _, group, ok := strings.Cut(s, ` by access-group "`); ok {
		group, _, _ = strings.Cut(group, `"`)
		r.name(fieldRule, group)
	}
	r.ends(from, to, deniedProto(s))
}

// fromTo reads the words behind two others as ends.
func fromTo(s, from, to string) (src, dst netip.AddrPort, ok bool) {
	_, rest, ok := strings.Cut(s, from)
	left, right, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		return src, dst, false
	}
	if open, is := between(left, "(", ")"); is {
		left = open
	}
	src, ok = endOf(left)
	dst, ok2 = endOf(right)
	return src, dst, ok && ok2
}

// deniedProto looks for the protocol among the first words.
func deniedProto(s string) uint8 {
	for range 4 {
		var w string
		if w, s = word(s); w == "protocol" {
			w, _ = word(s)
			return telemetry.ParseTransport(w)
		}
		if digits(w) == 0 {
			if p := telemetry.ParseTransport(w); p != 0 {
				return p
			}
		}
	}
	return 0
}

// asaList reads: access-list L permitted tcp IF/A(1) -> IF/B(2) hit-cnt 1 first hit [0x0, 0x0].
func asaList(r *reader, s string) {
	name, allowed, rest, ok := listed(s)
	proto, rest := word(rest)
	left, right, ok2 := strings.Cut(rest, " -> ")
	if before, user, is := cutLast(left, "("); is && !strings.ContainsAny(user, ".:") && strings.HasSuffix(before, ")") {
		left = before // the user of the source stands behind it
	}
	src, ok3 := endOf(left)
	dst, ok4 := endOf(right)
	if !ok || !ok2 || !ok3 || !ok4 {
		return
	}
	r.verdict(allowed)
	r.name(fieldRule, name)
	r.ends(src, dst, telemetry.ParseTransport(proto))
}

// asaBuilt reads: Built outbound TCP connection 9 for IF:A/1 (M/1) to IF:B/2 (M/2). Who opened it stands first where it is inbound, and
// second where it is outbound.
func asaBuilt(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "Built ")
	direction, rest := word(s)
	proto, rest := word(rest)
	_, rest, ok2 := strings.Cut(rest, " for ")
	left, right, ok3 := strings.Cut(rest, " to ")
	one, ok4 := endOf(left)
	two, ok5 := endOf(right)
	if !ok || !ok2 || !ok3 || !ok4 || !ok5 {
		return
	}
	if direction == "outbound" {
		one, two = two, one
	}
	r.verdict(true)
	r.ends(one, two, telemetry.ParseTransport(proto))
}

// asaBuiltICMP reads: Built inbound ICMP connection for faddr A/0 gaddr B/0 laddr C/0.
func asaBuiltICMP(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "Built ")
	direction, _ := word(s)
	_, far, ok2 := strings.Cut(s, " faddr ")
	_, near, ok3 := strings.Cut(s, " laddr ")
	one, ok4 := endOf(far)
	two, ok5 := endOf(near)
	if !ok || !ok2 || !ok3 || !ok4 || !ok5 {
		return
	}
	if direction == "outbound" {
		one, two = two, one
	}
	r.verdict(true)
	r.ends(netip.AddrPortFrom(one.Addr(), 0), netip.AddrPortFrom(two.Addr(), 0), 1)
}

// asaAccess reads what reached the firewall itself: TCP access denied by ACL from A/1 to IF:B/22.
func asaAccess(allowed bool) parser {
	return func(r *reader, s string) {
		src, dst, ok := fromTo(s, " from ", " to ")
		proto, rest := word(s)
		if !ok || !strings.HasPrefix(rest, "access ") {
			return
		}
		r.verdict(allowed)
		r.ends(src, dst, telemetry.ParseTransport(proto))
	}
}
