package simulate

import (
	"fmt"
	"slices"
	"time"
)

// What the operator has besides in a month of operation: a second AAA server (Cisco ISE), a way in for staff, the roaming
// DNS, a scanner of its own, an intrusion detection, a store of software, and what gives subscribers their addresses.
var monthHosts = []string{
	"aaa-2 aaa ise 10.20.0.7 2001:db8:a010::7",
	"upd-1 software-store linux 10.20.0.21 2001:db8:a010::21",
	"scan-1 scanner linux 10.20.0.45 2001:db8:a010::45",
	"ids-1 intrusion-detection linux 10.20.0.50 2001:db8:a010::50",
	"vpn-1 staff-access linux 192.0.2.80 2001:db8:a020::80",
	"edns-1 roaming-dns linux 192.0.2.90 2001:db8:a020::90",
	"gw-1 packet-gateway gateway 192.0.2.95 2001:db8:a020::95",
	"cgn-1 address-translation junos 192.0.2.96 2001:db8:a020::96",
	"dhcp-1 dhcp linux 192.0.2.97 2001:db8:a020::97",
}

// accessRouters is how many small routers there are.
const accessRouters = 48

// monthDevices gives the routers and switches that a month has besides.
func monthDevices() []string {
	l := []string{
		"edge-r4 edge iosxe 192.0.2.4 10.10.0.4 2001:db8:a000::4",
		"edge-r5 edge iosxr 192.0.2.5 10.10.0.5 2001:db8:a000::5",
		"core-r3 core iosxe 192.0.2.11 10.10.0.11 2001:db8:a000::11",
		"agg-r2 aggregation iosxe 192.0.2.18 10.10.0.18 2001:db8:a000::18",
		"agg-r3 aggregation ios 192.0.2.19 10.10.0.19 2001:db8:a000::19",
		"agg-r4 aggregation iosxe 192.0.2.20 10.10.0.20 2001:db8:a000::20",
		"agg-r5 aggregation iosxe 192.0.2.21 10.10.0.21 2001:db8:a000::21",
		"agg-r6 aggregation iosxe 192.0.2.22 10.10.0.22 2001:db8:a000::22",
		"dc-n1 switch nxos 192.0.2.25 10.10.0.25 2001:db8:a000::25",
		"dc-n2 switch nxos 192.0.2.26 10.10.0.26 2001:db8:a000::26",
		"tx-h1 transport vrp 192.0.2.30 10.10.0.30 2001:db8:a000::30",
	}
	for n := 1; n <= accessRouters; n++ {
		l = append(l, fmt.Sprintf("acc-r%02d access iosxe 10.10.2.%d 10.10.1.%d 2001:db8:a000::1:%d", n, n, n, n))
	}
	return l
}

// large gives the devices that are no access routers.
func (s *site) large() []*device {
	return slices.DeleteFunc(slices.Clone(s.devices), func(d *device) bool { return d.role == "access" })
}

// aaa is the server that a device asks and tells: ISE serves access routers and switches.
func (s *site) aaa(d *device) *host {
	if d.role == "access" || d.platform == "nxos" {
		return s.host("aaa-2")
	}
	return s.host("aaa-1")
}

// names gives all by which a finding may call a device.
func (d *device) names() []string {
	return []string{d.name, d.v4.String(), d.inner.String(), d.v6.String()}
}

// recordsAll reports whether the device logs every command, by an applet that catches all of them.
func (d *device) recordsAll() bool {
	return slices.Contains([]string{"edge-r4", "core-r3"}, d.name)
}

// silence is a time in which messages of a device do not reach the collector.
type silence struct {
	device    *device
	from, til time.Time
	off       bool // it is without power: it exports nothing, and nobody is on it
}

func (s *site) silent(d *device, at time.Time) bool {
	return slices.ContainsFunc(s.silences, func(x silence) bool { return x.device == d && !at.Before(x.from) && at.Before(x.til) })
}

// off reports whether a device is without power.
func (s *site) off(d *device, at time.Time) bool {
	return slices.ContainsFunc(s.silences, func(x silence) bool { return x.off && x.device == d && !at.Before(x.from) && at.Before(x.til) })
}

// midnight is the begin of a day of a run, counted from that in which it begins.
func (c *cast) midnight(n int) time.Time { return c.cfg.Start.Truncate(day).AddDate(0, 0, n) }

// workday is the first working day from day n on; near the end of a month the last one before.
func (c *cast) workday(n int) time.Time {
	step := 1
	for n > MonthDays-2 || !isWorkday(c.midnight(n)) {
		if n >= MonthDays-2 {
			step = -1
		}
		n += step
	}
	return c.midnight(n)
}

func isWorkday(t time.Time) bool { return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday }
