package telemetry

// firewallEvents are the words for element 233 of IPFIX, natEvents those for element 230 (RFC 8158).
var (
	firewallEvents = [...]string{"ignored", "created", "deleted", "denied", "alert", "updated"}
	natEvents      = [...]string{
		1: "translation created", 2: "translation deleted", 3: "threshold reached", 4: "NAT44 session created", 5: "NAT44 session deleted",
		6: "NAT64 session created", 7: "NAT64 session deleted", 8: "NAT44 binding created", 9: "NAT44 binding deleted",
		10: "NAT64 binding created", 11: "NAT64 binding deleted", 12: "ports exhausted", 13: "quota exceeded",
		14: "address binding created", 15: "address binding deleted", 16: "port block allocated", 17: "port block released",
		18: "port block threshold reached",
	}
)

// FirewallDenied is the firewall event of a session that carried no conversation.
const FirewallDenied = 3

// FirewallEvent gives the word for a firewall event (IPFIX element 233), empty when there is none.
func FirewallEvent(n uint64) string { return wordOf(firewallEvents[:], n) }

// NATEvent gives the words for an event of address translation (IPFIX element 230), empty when there are none.
func NATEvent(n uint64) string { return wordOf(natEvents[:], n) }

func wordOf(words []string, n uint64) string {
	if n < uint64(len(words)) {
		return words[n]
	}
	return ""
}
