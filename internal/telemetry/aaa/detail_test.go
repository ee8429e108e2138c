package aaa_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/aaa"
	"stormglass/internal/telemetry/telemetrytest"
)

const detailFile = `Tue Jan  2 03:04:05 2024
	Acct-Status-Type = Start
	User-Name = "op1"
	NAS-IP-Address = 192.0.2.1
	NAS-Port-Id = "tty2"
	Service-Type = NAS-Prompt-User
	Calling-Station-Id = "198.51.100.7"
	Acct-Session-Id = "0000000A"
	Timestamp = 1704164645

Tue Jan  2 03:05:05 2024
	Acct-Status-Type = Start
	User-Name = "4915550001@isp.example"
	NAS-IP-Address = 192.0.2.2
	Service-Type = Framed-User
	Calling-Station-Id = "4915550001"
	Framed-IP-Address = 100.64.0.9
	Timestamp = 1704164705

Tue Jan  2 03:14:05 2024
	Acct-Status-Type = Stop
	User-Name = "op\"1"
	NAS-Identifier = "gw1"
	Service-Type = Administrative-User
	Acct-Session-Time = 600
	Acct-Terminate-Cause = User-Request

Tue Jan  2 03:15:05 2024
	Acct-Status-Type = Accounting-On
	NAS-Identifier = "gw1"

Tue Jan  2 03:16:05 2024
	Acct-Status-Type = Start
	Service-Type = Administrative-User
`

func TestDetail(t *testing.T) {
	if !aaa.SniffDetail([]byte(detailFile), "detail-20240102") || aaa.SniffDetail([]byte("Tue Jan  2 03:04:05 2024 gw1 x\n\ty = z\n"), "") {
		t.Error("not recognised, or too much")
	}
	set := telemetrytest.Read(aaa.NewDetail(), []byte(detailFile))[0]
	b := set.Batch(telemetry.KindEvent)
	want := []string{
		`192.0.2.1 session-start: name="op1" line="tty2" id="0000000A" record="start" from=198.51.100.7`,
		`gw1 session-end: name="op\"1" record="stop" duration="600000000000" reason="User-Request"`,
		`gw1 logging-start: record="accounting-on"`,
	}
	var got []string
	for i := range b.Len() {
		got = append(got, shown(b, i))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if b.Event[0].Doubt != 0 || b.Event[1].Doubt != telemetry.NoZoneDoubt || b.Event[0].Ordinal != 10 {
		t.Errorf("doubt %v and %v, ordinal %d", b.Event[0].Doubt, b.Event[1].Doubt, b.Event[0].Ordinal)
	}
	leases := set.Batch(telemetry.KindAAA)
	if leases.Len() != 1 {
		t.Fatalf("%d leases", leases.Len())
	}
	if diff := cmp.Diff(`192.0.2.2 lease-start: secret="username:4915550001@isp.example" from=100.64.0.9`, shown(leases, 0)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for _, b := range []*telemetry.Batch{b, leases} {
		telemetry.Scrub(b)
	}
	if s := strings.Join(telemetrytest.Records(set), ""); strings.Contains(s, "5550001") {
		t.Error("a subscriber is kept: " + s)
	}
	if got := telemetrytest.Problems(set); !strings.HasPrefix(got, "5 4 0") || !strings.Contains(got, "has no end") {
		t.Errorf("it says %s", got)
	}
}

// TestDetailLong: what is longer than a record may be costs no more memory than one, wherever blocks end.
func TestDetailLong(t *testing.T) {
	long := "Tue Jan  2 03:04:05 2024\n" + strings.Repeat("\tFilter-Id = \"x\"\n", 10_000) + "\n" + detailFile
	for _, split := range []int{10, 70_000, len(long) - 5} {
		sets := telemetrytest.Read(aaa.NewDetail(), []byte(long), split, split)
		if n := len(telemetrytest.Records(sets...)); n != 4 {
			t.Errorf("split at %d: %d records", split, n)
		}
	}
}

func FuzzDetail(f *testing.F) {
	f.Add([]byte(detailFile), 100)
	f.Add([]byte("\n\nx\n\tAcct-Status-Type = Start\r\n \t\r\n\tAcct-Status-Type += \"Stop\"\n\tService-Type=Administrative-User\n\n"), 9)
	f.Fuzz(func(t *testing.T, in []byte, split int) {
		telemetrytest.Laws(t, func() telemetrytest.Decoder { return aaa.NewDetail() }, in, split)
		aaa.SniffDetail(in, "")
	})
}

// FuzzMessage: every text of a field is a part of the line, or of the line with blanks in place of tabs; what is typed once is typed
// the same again.
func FuzzMessage(f *testing.F) {
	for _, s := range []string{
		"192.0.2.1\top1\ttty2\t198.51.100.7\tstop\ttask_id=3\tservice=shell\tcmd=show\tcmd-arg=x\telapsed_time=4",
		"op1 tty2 198.51.100.7 stop task_id=3 cmd=\"a b\" result=success",
		"CISE_TACACS_Accounting 1 1 0 a b c d 3300 NOTICE T: x, User=a, CmdSet=[ CmdAV=a CmdArgAV=b <cr> ], AVPair=task_id=4, UserName=b\\, c",
		"CISE_RADIUS_Accounting 1 2 1 a, b=c", "CISE_RADIUS_Accounting 1 1 0 a b c d 3000 NOTICE T: x, User-Name=a, Class=b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, message string) {
		var once, again telemetry.Batch
		for _, b := range []*telemetry.Batch{&once, &again} {
			b.Kind = telemetry.KindEvent
			b.Append(1)
			b.Event[0].Raw = message
			b.AddPair(&b.Event[0].Pairs, telemetry.FieldMessage, message)
			aaa.Message(b, 0, "", message)
		}
		if a, b := shown(&once, 0), shown(&again, 0); a != b {
			t.Fatalf("%s\n%s", a, b)
		}
		plain := strings.NewReplacer("\tcmd-arg=", " ", " cmd-arg=", " ", " CmdArgAV=", " ").Replace(message)
		for _, p := range once.PairsOf(once.Event[0].Pairs) {
			switch p.Field.String() {
			case "message", "event.action", "event.severity", "event.duration", "observer.vendor", "observer.product", "stormglass.log.part",
				"stormglass.session.via", "event.outcome", "stormglass.aaa.record":
			case "process.command_line", "stormglass.command.typed": // put in order by package cli
				if p.Text == "" || strings.Contains(p.Text, "  ") {
					t.Fatalf("command %q", p.Text)
				}
			default:
				if !strings.Contains(message, p.Text) && !strings.Contains(plain, p.Text) {
					t.Fatalf("%s=%q is not in the line", p.Field, p.Text)
				}
			}
		}
	})
}

func BenchmarkMessage(b *testing.B) {
	line := "192.0.2.1\top1\ttty2\t198.51.100.7\tstop\ttask_id=3\ttimezone=UTC\tservice=shell\tpriv-lvl=15\tcmd=show version <cr>"
	batch := telemetry.Batch{Kind: telemetry.KindEvent}
	b.ReportAllocs()
	for b.Loop() {
		batch.Reset()
		batch.Append(1)
		aaa.Message(&batch, 0, "", line)
	}
}
