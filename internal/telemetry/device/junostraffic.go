package device

import (
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
)

// junosFilter reads what a firewall filter logs: FW: ge-0/0/0.0 D tcp A B 50022 22 (1 packets); A is accept, D discard, R reject.
func junosFilter(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "FW: ")
	_, rest := word(s)
	verdict, rest := word(rest)
	proto, rest := word(rest)
	src, rest := word(rest)
	dst, rest := word(rest)
	from, to := telemetry.ParseAddr(src), telemetry.ParseAddr(dst)
	if !ok || len(verdict) != 1 || strings.IndexByte("ADR", verdict[0]) < 0 || !from.IsValid() || !to.IsValid() {
		return
	}
	r.verdict(verdict == "A")
	p := telemetry.ParseTransport(proto)
	e := [2]netip.AddrPort{netip.AddrPortFrom(from, 0), netip.AddrPortFrom(to, 0)}
	if p == 6 || p == 17 || p == 132 {
		srcPort, rest := word(rest)
		dstPort, _ := word(rest)
		one, _ := telemetry.ParsePort(srcPort)
		two, _ := telemetry.ParsePort(dstPort)
		e[0], e[1] = netip.AddrPortFrom(from, one), netip.AddrPortFrom(to, two)
	}
	r.ends(e[0], e[1], p)
}

// junosFlow reads what SRX logs of sessions: session denied A/1->B/2 0x0 SERVICE 6(0) POLICY ZONE ZONE ..., session created A/1->B/2 0x0
// SERVICE NAT/1->NAT/2 ... 6 POLICY ZONE ZONE ID ...; or the same as structured data.
func junosFlow(allowed bool, start string) parser {
	return func(r *reader, s string) {
		if r.flowParams(allowed) {
			return
		}
		rest, ok := strings.CutPrefix(s, start)
		pair, rest := word(rest)
		left, right, ok2 := strings.Cut(pair, "->")
		src, ok3 := hostPort(left)
		dst, ok4 := hostPort(right)
		if !ok || !ok2 || !ok3 || !ok4 {
			return
		}
		r.verdict(allowed)
		proto, policy := flowPolicy(rest, allowed)
		r.name(fieldRule, policy)
		r.ends(src, dst, proto)
	}
}

// flowPolicy looks for the protocol's number, behind which the policy stands. Names of rules that hold digits only would be
// taken for it, so it is looked for where it may stand.
func flowPolicy(s string, allowed bool) (proto uint8, policy string) {
	for n := range 14 {
		var w string
		if w, s = word(s); w == "" {
			return 0, ""
		}
		if !allowed {
			w, _, _ = strings.Cut(w, "(")
		}
		if number, ok := telemetry.ParseUint(w); ok && number < 256 && n > 0 {
			policy, _ = word(s)
			return uint8(number), policy
		}
	}
	return 0, ""
}

func (r *reader) flowParams(allowed bool) bool {
	m := r.m
	src, dst := telemetry.ParseAddr(m.param("source-address")), telemetry.ParseAddr(m.param("destination-address"))
	if !src.IsValid() || !dst.IsValid() {
		return false
	}
	one, _ := telemetry.ParsePort(m.param("source-port"))
	two, _ := telemetry.ParsePort(m.param("destination-port"))
	r.verdict(allowed)
	r.name(fieldRule, m.param("policy-name"))
	if user := m.param("username"); user != "N/A" {
		r.user(user)
	}
	r.ends(netip.AddrPortFrom(src, one), netip.AddrPortFrom(dst, two), telemetry.ParseTransport(m.param("protocol-id")))
	return true
}
