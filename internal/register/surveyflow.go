package register

import (
	"net/netip"

	"stormglass/internal/telemetry"
)

const (
	protoTCP = 6
	protoUDP = 17
)

// port is a transport protocol and a port.
type port struct {
	proto uint8
	port  uint16
}

// served are the ports at which devices turn to servers.
var served = map[port]string{
	{protoTCP, 49}:   ServiceAAA,
	{protoUDP, 1812}: ServiceAAA, {protoUDP, 1813}: ServiceAAA, {protoUDP, 1645}: ServiceAAA, {protoUDP, 1646}: ServiceAAA, {protoTCP, 2083}: ServiceAAA,
	{protoUDP, 123}: ServiceNTP,
	{protoUDP, 514}: ServiceSyslog, {protoTCP, 514}: ServiceSyslog, {protoTCP, 6514}: ServiceSyslog, {protoUDP, 6514}: ServiceSyslog,
	{protoUDP, 53}: ServiceDNS, {protoTCP, 53}: ServiceDNS, {protoTCP, 853}: ServiceDNS,
	{protoUDP, 69}: ServiceBackup, {protoTCP, 21}: ServiceBackup,
	{protoUDP, 162}: ServiceNMS,
}

// managed are the ports at which stations reach devices.
var managed = map[port]string{
	{protoTCP, 22}: ServiceJump, {protoTCP, 23}: ServiceJump, {protoTCP, 830}: ServiceNMS, {protoUDP, 161}: ServiceNMS,
}

// flow looks at who spoke with whom.
func (s *Survey) flow(f *telemetry.Flow) {
	if f.Exporter.IsValid() {
		s.exporter(plainAddr(f.Exporter), f.Domain, f.Occurred)
	}
	src, dst, to := plainAddr(f.Src), plainAddr(f.Dst), port{f.Proto, f.DstPort}
	if !src.IsValid() || !dst.IsValid() || !unicast(src) || !unicast(dst) {
		return
	}
	if back := (port{f.Proto, f.SrcPort}); f.OneWay && knownPort(back) && !knownPort(to) {
		src, dst, to = dst, src, back // the answer, metered by itself
	}
	if p := tunnelProtocol(&f.Ends); p != "" && to.proto != protoUDP {
		s.tunnel(src, dst, p, f.Occurred)
	}
	if f.Answered == telemetry.Refused {
		return
	}
	if service := served[to]; even(f, service) {
		if f.Answered != telemetry.Unanswered {
			s.seeEven(service, src, dst, f.Occurred)
		}
	} else if service != "" && (f.Answered != telemetry.Unanswered || service == ServiceSyslog) && s.client(src, f.Occurred) {
		see(s.uses, useKey{service, dst, src}, f.Occurred, s.maxUses-len(s.even), &s.lost)
	}
	if service := managed[to]; service != "" && s.reached(f, src) && s.router(dst, f.Occurred) {
		see(s.uses, useKey{service, src, dst}, f.Occurred, s.maxUses-len(s.even), &s.lost)
	}
}

// reached reports whether a device answered who turned to it. Where a flow does not say, an address of the operator's own is believed and
// one of outside is not: most of those scan.
func (s *Survey) reached(f *telemetry.Flow, src netip.Addr) bool {
	return f.Answered == telemetry.Answered || f.Answered == telemetry.AnswerUnknown && s.own(src, f.Occurred)
}

func knownPort(p port) bool { return served[p] != "" || managed[p] != "" }

func unicast(a netip.Addr) bool {
	return !a.IsMulticast() && !a.IsUnspecified() && !a.IsLoopback() && !a.IsLinkLocalUnicast()
}

// client reports whether an address counts as one that is served: a machine of the network. Without any register of machines that is
// any address of the operator's own.
func (s *Survey) client(a netip.Addr, at telemetry.Instant) bool {
	if s.registers.States("devices") || s.registers.States("infrastructure_prefixes") {
		return s.machine(a, at)
	}
	return s.own(a, at)
}

func (s *Survey) exporter(a netip.Addr, domain uint32, at telemetry.Instant) {
	see(s.exporters, Exporter{Address: a, Domain: domain}, at, s.maxSeen, &s.lost)
	if _, ok := s.exporters[Exporter{Address: a, Domain: domain}]; ok {
		s.exporting[a] = struct{}{}
	}
}

// tunnel looks at a tunnel of which an end is a machine.
func (s *Survey) tunnel(a, b netip.Addr, protocol string, at telemetry.Instant) {
	if !s.machine(a, at) && !s.machine(b, at) {
		return
	}
	if b.Less(a) {
		a, b = b, a
	}
	see(s.tunnels, tunnelKey{a, b, protocol}, at, s.maxSeen, &s.lost)
}
