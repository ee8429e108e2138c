package simulate

import (
	"net/netip"
	"slices"
	"strings"
)

// The made-up operator: a mobile network with the test identity 001-01 and the documentation AS
// 64500.
const (
	operatorName   = "Lampwick Telecom"
	operatorDomain = "lampwick.example"
	operatorAS     = 64500
	operatorPLMN   = "001-01"
)

// network is one of the operator's own prefixes.
type network struct {
	prefix netip.Prefix
	class  string // "infrastructure", "management", "server", "subscriber"
	owner  string
	reason string
}

var networks = []network{
	{netip.MustParsePrefix("192.0.2.0/26"), "infrastructure", "ip-backbone", "loopbacks and peering links of routers"},
	{netip.MustParsePrefix("10.10.0.0/16"), "infrastructure", "ip-backbone", "inner loopbacks and links of routers"},
	{netip.MustParsePrefix("2001:db8:a000::/48"), "infrastructure", "ip-backbone", "loopbacks and links of routers"},
	{netip.MustParsePrefix("10.20.0.0/24"), "management", "network-operations", "jump hosts, AAA, monitoring, backup"},
	{netip.MustParsePrefix("2001:db8:a010::/48"), "management", "network-operations", "management network"},
	{netip.MustParsePrefix("192.0.2.64/26"), "server", "service-platforms", "resolvers, mail and web servers"},
	{netip.MustParsePrefix("10.30.0.0/24"), "server", "charging", "mediation and call-record stores"},
	{netip.MustParsePrefix("2001:db8:a020::/48"), "server", "service-platforms", "resolvers, mail and web servers"},
	{netip.MustParsePrefix("192.0.2.128/25"), "subscriber", "mobile-core", "outside addresses of the carrier-grade NAT"},
	{netip.MustParsePrefix("100.64.0.0/10"), "subscriber", "mobile-core", "subscribers behind the carrier-grade NAT"},
	{netip.MustParsePrefix("2001:db8:a100::/40"), "subscriber", "mobile-core", "subscribers"},
}

// ownPrefixes gives the operator's prefixes, the fewest that hold all networks.
func ownPrefixes() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
		netip.MustParsePrefix("2001:db8:a000::/36"),
	}
}

// own reports whether an address is the operator's.
func own(a netip.Addr) bool { return classOf(a) != "" }

func classOf(a netip.Addr) string {
	for i := range networks {
		if networks[i].prefix.Contains(a) {
			return networks[i].class
		}
	}
	return ""
}

// host is a server of the operator.
type host struct {
	name     string
	role     string
	platform string
	v4, v6   netip.Addr
}

// site holds the operator's machines by what they are for.
type site struct {
	hosts     []*host
	devices   []*device
	resolvers []*host
	exporters []*exporter
	silences  []silence
	windows   []window // beside the regular ones
}

// Hosts, by name: role, platform, IPv4 and IPv6 address.
var hostTable = []string{
	"dns-1 resolver linux 192.0.2.65 2001:db8:a020::65",
	"dns-2 resolver linux 192.0.2.66 2001:db8:a020::66",
	"mail-1 mail linux 192.0.2.70 2001:db8:a020::70",
	"web-1 web linux 192.0.2.71 2001:db8:a020::71",
	"ntp-1 ntp linux 10.20.0.5 2001:db8:a010::5",
	"aaa-1 aaa linux 10.20.0.6 2001:db8:a010::6",
	"log-1 syslog linux 10.20.0.8 2001:db8:a010::8",
	"nms-1 monitoring linux 10.20.0.10 2001:db8:a010::10",
	"nms-2 monitoring linux 10.20.0.11 2001:db8:a010::11",
	"cfg-1 configuration linux 10.20.0.15 2001:db8:a010::15",
	"backup-1 backup linux 10.20.0.20 2001:db8:a010::20",
	"jump-1 jump-host linux 10.20.0.30 2001:db8:a010::30",
	"jump-2 jump-host linux 10.20.0.31 2001:db8:a010::31",
	"med-1 mediation linux 10.30.0.11 -",
	"med-2 mediation linux 10.30.0.12 -",
	"cdr-1 call-record-store linux 10.30.0.21 -",
	"cdr-2 call-record-store linux 10.30.0.22 -",
}

// Devices, by name: role, platform, outside, inner and IPv6 address.
var deviceTable = []string{
	"edge-r1 edge iosxe 192.0.2.1 10.10.0.1 2001:db8:a000::1",
	"edge-r2 edge iosxr 192.0.2.2 10.10.0.2 2001:db8:a000::2",
	"edge-r3 edge junos 192.0.2.3 10.10.0.3 2001:db8:a000::3",
	"core-r1 core iosxr 192.0.2.9 10.10.0.9 2001:db8:a000::9",
	"core-r2 core junos 192.0.2.10 10.10.0.10 2001:db8:a000::10",
	"agg-r1 aggregation ios 192.0.2.17 10.10.0.17 2001:db8:a000::17",
}

func newSite() *site { return siteOf(DefaultConfig()) }

// siteOf gives the operator as a Config has it: in a month of operation it has more machines.
func siteOf(cfg Config) *site {
	s := &site{}
	hosts, devices := hostTable, deviceTable
	if cfg.month() {
		hosts, devices = slices.Concat(hosts, monthHosts), slices.Concat(devices, monthDevices())
	}
	for _, row := range hosts {
		f := strings.Fields(row)
		h := &host{name: f[0], role: f[1], platform: f[2], v4: netip.MustParseAddr(f[3])}
		if f[4] != "-" {
			h.v6 = netip.MustParseAddr(f[4])
		}
		s.hosts = append(s.hosts, h)
		if h.role == "resolver" {
			s.resolvers = append(s.resolvers, h)
		}
	}
	for _, row := range devices {
		f := strings.Fields(row)
		s.devices = append(s.devices, &device{
			host:  host{name: f[0], role: f[1], platform: f[2], v4: netip.MustParseAddr(f[3]), v6: netip.MustParseAddr(f[5])},
			inner: netip.MustParseAddr(f[4]),
		})
	}
	s.exporters = newExporters(s)
	if cfg.Sampling > 0 {
		for _, x := range s.exporters {
			x.every = cfg.Sampling
		}
	}
	return s
}

// host finds a host by its name, which is in the table.
func (s *site) host(name string) *host {
	for _, h := range s.hosts {
		if h.name == name {
			return h
		}
	}
	panic("simulate: no host " + name)
}

// device finds a device by its name, which is in the table.
func (s *site) device(name string) *device {
	for _, d := range s.devices {
		if d.name == name {
			return d
		}
	}
	panic("simulate: no device " + name)
}

// edges gives the routers that face the Internet.
func (s *site) edges() []*device { return s.devices[:3] }
