package simulate

import (
	"net/netip"
	"time"
)

// exportFormat is how a router tells of flows.
type exportFormat uint8

const (
	netflow9 exportFormat = iota // RFC 3954
	ipfix                        // RFC 7011
	sflow5                       // sflow.org/sflow_version_5.txt
)

// collectorPort is where a format is sent by habit.
func (f exportFormat) collectorPort() uint16 {
	return [...]uint16{netflow9: 2055, ipfix: 4739, sflow5: 6343}[f]
}

func (f exportFormat) String() string {
	return [...]string{netflow9: "NetFlow v9", ipfix: "IPFIX", sflow5: "sFlow"}[f]
}

// exporter is a router that meters the packets it forwards, one in so many of them, and sends what it
// counted to the collector.
type exporter struct {
	device *device
	format exportFormat
	file   string        // the capture that holds what it sends
	domain uint32        // source id, observation domain or sub-agent
	every  uint64        // one packet in so many is looked at
	active time.Duration // after so long a flow that goes on is told of
	tick   time.Duration // it sends at such moments
	skew   time.Duration // by so much its clock is ahead
	up     time.Duration // so long it is up when the simulation begins
	order  uint32        // its place in the table
}

// Captures of exports, in telemetry/exports.
const (
	fileNetflow9 = "core-netflow9"
	fileIPFIX    = "edge-ipfix"
	fileSFlow    = "border-sflow"
)

// newExporters gives the routers that export. The uptime of core-r1 has wrapped around (32 bits of milliseconds are 49
// days).
func newExporters(s *site) []*exporter {
	l := []*exporter{
		{device: s.device("core-r1"), format: netflow9, file: fileNetflow9, domain: 1, every: 100, active: 30 * time.Minute, tick: 15 * time.Second, up: 51 * day},
		{device: s.device("core-r2"), format: netflow9, file: fileNetflow9, domain: 513, every: 200, active: 30 * time.Minute, tick: 20 * time.Second, skew: 1400 * time.Millisecond, up: 9*day + 5*time.Hour},
		{device: s.device("edge-r1"), format: ipfix, file: fileIPFIX, domain: 256, every: 32, active: 5 * time.Minute, tick: 10 * time.Second, skew: -800 * time.Millisecond, up: 21 * day},
		{device: s.device("edge-r2"), format: ipfix, file: fileIPFIX, domain: 0, every: 50, active: 5 * time.Minute, tick: 10 * time.Second, up: 300 * day},
		{device: s.device("edge-r3"), format: sflow5, file: fileSFlow, domain: 0, every: 256, tick: time.Second, up: 3 * day},
		{device: s.device("agg-r1"), format: sflow5, file: fileSFlow, domain: 1, every: 1024, tick: time.Second, up: 77 * day},
	}
	for i, x := range l {
		x.order = uint32(i)
	}
	return l
}

// booted is when the exporter started.
func (x *exporter) booted(cfg Config) time.Time { return cfg.Start.Add(-x.up) }

// firstPort is the port from which the first exporter of the table sends; each further one has the next.
const firstPort = 50_000

// family names what the exporter tells in the truth.
func (x *exporter) family() string { return exportFamily + x.file }

const exportFamily = "exports/"

// carriedFamily names the conversations in which the exports travel, which a reader of the captures sees too.
const carriedFamily = exportFamily + "udp"

// exporterTable tells the truth of the exporters.
func (s *site) exporterTable() []Exporter {
	var l []Exporter
	for _, x := range s.exporters {
		l = append(l, Exporter{
			Device: x.device.name, Address: x.device.inner, Format: x.format.String(), Domain: x.domain, Sampling: x.every, Telemetry: x.family(),
		})
	}
	return l
}

// path gives the exporters that a conversation passes: those of its edge and its core router, so that most are told of
// twice. Subscribers are metered at the aggregation router only: at the edges they have the outside addresses of
// the address translation, whose ports are not metered there.
func (s *site) path(t *talk) []*exporter {
	from, to := classOf(t.src), classOf(t.dst)
	inside, outside := t.src, t.dst
	if from == "" {
		inside, outside = t.dst, t.src
	}
	switch {
	case from == "subscriber" || to == "subscriber":
		return s.exportersOf("agg-r1")
	case from == "" && to == "":
		return nil
	}
	var names []string
	if from == "" || to == "" {
		edge := s.deviceAt(inside)
		if edge == nil || edge.role != "edge" {
			edge = s.edges()[pick(outside, 3)]
		}
		names = append(names, edge.name)
		if edge.v4 == inside || edge.v6 == inside {
			return s.exportersOf(names...) // it ends here
		}
	}
	core := s.deviceAt(inside)
	if core == nil || core.role != "core" {
		core = s.device([]string{"core-r1", "core-r2"}[pick(inside, 2)])
	}
	return s.exportersOf(append(names, core.name)...)
}

func (s *site) exportersOf(names ...string) []*exporter {
	var l []*exporter
	for _, name := range names {
		for _, x := range s.exporters {
			if x.device.name == name {
				l = append(l, x)
			}
		}
	}
	return l
}

// deviceAt gives the device that has an address, or nil.
func (s *site) deviceAt(a netip.Addr) *device {
	for _, d := range s.devices {
		if d.v4 == a || d.inner == a || d.v6 == a {
			return d
		}
	}
	return nil
}

// pick gives one of n for an address, always the same.
func pick(a netip.Addr, n int) int {
	b := a.As16()
	var sum int
	for _, c := range b {
		sum = sum*31 + int(c)
		sum %= 1 << 20
	}
	return sum % n
}
