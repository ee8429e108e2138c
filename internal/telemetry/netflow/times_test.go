package netflow_test

import (
	"testing"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

const second = telemetry.Instant(time.Second)

// ntp writes an instant as RFC 7011 has it for microseconds and nanoseconds.
func ntp(at telemetry.Instant) []byte {
	n := uint64(at)
	return u32(uint32(n/1e9+2208988800), uint32(n%1e9<<32/1e9))
}

// TestTimes has flows state when they were in each of the ways.
func TestTimes(t *testing.T) {
	start, end := noon-10*second, noon-4*second
	millis := func(at telemetry.Instant) []byte { return u64(uint64(at / 1e6)) }
	for _, c := range []struct {
		name   string
		packet []byte
		at     telemetry.Instant
		start  telemetry.Instant
		lasted time.Duration
		stated telemetry.Instant
		doubt  time.Duration
	}{
		{"seconds", timed(10, field{150, 4}, field{151, 4})(u32(uint32(start/1e9), uint32(end/1e9))), 0, start, 6 * time.Second, 0, 0},
		{"milliseconds", timed(10, field{152, 8}, field{153, 8})(millis(start), millis(end)), 0, start, 6 * time.Second, 0, 0},
		{"microseconds", timed(10, field{154, 8}, field{155, 8})(ntp(start), ntp(end)), 0, start, 6 * time.Second, 0, 0},
		{"nanoseconds", timed(10, field{156, 8}, field{157, 8})(ntp(start), ntp(end)), 0, start, 6 * time.Second, 0, 0},
		{"microseconds before the packet", timed(10, field{158, 4}, field{159, 4})(u32(10_000_000, 4_000_000)), 0, start, 6 * time.Second, 0, 0},
		{"uptimes in v9", timed(9, field{22, 4}, field{21, 4})(u32(uptime-10_000, uptime-4_000)), 0, start, 6 * time.Second, 0, 0},
		{"uptimes before the counter wrapped", timed(9, field{22, 4}, field{21, 4})(u32(1<<32-10_000, 1<<32-4_000)), 0, noon - 3610*second, 6 * time.Second, 0, 0},
		{"an end ahead of the packet", timed(9, field{22, 4}, field{21, 4})(u32(uptime-2_000, uptime+4_000)), 0, noon - 2*second, 6 * time.Second, 0, 0},
		{"uptimes in IPFIX, with the start", timed(10, field{22, 4}, field{21, 4}, field{160, 8})(u32(uptime-10_000, uptime-4_000), millis(noon-3600*second)), 0, start, 6 * time.Second, 0, 0},
		{"uptimes in IPFIX that wrapped", timed(10, field{22, 4}, field{21, 4}, field{160, 8})(u32(5_000, 11_000), millis(start-5*second-1<<32*1e6)), 0, start, 6 * time.Second, 0, 0},
		{"uptimes in IPFIX that nobody can read", timed(10, field{22, 4}, field{21, 4})(u32(5_000, 11_000)), noon, noon - 6*second, 6 * time.Second, 0, 30 * time.Minute},
		{"start and duration", timed(10, field{152, 8}, field{161, 4})(millis(start), u32(6000)), 0, start, 6 * time.Second, 0, 0},
		{"end and duration", timed(10, field{153, 8}, field{162, 4})(millis(end), u32(6_000_000)), 0, start, 6 * time.Second, 0, 0},
		{"an event", timed(10, field{323, 8})(millis(end)), 0, end, 0, 0, 0},
		{"an end before the start", timed(10, field{152, 8}, field{153, 8})(millis(end), millis(start)), 0, end, 0, 0, 0},
		{"none", timed(10, field{2, 4})(u32(1)), noon + second, noon + second, 0, 0, 30 * time.Minute},
		{"none, and nobody knows when it came", timed(10, field{2, 4})(u32(1)), 0, noon, 0, 0, 30 * time.Minute},
		{"nil", timed(10, field{152, 8}, field{153, 8})(u64(0, 0)), noon, noon, 0, 0, 30 * time.Minute},
		{"a week ago and more", timed(10, field{152, 8})(millis(noon - 8*86400*second)), noon, noon, 0, noon - 8*86400*second, 30 * time.Minute},
		{"six days ago", timed(10, field{152, 8})(millis(noon - 6*86400*second)), noon, noon - 6*86400*second, 0, 0, 0},
		{"in an hour", timed(10, field{152, 8})(millis(noon + 3600*second)), noon, noon, 0, noon + 3600*second, 30 * time.Minute},
		{"in four minutes", timed(10, field{152, 8})(millis(noon + 240*second)), noon, noon + 240*second, 0, 0, 0},
		{"an end that cannot be", timed(10, field{152, 8}, field{153, 8})(millis(start), millis(noon+86400*second)), noon, start, 0, 0, 0},
		{"milliseconds out of bounds", timed(10, field{152, 8})(u64(1 << 63)), noon, noon, 0, 0, 30 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := decodeWith(netflow.New(netflow.NewTemplates(netflow.Limits{})), c.at, c.packet)
			f := one(t, s)
			if near(f.Occurred, c.start) && f.Duration.Round(time.Millisecond) == c.lasted && f.Stated == c.stated && f.Doubt == c.doubt && f.Received == c.at {
				return
			}
			t.Errorf("occurred %v for %v, stated %v, doubt %v, received %v; want %v for %v, %v, %v", f.Occurred.Time(), f.Duration,
				f.Stated.Time(), f.Doubt, f.Received.Time(), c.start.Time(), c.lasted, c.stated.Time(), c.doubt)
		})
	}
}

// near is to the microsecond: NTP has no whole ones.
func near(a, b telemetry.Instant) bool { return a-b < 1000 && b-a < 1000 }

// timed makes packets of one flow with fields for its time.
func timed(version int, fields ...field) func(values ...[]byte) []byte {
	all := append([]field{{8, 4}, {12, 4}}, fields...)
	return func(values ...[]byte) []byte {
		record := append([][]byte{{192, 0, 2, 10, 198, 51, 100, 20}}, values...)
		if version == 9 {
			return v9Packet(0, 0, template9(256, all...), data(256, record...))
		}
		return ipfixMessage(0, 0, template10(256, all...), data(256, record...))
	}
}

// TestUptimesKept has a flow whose uptimes nobody can read keep them.
func TestUptimesKept(t *testing.T) {
	s := decode(timed(10, field{22, 4}, field{21, 4})(u32(5000, 11000)))
	if got := extra(s, 0); got != "flowStartSysUpTime=5000 flowEndSysUpTime=11000" {
		t.Errorf("pairs are %q", got)
	}
}

// TestBootOfOptions has options say when the exporter started.
func TestBootOfOptions(t *testing.T) {
	boot := noon - 3600*second
	s := decode(
		ipfixMessage(0, 0, options10(300, 1, field{149, 4}, field{160, 8}), data(300, u32(0), u64(uint64(boot/1e6)))),
		timed(10, field{22, 4}, field{21, 4})(u32(5000, 11000)))
	if f := one(t, s); f.Occurred != boot+5*second || f.Doubt != 0 || extra(s, 0) != "" {
		t.Errorf("occurred %v, doubt %v, pairs %q", f.Occurred.Time(), f.Doubt, extra(s, 0))
	}
}
