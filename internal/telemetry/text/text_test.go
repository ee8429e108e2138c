package text_test

import (
	"strings"
	"testing"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

func TestLines(t *testing.T) {
	tests := []struct {
		line, when, host, dataset, message string
		doubt                              time.Duration
	}{
		{"<34>Feb  2 03:04:05 gw1.example sshd[7]: hello", "2024-02-02T03:04:05Z", "gw1.example", "syslog", "sshd[7]: hello", 24 * time.Hour},
		{"Mar  3 03:04:05 gw1 sshd[7]: hello", "2023-03-03T03:04:05Z", "gw1", "syslog", "sshd[7]: hello", 24 * time.Hour},
		{"Mar  2 03:04:05 gw1 x: less than a day ahead", "2024-03-02T03:04:05Z", "gw1", "syslog", "x: less than a day ahead", 24 * time.Hour},
		{"Feb 29 03:04:05 gw1 x: leap day", "2024-02-29T03:04:05Z", "gw1", "syslog", "x: leap day", 24 * time.Hour},
		{"Jan  2 03:04:05 sshd[7]: no host", "2024-01-02T03:04:05Z", "", "text", "sshd[7]: no host", 24 * time.Hour},
		{"Jan  2 03:04:05 last message repeated 2 times", "2024-01-02T03:04:05Z", "", "text", "last message repeated 2 times", 24 * time.Hour},
		{"<165>1 2024-01-02T03:04:05.678901+02:00 gw1.example app 7 ID47 [a@1 b=\"x\\\"] y\"][c@1] \ufeffhello", "2024-01-02T01:04:05.678901Z", "gw1.example", "syslog", "hello", 0},
		{"<165>1 - - - - - -", "", "", "syslog", "", 0},
		{"2024-01-02T03:04:05.678+00:00 gw1 sshd[7]: hello", "2024-01-02T03:04:05.678Z", "gw1", "syslog", "sshd[7]: hello", 0},
		{"2024-01-02 03:04:05,678 INFO main: hello", "2024-01-02T03:04:05.678Z", "", "text", "INFO main: hello", 14 * time.Hour},
		{"2024-01-02T03:04:05Z WARN main: hello", "2024-01-02T03:04:05Z", "", "text", "WARN main: hello", 0},
		{"[2024-01-02 03:04:05 +0100] hello", "2024-01-02T02:04:05Z", "", "text", "hello", 0},
		{"2024/01/02 03:04:05 [error] 7#7: hello", "2024-01-02T03:04:05Z", "", "text", "[error] 7#7: hello", 14 * time.Hour},
		{`192.0.2.1 - - [02/Jan/2024:03:04:05 +0100] "GET / HTTP/1.1" 200 5`, "2024-01-02T02:04:05Z", "", "text", `192.0.2.1 - - [02/Jan/2024:03:04:05 +0100] "GET / HTTP/1.1" 200 5`, 0},
		{"[Tue Jan 02 03:04:05.678901 2024] [core:error] hello", "2024-01-02T03:04:05.678901Z", "", "text", "[core:error] hello", 14 * time.Hour},
		{"Tue Jan  2 03:04:05 2024 192.0.2.1 u tty0 192.0.2.9 stop cmd=show", "2024-01-02T03:04:05Z", "192.0.2.1", "syslog", "u tty0 192.0.2.9 stop cmd=show", 14 * time.Hour},
		{"1704164645.678    56 192.0.2.1 TCP_MISS/200 9 GET http://a.example/", "2024-01-02T03:04:05.678Z", "", "text", "56 192.0.2.1 TCP_MISS/200 9 GET http://a.example/", 0},
		{"<189>7: sw1: *Jan  2 03:04:05.678 CET: %SYS-5-CONFIG_I: Configured", "2024-01-02T02:04:05.678Z", "sw1", "syslog", "Configured", 24 * time.Hour},
		{"<189>Jan  2 03:04:05 192.0.2.1 7: *Jan  1 00:00:09 UTC: %SYS-5-X: y", "2024-01-02T03:04:05Z", "192.0.2.1", "syslog", "y", 24 * time.Hour},
		{"<189>7: sw1: Jan  2 2024 03:04:05 UTC+07:30: %SYS-5-X: y", "2024-01-01T19:34:05Z", "sw1", "syslog", "y", 0},
		{"<189>7: sw1: Jan  2 2024 03:04:05 IST: %SYS-5-X: y", "2024-01-02T03:04:05Z", "sw1", "syslog", "y", 14 * time.Hour},
		{"000218: Jan  2 03:04:05.678 UTC: %SYS-6-LOGOUT: y", "2024-01-02T03:04:05.678Z", "", "syslog", "y", 24 * time.Hour}, // of a device's own buffer
		{"000218: *Jan  2 2024 03:04:05.678: %SYS-6-LOGOUT: y", "2024-01-02T03:04:05.678Z", "", "syslog", "y", 24 * time.Hour},
		{"<189>7: 00:00:45: %SYS-5-X: uptime", "", "", "syslog", "uptime", 0},
		{"<189>7: sw1: 3w2d: %SYS-5-X: uptime", "", "sw1", "syslog", "uptime", 0},
		{"7: a list, no count of messages", "", "", "text", "7: a list, no count of messages", 0},
		{"<189>sw1: 2024 Jan  2 03:04:05 UTC: %VSHD-5-X: y", "2024-01-02T03:04:05Z", "sw1", "syslog", "y", 0},
		{"RP/0/RP0/CPU0:2024 Jan  2 03:04:05.678 JST: config[7]: %MGBL-SYS-5-X : y", "2024-01-01T18:04:05.678Z", "", "syslog", "y", 0},
		{"<189>Jan  2 2024 03:04:05 r4 %%01SHELL/5/X(s)[7]:y", "2024-01-02T03:04:05Z", "r4", "syslog", "y", 14 * time.Hour},
		{"<189>Jan  2 03:04:05 sw1 Aaa: 77: %AAA-5-X: y", "2024-01-02T03:04:05Z", "sw1", "syslog", "y", 24 * time.Hour},
		{"nothing of the kind", "", "", "text", "nothing of the kind", 0},
		{"2024-13-41 99:99:99 what", "", "", "text", "2024-13-41 99:99:99 what", 0},
		{"<13>Jan 32 03:04:05 gw1 x: no such day", "", "gw1", "syslog", "x: no such day", 0},
	}
	for _, tt := range tests {
		e, pairs := one(t, tt.line)
		when := ""
		if e.Occurred.Known() {
			when = e.Occurred.Time().Format(time.RFC3339Nano)
		}
		if when != tt.when || e.Host != tt.host || e.Dataset != tt.dataset || pairs["message"] != tt.message || e.Doubt != tt.doubt || e.Raw != tt.line {
			t.Errorf("%s\n%s %q %s %q %v", tt.line, when, e.Host, e.Dataset, pairs["message"], e.Doubt)
		}
	}
}

func TestStated(t *testing.T) {
	e, _ := one(t, "<189>Jan  2 03:04:05 192.0.2.1 7: *Jan  1 00:00:09 UTC: %SYS-5-X: y")
	if got := e.Stated.Time().Format(time.RFC3339); got != "2024-01-01T00:00:09Z" {
		t.Error(got)
	}
}

func TestSniff(t *testing.T) {
	for in, want := range map[string]bool{
		"":                                  false,
		"plain\n":                           true,
		"Gr\xfc\xdfe aus M\xfcnchen\n":      true,
		"\x00\x01\x02\x03binary":            false,
		strings.Repeat("ok ", 100) + "\x00": true,
	} {
		if text.Sniff([]byte(in), "x.bin") != want {
			t.Errorf("%q: want %v", in, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("<34>Feb 29 03:04:05 gw1 sshd[7]: x\n2024-01-02 03:04:05 +01:00 y\r\n\n<1>1 - - - - - [a"), 20)
	f.Add([]byte("<189>7: sw1: *Jan  2 03:04:05.678 CET: %SYS-5-X : y\nvmx RP/0/RSP1/CPU0:Mar 28 15:08:30.941 UTC: b[1]: %A-5-B : x"), 70)
	f.Add([]byte("date=2024-01-02 time=03:04:05 devname=\"x\ny CISE_X 1 2 3 2024-01-02 03:04:05 Z\n<1>CISE_X 1 2 3 2024-01-02 03:04:05.1 -01:00"), 30)
	f.Add([]byte("type=EXECVE msg=audit(1.2:3): a0=2F62 a1=\"x\" msg='op=x acct=\"y\"'\nlogid=1 devid=2 action=\"a\\\"b\" cfgpath=x"), 20)
	f.Fuzz(func(t *testing.T, in []byte, split int) {
		telemetrytest.Laws(t, func() telemetrytest.Decoder {
			d := text.New(nil, "")
			d.RefTime = ref
			return d
		}, in, split)
		text.Sniff(in, "")
	})
}

func corpus() []byte {
	lines := []string{
		"<165>Jan  2 03:04:05 gw1.example Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet28 (made up for a benchmark), changed state to up\n",
		"Jan  2 03:04:05 host7 sshd[4711]: Accepted publickey for operator from 192.0.2.7 port 50022 ssh2: RSA SHA256:abcdefghijklmnopqrstuvwxyz\n",
		"2024-01-02T03:04:05.678901+00:00 host7 named[99]: client 192.0.2.9#4711 (www.host.example): query: www.host.example IN A + (192.0.2.53)\n",
		`192.0.2.1 - - [02/Jan/2024:03:04:05 +0100] "GET /some/where/over/the/rainbow.html HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux)"` + "\n",
	}
	return []byte(strings.Repeat(strings.Join(lines, ""), 500))
}

func TestNothingAllocatedPerRecord(t *testing.T) {
	data := corpus()
	d := text.New(nil, "")
	var s telemetry.Set
	n := testing.AllocsPerRun(10, func() {
		s.Reset()
		d.Decode(&telemetry.Block{Data: data, Line: 1}, &s)
	})
	if n > 20 || s.Undated > 0 {
		t.Errorf("%v allocations for %d records, %d undated", n, s.Read, s.Undated)
	}
}

func BenchmarkDecode(b *testing.B) {
	data := corpus()
	d := text.New(nil, "")
	var s telemetry.Set
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s.Reset()
		d.Decode(&telemetry.Block{Data: data, Line: 1}, &s)
	}
}

// TestHostileStart reads lines that once cost a call for each of their first bytes.
func TestHostileStart(t *testing.T) {
	for _, start := range []string{"[", "*", ".", "[*", "[."} {
		line := strings.Repeat(start, 1_000_000)
		if e, _ := one(t, line); e.Occurred.Known() || e.Raw != line {
			t.Errorf("%s: %v", start, e.Occurred)
		}
	}
	for _, line := range []string{"[*2024-01-02 03:04:05] x", "*[2024-01-02 03:04:05] x"} {
		if e, _ := one(t, line); !e.Occurred.Known() || e.Doubt != 24*time.Hour {
			t.Errorf("%s: %v %v", line, e.Occurred, e.Doubt)
		}
	}
}
