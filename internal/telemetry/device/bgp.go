package device

import (
	"strings"

	"stormglass/internal/telemetry"
)

// bgpParsers read neighbours that come and go.
var bgpParsers = map[key]parser{
	{"BGP", "ADJCHANGE"}:                   bgpChange,
	{"BGP", "NOTIFICATION"}:                bgpNotification,
	{"BGP", "NBR_RESET"}:                   bgpReset,
	{"ROUTING-BGP", "ADJCHANGE"}:           bgpChange,
	{"ROUTING-BGP", "ADJCHANGE_DETAIL"}:    bgpChange,
	{"", "ADJCHANGE"}:                      bgpChange, // FRR, as SONiC has it
	{"", "RPD_BGP_NEIGHBOR_STATE_CHANGED"}: bgpJunos,
	{"", "BGP_NEIGHBOR_STATE_CHANGED"}:     bgpJunos,
	{"BGP", "PEER_STATE_CHG"}:              bgpHuawei,
	{"BGP", "STATE_CHG_UPDOWN"}:            bgpHuawei,
}

// bgpChange reads the forms of IOS, IOS XR, NX-OS and FRR, neighbor A [vpn vrf V] Down WHY, and of EOS, peer A (VRF V AS N) old state
// S event E new state S.
func bgpChange(r *reader, s string) {
	if rest, ok := strings.CutPrefix(s, "peer "); ok {
		bgpStates(r, rest)
		return
	}
	_, s, ok := strings.Cut(s, "neighbor ")
	who, rest := word(s)
	who, _, _ = strings.Cut(who, "(") // and its name
	if !ok || !telemetry.ParseAddr(who).IsValid() {
		return
	}
	action, rest := upOrDown(rest)
	if action == "" {
		return
	}
	r.action(action)
	r.name(fieldNeighbor, who)
	why, vrf, _ := strings.Cut(rest, "(VRF: ")
	r.reason(strings.TrimPrefix(why, "- "))
	if _, as, ok := strings.Cut(vrf, "(AS: "); ok {
		as, _, _ = strings.Cut(as, ")")
		r.name(fieldAS, as)
	}
}

// upOrDown looks for what happened within a few words, behind the table that the neighbour is in.
func upOrDown(s string) (action, rest string) {
	for range 6 {
		var w string
		switch w, s = word(s); w {
		case "Up", "UP":
			return "bgp-up", s
		case "Down", "DOWN":
			return "bgp-down", s
		}
	}
	return "", s
}

// bgpStates reads: A (VRF V AS N) old state S event E new state S.
func bgpStates(r *reader, s string) {
	who, rest := word(s)
	where, rest, ok := strings.Cut(strings.TrimPrefix(rest, "("), ") old state ")
	was, rest, ok2 := strings.Cut(rest, " event ")
	why, is, ok3 := strings.Cut(rest, " new state ")
	if !ok || !ok2 || !ok3 {
		return
	}
	_, as, _ := cutLast(where, "AS ")
	r.bgp(who, as, was, is, why)
}

// bgp adds what became of a neighbour.
func (r *reader) bgp(who, as, was, is, why string) {
	if !telemetry.ParseAddr(who).IsValid() {
		return
	}
	switch {
	case strings.EqualFold(is, "Established"):
		r.action("bgp-up")
	case strings.EqualFold(was, "Established"):
		r.action("bgp-down")
	default:
		r.action("bgp-change")
	}
	r.name(fieldNeighbor, who)
	r.name(fieldAS, as)
	r.reason(why)
}

// bgpJunos reads: BGP peer A (External AS N) changed state from S to S (event E) (instance I).
func bgpJunos(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "BGP peer ")
	who, rest := word(s)
	kind, rest, ok2 := strings.Cut(strings.TrimPrefix(rest, "("), ") changed state from ")
	was, rest, ok3 := strings.Cut(rest, " to ")
	is, rest := word(rest)
	if !ok || !ok2 || !ok3 {
		return
	}
	why, _, _ := strings.Cut(strings.TrimPrefix(rest, "(event "), ")")
	_, as, _ := cutLast(kind, " AS ")
	r.bgp(who, as, was, is, why)
}

// bgpNotification reads: sent to neighbor A [vpn vrf V] 6/1 (Cease/...) 0 bytes, received from neighbor A (AS N) 6/1 (...).
func bgpNotification(r *reader, s string) {
	_, s, ok := strings.Cut(s, "neighbor ")
	who, rest := word(s)
	if !ok || !telemetry.ParseAddr(who).IsValid() {
		return
	}
	r.action("bgp-change")
	r.name(fieldNeighbor, who)
	if after, ok := strings.CutPrefix(rest, "(AS "); ok {
		as, after, _ := strings.Cut(after, ")")
		r.name(fieldAS, as)
		rest = strings.TrimLeft(after, " ")
	}
	if i := strings.LastIndex(rest, ") "); i >= 0 {
		rest = rest[:i+1]
	}
	r.reason(rest)
}

// bgpReset reads: Neighbor A reset (WHY).
func bgpReset(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "Neighbor ")
	who, rest := word(s)
	why, ok2 := between(rest, "reset (", ")")
	if !ok || !ok2 || !telemetry.ParseAddr(who).IsValid() {
		return
	}
	r.action("bgp-change")
	r.name(fieldNeighbor, who)
	r.reason(why)
}

// bgpHuawei reads: The status of the peer A changed from ESTABLISHED to IDLE. (InstName=V, StateChangeReason=WHY).
func bgpHuawei(r *reader, s string) {
	_, s, ok := strings.Cut(s, "peer ")
	who, rest := word(s)
	rest, ok2 := strings.CutPrefix(rest, "changed from ")
	was, rest, ok3 := strings.Cut(rest, " to ")
	is, rest := word(rest)
	if !ok || !ok2 || !ok3 {
		return
	}
	why, _ := keyed(rest, "StateChangeReason", ",")
	r.bgp(who, "", was, strings.TrimSuffix(is, "."), strings.TrimRight(why, ")"))
}
