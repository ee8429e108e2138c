package zeek

import (
	"maps"
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// commonTargets are the columns that mean the same in every log.
var commonTargets = map[string]target{
	"ts":  {set: setTime},
	"uid": {set: func(r *row, v string) outcome { r.ends.UID = v; return done }},
	"id.orig_h": {set: func(r *row, v string) outcome {
		r.ends.Src = telemetry.ParseAddr(v)
		return check(r.ends.Src.IsValid())
	}},
	"id.resp_h": {set: func(r *row, v string) outcome {
		r.ends.Dst = telemetry.ParseAddr(v)
		return check(r.ends.Dst.IsValid())
	}},
	"id.orig_p": {set: func(r *row, v string) outcome { return setPort(&r.ends.SrcPort, v) }},
	"id.resp_p": {set: func(r *row, v string) outcome { return setPort(&r.ends.DstPort, v) }},
	"proto":     {set: setProto},
}

// eventTargets are those of logs that become events. The protocol is kept as a pair besides: it may
// be one that has no number.
var eventTargets = func() map[string]target {
	m := maps.Clone(commonTargets)
	m["proto"] = target{set: func(r *row, v string) outcome { setProto(r, v); return done }, also: true}
	return m
}()

func setTime(r *row, v string) outcome {
	r.head.Occurred = instant(v)
	return done // a time that cannot be read leaves the record undated, which is counted
}

// instant reads a time of either form, to the microsecond.
func instant(v string) telemetry.Instant {
	if len(v) > 10 && v[4] == '-' && v[10] == 'T' {
		t, n, _ := telemetry.ParseISO8601(v)
		if n != len(v) {
			return 0
		}
		return t
	}
	return (telemetry.ParseEpoch(v) + 500) / 1000 * 1000
}

// interval reads seconds, to the microsecond.
func interval(v string) (time.Duration, bool) {
	d, ok := telemetry.ParseSeconds(v)
	return d.Round(time.Microsecond), ok
}

// setPort reads a port. Zeek holds the types and codes of ICMP in the ports' place.
func setPort(p *uint16, v string) outcome {
	n, ok := telemetry.ParsePort(v)
	if ok {
		*p = n
	}
	return check(ok)
}

func setProto(r *row, v string) outcome {
	r.ends.Proto = telemetry.ParseTransport(v)
	if r.ends.Proto == 0 && v != "unknown_transport" && v != "unknown" {
		return surplus
	}
	return done
}

// finishProto tells the two ICMPs apart, which Zeek does not.
func finishProto(r *row) {
	if r.ends.Proto == 1 && r.ends.Src.Is6() {
		r.ends.Proto = 58
	}
}

func setCount(to *uint64, v string) outcome {
	n, ok := telemetry.ParseUint(v)
	if ok {
		*to = n
	}
	return check(ok)
}

func setLocal(to *telemetry.Local, v string) outcome {
	*to = telemetry.LocalNo
	if isTrue(v) {
		*to = telemetry.LocalYes
	}
	return done
}

func isTrue(v string) bool { return v == "T" || v == "true" }

func textOf(get func(*row) *string) target {
	return target{set: func(r *row, v string) outcome { *get(r) = v; return done }}
}

// mailbox gives the address within a mailbox: what stands in angle brackets, else the whole.
func mailbox(v string) string {
	if i := strings.LastIndexByte(v, '<'); i >= 0 {
		if j := strings.IndexByte(v[i:], '>'); j > 1 {
			v = v[i+1 : i+j]
		}
	}
	return strings.TrimSpace(v)
}
