package imports

import (
	"net/netip"
	"strconv"
	"strings"
)

// network is a prefix as a source describes it.
type network struct {
	prefix      netip.Prefix
	class       string // its class, role or use, in the source's words
	description string
	owner       string
	status      string
	remarks     []string
}

// proposeNetwork proposes an entry of networks.yaml.
func (r *reading) proposeNetwork(line int, n network) {
	p := n.prefix
	switch {
	case p.Addr().Is4In6():
		r.left(line, "the network is IPv4 written as IPv6: write it as IPv4")
		return
	case p.Bits() == 0:
		r.left(line, "the network is everybody's")
		return
	}
	i := &item{place: r.place(line), remarks: n.remarks}
	if p != p.Masked() {
		i.remark("it was written as %s", p)
		p = p.Masked()
	}
	i.set("prefix", p.String())
	i.set("class", i.class(n))
	i.set("owner", words(n.owner))
	i.set("reason", words(n.description))
	i.statusDoubt(n.status)
	r.propose("networks", i, p.String())
}

// class gives the class of a network and says what it was guessed from.
func (i *item) class(n network) string {
	if c := classOf(n.class); c != "" {
		i.remark("class from %q", words(n.class))
		return c
	}
	if c := classOf(n.description); c != "" {
		i.remark("class guessed from the description")
		return c
	}
	if c := words(n.class); c != "" {
		i.doubt("%q tells no class: write infrastructure, management, server or subscriber", c)
	} else {
		i.doubt("nothing tells its class: write infrastructure, management, server or subscriber")
	}
	return noClass
}

// statusDoubt doubts what is not in use.
func (i *item) statusDoubt(status string) {
	switch s := strings.ToLower(strings.TrimSpace(status)); s {
	case "", "active", "aktiv", "up", "used", "in use", "assigned", "allocated", "enabled", "online", "production":
	default:
		i.doubt("its status is %q", words(s))
	}
}

// parsePrefix reads a prefix, or an address with its mask as a length ("24", "/24") or as bits ("255.255.255.0").
func parsePrefix(prefix, mask string) (netip.Prefix, bool) {
	prefix, mask = strings.TrimSpace(prefix), strings.TrimSpace(mask)
	if p, err := netip.ParsePrefix(prefix); err == nil {
		return p, true
	}
	a, err := netip.ParseAddr(prefix)
	if err != nil || a.Zone() != "" || mask == "" {
		return netip.Prefix{}, false
	}
	bits, ok := maskBits(mask)
	if !ok {
		return netip.Prefix{}, false
	}
	p := netip.PrefixFrom(a, bits)
	return p, p.IsValid()
}

// maskBits gives the length that a mask stands for.
func maskBits(mask string) (int, bool) {
	if n, err := strconv.ParseUint(strings.TrimPrefix(mask, "/"), 10, 8); err == nil {
		return int(n), true
	}
	a, err := netip.ParseAddr(mask)
	if err != nil || !a.Is4() {
		return 0, false
	}
	b := a.As4()
	m := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	for n := range 33 {
		if m == uint32(uint64(0xffffffff)<<(32-n)) {
			return n, true
		}
	}
	return 0, false
}
