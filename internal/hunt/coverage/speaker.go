package coverage

import (
	"net/netip"
	"strconv"
	"strings"

	"stormglass/internal/telemetry"
)

// Speaker is who sent records, as these name it. One of Host, Exporter and Sensor is set; the zero value is all those of whom there were
// too many.
type Speaker struct {
	Host     string     // of log events: the device that the line is about
	From     netip.Addr // who sent the line with that Host; not valid where a file holds it
	Origin   netip.Addr // where the line says that it came from, if somebody else sent it, or nobody knows who did
	Exporter netip.Addr // of flows: who exported them, with Domain
	Domain   uint32     // its observation domain
	Sensor   string     // of records that name no device: what saw them
}

// maxName is the longest name of a speaker, in bytes; what is longer is no name.
const maxName = 255

// String writes a speaker: "host:edge-r1", "line:192.0.2.50/192.0.2.7/edge-r1" with who sent the line and where it says that it came
// from ("-" for none), "exporter:192.0.2.7/256", "sensor:zeek", "others".
func (s Speaker) String() string {
	switch {
	case s.Host != "" && (s.From.IsValid() || s.Origin.IsValid()):
		return "line:" + addrWord(s.From) + "/" + addrWord(s.Origin) + "/" + s.Host
	case s.Host != "":
		return "host:" + s.Host
	case s.Exporter.IsValid():
		return "exporter:" + s.Exporter.String() + "/" + strconv.FormatUint(uint64(s.Domain), 10)
	case s.Sensor != "":
		return "sensor:" + s.Sensor
	}
	return "others"
}

// ParseSpeaker is the inverse of String; not ok for anything else.
func ParseSpeaker(s string) (Speaker, bool) {
	form, rest, _ := strings.Cut(s, ":")
	if form == "line" {
		return parseLine(s, rest)
	}
	if len(rest) > maxName {
		return Speaker{}, false
	}
	switch form {
	case "host":
		return Speaker{Host: rest}, rest != ""
	case "sensor":
		return Speaker{Sensor: rest}, rest != ""
	case "exporter":
		addr, domain, _ := strings.Cut(rest, "/")
		a, err := netip.ParseAddr(addr)
		n, err2 := strconv.ParseUint(domain, 10, 32)
		out := Speaker{Exporter: a, Domain: uint32(n)}
		return out, err == nil && err2 == nil && out.String() == s
	}
	return Speaker{}, s == "others"
}

// parseLine reads FROM/ORIGIN/HOST.
func parseLine(s, rest string) (Speaker, bool) {
	from, rest, _ := strings.Cut(rest, "/")
	origin, host, _ := strings.Cut(rest, "/")
	out := Speaker{Host: host, From: wordAddr(from), Origin: wordAddr(origin)}
	return out, host != "" && len(host) <= maxName && out.String() == s
}

func addrWord(a netip.Addr) string {
	if !a.IsValid() {
		return "-"
	}
	return a.String()
}

// wordAddr is the inverse of addrWord; what is neither is no address.
func wordAddr(s string) netip.Addr {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return a
}

// kept gives the speaker as it may be kept: in memory of its own, without secrets, and none whose name is too long.
func (s Speaker) kept() Speaker {
	if len(s.Host) > maxName || len(s.Sensor) > maxName {
		return Speaker{}
	}
	if s.Host != "" {
		s.Host = strings.Clone(strings.ToValidUTF8(telemetry.RedactName(s.Host), "\ufffd")) // as JSON writes it
	}
	s.Sensor = strings.Clone(strings.ToValidUTF8(s.Sensor, "\ufffd"))
	if len(s.Host) > maxName || len(s.Sensor) > maxName {
		return Speaker{}
	}
	return s
}
