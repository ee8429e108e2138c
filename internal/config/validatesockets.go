package config

import (
	"net"
	"net/netip"
	"strconv"
	"time"
)

// bound is an address that something listens on.
type bound struct {
	path    string
	network string // udp, tcp
	host    netip.Addr
	port    uint16
}

// clashes reports whether two cannot be listened on at once, or would divide what is sent to them. An
// unspecified IPv6 address takes IPv4 too.
func (b bound) clashes(o bound) bool {
	if b.network != o.network || b.port != o.port || b.port == 0 {
		return false
	}
	return b.host == o.host || covers(b.host, o.host) || covers(o.host, b.host)
}

func covers(a, b netip.Addr) bool { return a.IsUnspecified() && (a.Is6() || b.Is4()) }

// parseBound reads host:port. The host is an address, empty for all of the machine's, or localhost.
func parseBound(s string) (host netip.Addr, port uint16, ok bool) {
	h, p, err := net.SplitHostPort(s)
	if err != nil {
		return netip.Addr{}, 0, false
	}
	n, err := strconv.ParseUint(p, 10, 16)
	if err != nil {
		return netip.Addr{}, 0, false
	}
	switch h {
	case "":
		return netip.IPv6Unspecified(), uint16(n), true
	case "localhost":
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(n), true
	}
	a, err := netip.ParseAddr(h)
	return a.Unmap(), uint16(n), err == nil && a.Zone() == ""
}

// listeners looks at everything that is listened on, HTTP included.
func (v *validator) listeners() {
	var all []bound
	take := func(path, network, address string) {
		if b, ok := v.address(path, network, address); ok {
			for _, o := range all {
				if b.clashes(o) {
					v.complain(b.path, "listens on the same %s port %d as %s: give one of them another", network, b.port, o.path)
					break
				}
			}
			all = append(all, b)
		}
	}
	if v.HTTP.Address != "" {
		take("http.address", "tcp", v.HTTP.Address)
	}
	v.eachUDP(func(path string, u *UDP) {
		take(path+".address", "udp", u.Address)
		v.udp(path, u)
	})
	v.eachStream(func(path string, s *Stream, t *TLS) {
		take(path+".address", "tcp", s.Address)
		v.stream(path, s)
		if t != nil {
			v.tls(path, t)
			if t.Cert == "" && t.Key == "" {
				v.complain(path+".cert", "is missing: syslog over TLS needs cert and key")
			}
		}
	})
	v.eachUDP(func(path string, u *UDP) { v.repeats(path, u, all) })
	if len(all) == 0 && len(v.Collect.Watch) == 0 && v.HTTP.Address == "" {
		v.complain("collect", "nothing to take in: name a listener, a folder to watch, or http.address")
	}
}

func (v *validator) address(path, network, address string) (bound, bool) {
	host, port, ok := parseBound(address)
	switch {
	case address == "":
		v.complain(path, "is missing: write one, as \":2055\" for all addresses of the machine")
	case !ok:
		v.complain(path, "is %s: write an address of this machine and a port, as \":2055\", \"192.0.2.1:2055\" or \"[2001:db8::1]:2055\"", quoted(address))
	}
	return bound{path, network, host, port}, ok
}

// eachUDP visits the listeners for datagrams with their paths.
func (c *Config) eachUDP(visit func(path string, u *UDP)) {
	for _, of := range []struct {
		key  string
		list []UDP
	}{{"netflow", c.Collect.NetFlow}, {"sflow", c.Collect.SFlow}, {"syslog", c.Collect.Syslog}} {
		for i := range of.list {
			visit(index("collect."+of.key, i), &of.list[i])
		}
	}
}

// eachStream visits the listeners for connections; t is nil for plain ones.
func (c *Config) eachStream(visit func(path string, s *Stream, t *TLS)) {
	for i := range c.Collect.SyslogTCP {
		visit(index("collect.syslog_tcp", i), &c.Collect.SyslogTCP[i], nil)
	}
	for i := range c.Collect.SyslogTLS {
		s := &c.Collect.SyslogTLS[i]
		visit(index("collect.syslog_tls", i), &s.Stream, &s.TLS)
	}
}

func (v *validator) udp(path string, u *UDP) {
	v.prefixes(path+".allow", u.Allow)
	bounded(v, path+".sockets", u.Sockets, 1, maxSockets)
	bounded(v, path+".buffer", u.Buffer, minBuffer, maxBuffer)
	bounded(v, path+".queue", u.Queue, minQueue, maxQueue)
}

func (v *validator) stream(path string, s *Stream) {
	v.prefixes(path+".allow", s.Allow)
	bounded(v, path+".connections", s.Connections, 1, maxOpen)
	bounded(v, path+".per_sender", s.PerSender, 1, maxOpen)
	bounded(v, path+".message", s.Message, minMessage, maxMessage)
	bounded(v, path+".queue", s.Queue, minQueue, maxQueue)
	v.between(path+".idle", s.Idle, time.Second, 7*24*time.Hour)
}

func (v *validator) prefixes(path string, list []netip.Prefix) {
	if list != nil && len(list) == 0 {
		v.complain(path, "an empty list lets nobody send: leave the key out to let everybody")
	}
	for i, p := range list {
		switch at := index(path, i); {
		case !p.IsValid():
			v.complain(at, "is no prefix")
		case p.Addr().Is4In6():
			v.complain(at, "%s is IPv4 written as IPv6: write it as IPv4", p)
		case p != p.Masked():
			v.complain(at, "%s has bits beyond its length: write %q if that is meant", p, p.Masked().String())
		}
	}
}

// repeats refuses copies to one of our own listeners: they would go round for ever.
func (v *validator) repeats(path string, u *UDP, all []bound) {
	for i, r := range u.Repeat {
		at := index(path+".repeat", i)
		if !r.IsValid() || r.Port() == 0 || r.Addr().IsUnspecified() {
			v.complain(at, "%s is no address that something can be sent to", r)
			continue
		}
		to := bound{host: r.Addr().Unmap(), port: r.Port(), network: "udp"}
		for _, b := range all {
			if b.network == "udp" && b.port == to.port && (b.host == to.host || to.host.IsLoopback() && covers(b.host, to.host)) {
				v.complain(at, "%s is %s, a listener of this service: copies would go round for ever", r, b.path)
				break
			}
		}
	}
}
