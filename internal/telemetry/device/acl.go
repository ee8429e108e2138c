package device

import (
	"cmp"
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
)

// aclParsers read what access lists of routers and switches let pass or not.
var aclParsers = map[key]parser{
	{"SEC", "IPACCESSLOGP"}:            accessList,
	{"SEC", "IPACCESSLOGDP"}:           accessList,
	{"SEC", "IPACCESSLOGNP"}:           accessList,
	{"SEC", "IPACCESSLOGRP"}:           accessList,
	{"SEC", "IPACCESSLOGSP"}:           accessList,
	{"SEC", "IPACCESSLOGS"}:            standardList,
	{"IPV6_ACL", "ACCESSLOGP"}:         accessList,
	{"IPV6_ACL", "ACCESSLOGDP"}:        accessList,
	{"IPV6_ACL", "ACCESSLOGNP"}:        accessList,
	{"IPV6_ACL", "ACCESSLOGSP"}:        accessList,
	{"ACL-IPV4_ACL", "IPACCESSLOGP"}:   accessList,
	{"ACL-IPV4_ACL", "IPACCESSLOGDP"}:  accessList,
	{"ACL-IPV4_ACL", "IPACCESSLOGNP"}:  accessList,
	{"ACL-IPV4_ACL", "IPACCESSLOGRP"}:  accessList,
	{"ACL-IPV4_ACL", "IPACCESSLOGS"}:   standardList,
	{"ACL-IPV6_ACL", "IPV6ACCESSLOGP"}: accessList,
	{"ACL", "IPACCESS"}:                accessList, // of EOS
	{"ACL", "IPV6ACCESS"}:              accessList,
	{"ACLLOG", "ACLLOG_FLOW_INTERVAL"}: flowOfList,
	{"ACLLOG", "ACLLOG_NEW_FLOW"}:      flowOfList,
}

// accessList reads: list L permitted tcp A(p) [(Gi0/1 0000.5e00.5301)] -> B(p), 1 packet. EOS names the interface behind the list; IOS XR
// writes access-list L (10) permit.
func accessList(r *reader, s string) {
	name, allowed, rest, ok := listed(s)
	proto, rest := word(rest)
	left, right, ok2 := strings.Cut(rest, " -> ")
	if !ok || !ok2 {
		return
	}
	src, ok := endOf(left)
	to, _, _ := strings.Cut(right, ",")
	dst, ok2 := endOf(to)
	if !ok || !ok2 {
		return
	}
	r.verdict(allowed)
	r.name(fieldRule, name)
	r.ends(src, dst, telemetry.ParseTransport(proto))
}

// endOf reads an end and passes over the interface, the kind of ICMP and whatever else stands behind it.
func endOf(s string) (netip.AddrPort, bool) {
	first, _ := word(s)
	return hostPort(first)
}

// standardList reads: list L denied A 3 packets.
func standardList(r *reader, s string) {
	name, allowed, rest, ok := listed(s)
	src, ok2 := endOf(rest)
	if !ok || !ok2 {
		return
	}
	r.verdict(allowed)
	r.name(fieldRule, name)
	r.event.Src, r.event.SrcPort = src.Addr(), src.Port()
}

// listed reads the name of a list and its verdict.
func listed(s string) (name string, allowed bool, rest string, ok bool) {
	s, ok = strings.CutPrefix(strings.TrimPrefix(s, "access-"), "list ")
	if !ok {
		return
	}
	name, rest = word(s)
	name, _, _ = strings.Cut(name, "/") // the number of the line
	for range 3 {
		var verdict string
		switch verdict, rest = word(rest); verdict {
		case "permitted", "permit", "est-allowed":
			return name, true, rest, true
		case "denied", "deny":
			return name, false, rest, true
		}
	}
	return name, false, rest, false
}

// flowOfList reads what NX-OS says: ACL Name: L, ACE Action: Permit, Appl Intf: ..., Src IP: A, Dst IP: B, Src Port: 1, Dst Port: 2,
// Src Intf: I, Protocol: "TCP"(6), Hit-count = 7. Older versions lack the list and say nothing of the verdict.
func flowOfList(r *reader, s string) {
	src, ok := flowEnd(s, "Src IP: ", "Source IP: ", "Src Port: ", "Source Port: ")
	dst, ok2 := flowEnd(s, "Dst IP: ", "Destination IP: ", "Dst Port: ", "Destination Port: ")
	if !ok || !ok2 {
		return
	}
	switch action := part(s, "ACE Action: "); {
	case hasFold(action, "permit"):
		r.verdict(true)
	case hasFold(action, "den"):
		r.verdict(false)
	default:
		r.action("acl-hit")
	}
	r.name(fieldRule, part(s, "ACL Name: "))
	_, number, _ := strings.Cut(part(s, "Protocol: "), "(")
	number, _, _ = strings.Cut(number, ")")
	r.ends(src, dst, telemetry.ParseTransport(number))
}

func flowEnd(s, addr, addrLong, port, portLong string) (netip.AddrPort, bool) {
	a := telemetry.ParseAddr(cmp.Or(part(s, addr), part(s, addrLong)))
	p, _ := telemetry.ParsePort(cmp.Or(part(s, port), part(s, portLong)))
	return netip.AddrPortFrom(a, p), a.IsValid()
}

// part gives what stands behind a name up to the next comma.
func part(s, name string) string {
	_, v, _ := strings.Cut(s, name)
	v, _, _ = strings.Cut(v, ",")
	return v
}
