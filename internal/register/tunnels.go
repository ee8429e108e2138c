package register

import (
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"

	"stormglass/internal/telemetry"
)

// tunnels are approved tunnels by what may be an end of them.
type tunnels struct{ byEnd *bart.Table[[]*Tunnel] }

// newTunnels makes a table in which each prefix holds the tunnels that may end anywhere in it or around it.
func newTunnels(all []Tunnel) tunnels {
	if len(all) == 0 {
		return tunnels{}
	}
	own, out := map[netip.Prefix][]*Tunnel{}, new(bart.Table[[]*Tunnel])
	for i := range all {
		for _, p := range all[i].Ends {
			own[p] = append(own[p], &all[i])
		}
	}
	raw := new(bart.Table[[]*Tunnel])
	for p, ts := range own {
		raw.Insert(p, ts)
	}
	for p := range own {
		var around []*Tunnel
		for _, ts := range raw.Supernets(p) {
			around = append(around, ts...)
		}
		out.Insert(p, around)
	}
	return tunnels{out}
}

// state judges a conversation between two ends in a protocol.
func (t *tunnels) state(a, b netip.Addr, protocol string, at telemetry.Instant) State {
	if t.byEnd == nil {
		return Unknown
	}
	a, b = plainAddr(a), plainAddr(b)
	near, _ := t.byEnd.Lookup(a)
	if far, _ := t.byEnd.Lookup(b); len(far) < len(near) {
		near = far // the spoke's one tunnel, not the thousands of the hub
	}
	best := Unknown
	for _, tun := range near {
		if !tun.joins(a, b) || !tun.carries(protocol) {
			continue
		}
		switch {
		case tun.Holds(at):
			return Approved
		case tun.Over(at):
			best = Expired
		}
	}
	return best
}

// joins reports whether a and b are two different ends.
func (t *Tunnel) joins(a, b netip.Addr) bool {
	for i, p := range t.Ends {
		if !p.Contains(a) {
			continue
		}
		for j, q := range t.Ends {
			if i != j && q.Contains(b) {
				return true
			}
		}
	}
	return false
}

func (t *Tunnel) carries(protocol string) bool {
	return len(t.Protocols) == 0 || slices.Contains(t.Protocols, protocol) || protocol == "esp" && slices.Contains(t.Protocols, "ipsec")
}

// tunnelProtocol names how a conversation is a tunnel; empty when it is none, or its protocol is not known.
func tunnelProtocol(e *telemetry.Ends) string {
	const gre, ipip, ip6, esp, ah, etherip, l2tp = 47, 4, 41, 50, 51, 97, 115
	switch e.Proto {
	case gre:
		return "gre"
	case ipip, ip6:
		return "ipip"
	case esp, ah:
		return "esp"
	case etherip:
		return "etherip"
	case l2tp:
		return "l2tp"
	case protoUDP:
		if e.SrcPort < firstFreePort && udpTunnel(e.SrcPort) == "" && e.SrcPort != 0 {
			return "" // the answer of a service, to a port that the client happened to choose
		}
		return udpTunnel(e.DstPort)
	}
	return ""
}

// firstFreePort is the lowest port that programs without rights of the system may take: RFC 6335, section 6.
const firstFreePort = 1024

// udpTunnel names the tunnel that uses a port, by the IANA registry of ports. That of wireguard is a habit.
func udpTunnel(port uint16) string {
	switch port {
	case 500, 4500:
		return "ipsec"
	case 1701:
		return "l2tp"
	case 4789:
		return "vxlan"
	case 6081:
		return "geneve"
	case 51820:
		return "wireguard"
	}
	return ""
}
