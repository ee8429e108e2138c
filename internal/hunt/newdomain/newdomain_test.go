package newdomain

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

const day = 86_400 // seconds

// registers state two core routers, one edge router, a time server, and a prefix of infrastructure.
func registers(t testing.TB) *register.Registers {
	t.Helper()
	r, err := register.Load(fstest.MapFS{
		"registers/devices.yaml": {Data: []byte("devices:\n" +
			"  - {id: core-r1, role: core, addresses: [192.0.2.1]}\n" +
			"  - {id: core-r2, role: core, addresses: [192.0.2.2]}\n" +
			"  - {id: edge-r1, role: edge, addresses: [192.0.2.9]}\n")},
		"registers/servers.yaml":  {Data: []byte("servers:\n  - {service: ntp, addresses: [192.0.2.40]}\n")},
		"registers/networks.yaml": {Data: []byte("networks:\n  - {prefix: 192.0.2.0/25, class: infrastructure}\n  - {prefix: 100.64.0.0/10, class: subscriber}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// question is a name that somebody asks for, on a day counted from the first and in an hour of it.
type question struct {
	day, hour int
	from      string
	name      string
}

func asked(list ...question) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindDNS, Source: &telemetry.Source{Name: "a test"}}
	for _, q := range list {
		d := &b.DNS[b.Append(uint64(b.Len()+1))]
		d.Occurred = telemetry.Instant(((20_000+int64(q.day))*day + int64(q.hour)*3600) * 1e9)
		d.Src, d.Query, d.QType = netip.MustParseAddr(q.from), q.name, "A"
	}
	return b
}

// daily is a name that is asked for on each of some days.
func daily(from, to int, who, name string) (out []question) {
	for d := from; d < to; d++ {
		out = append(out, question{d, 3, who, name})
	}
	return out
}

// told gives what was told: the day counted from the first, who, the domain, the role.
func told(r *analysetest.Run) (out []string) {
	for _, x := range r.Records {
		f := x.Fields
		out = append(out, fmt.Sprintf("%d %s %s (%s) %s of %s", int(x.At.Day())-20_000, x.Ends.Src, f["dns.question.registered_domain"],
			f["stormglass.newdomain.role"], f["stormglass.newdomain.hosts"], f["stormglass.newdomain.baseline_days"]))
	}
	return out
}

// TestNew: what is new to a role, and what only looks it. Every case comes after core routers asked for ntp.vendor.example for days.
func TestNew(t *testing.T) {
	const core, other, edge = "192.0.2.1", "192.0.2.2", "192.0.2.9"
	for _, c := range []struct {
		name   string
		before int // days with records of the role
		more   []question
		want   []string
	}{
		{"on the eighth day", 7, []question{{7, 4, core, "c2.fresh.example."}}, []string{"7 192.0.2.1 fresh.example (device core) 1 of 7"}},
		{"a day too early", 6, []question{{6, 4, core, "c2.fresh.example."}}, nil},
		{"early, and again when it may be told", 6, []question{{6, 4, core, "c2.fresh.example"}, {7, 4, core, "c2.fresh.example"}}, nil},
		{"two of the role, the first is told of", 7, []question{{7, 6, core, "fresh.example"}, {7, 5, other, "www.fresh.example"}}, []string{"7 192.0.2.2 fresh.example (device core) 2 of 7"}},
		{"another of the role asked before", 7, []question{{2, 6, other, "fresh.example"}, {7, 5, core, "fresh.example"}}, nil},
		{"30 days ago", 33, []question{{3, 6, core, "old.example"}, {33, 5, core, "old.example"}}, nil},
		{"31 days ago", 34, []question{{3, 6, core, "old.example"}, {34, 5, core, "old.example"}}, []string{"34 192.0.2.1 old.example (device core) 1 of 30"}},
		{"another role asked before: it is new to this one, and the other has no days of its own", 7, []question{{3, 6, edge, "fresh.example"}, {7, 5, core, "fresh.example"}}, []string{
			"7 192.0.2.1 fresh.example (device core) 1 of 7",
		}},
		{"a subdomain of what is known", 7, []question{{7, 5, core, "x7.deep.pool.vendor.example"}}, nil},
		{"a new name of a delivery network that is a suffix of its own", 7, []question{{3, 5, core, "d111.cloudfront.net"}, {7, 5, core, "d222.cloudfront.net"}}, []string{
			"7 192.0.2.1 d222.cloudfront.net (device core) 1 of 7",
		}},
		{"a new host of a delivery network that is none", 7, []question{{3, 5, core, "e1.cdn.example"}, {7, 5, core, "e2.cdn.example"}}, nil},
		{"letters and the dot at the end are the same", 7, []question{{7, 5, core, "NTP.Vendor.EXAMPLE."}, {7, 5, other, "ntp.vendor.example"}}, nil},
		{"its A-label", 7, []question{{3, 5, core, "xn--bcher-kva.example"}, {7, 5, core, "XN--BCHER-KVA.example."}, {7, 6, core, "xn--80ak6aa92e.example"}}, []string{
			"7 192.0.2.1 xn--80ak6aa92e.example (device core) 1 of 7",
		}},
		{"two suffixes deep", 7, []question{{3, 5, core, "a.one.co.uk"}, {7, 5, core, "b.two.co.uk"}}, []string{"7 192.0.2.1 two.co.uk (device core) 1 of 7"}},
		{"who has an address", 7, []question{{7, 5, core, "9.2.0.192.in-addr.arpa"}, {7, 5, core, "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."}}, nil},
		{"a suffix alone, a word, nothing", 7, []question{{7, 5, core, "co.uk"}, {7, 5, core, "localhost"}, {7, 5, core, "."}, {7, 5, core, ""}}, nil},
		{"a subscriber", 7, []question{{7, 5, "100.64.1.1", "fresh.example"}}, nil},
		{"a host that no register knows", 7, []question{{7, 5, "192.0.2.200", "fresh.example"}}, nil},
	} {
		list := append(daily(0, c.before, core, "ntp.vendor.example"), c.more...)
		for _, order := range []string{"in order", "backwards"} {
			if got := told(analysetest.Batches(t, Analyser{}, analyse.Env{Registers: registers(t)}, asked(list...))); !slices.Equal(got, c.want) {
				t.Errorf("%s, %s:\n%s\nwant\n%s", c.name, order, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			slices.Reverse(list)
		}
	}
}

// TestRoles: who is of which role; the register of devices goes first, then those of servers, then networks.
func TestRoles(t *testing.T) {
	for from, want := range map[string]string{
		"192.0.2.1": "device core", "192.0.2.40": "server ntp", "192.0.2.77": "infrastructure", "192.0.2.200": "", "100.64.1.1": "",
	} {
		if got := RoleOf(registers(t), netip.MustParseAddr(from), 1); got != want {
			t.Errorf("%s: %q, want %q", from, got, want)
		}
	}
	if got := RoleOf(registers(t), netip.Addr{}, 1); got != "" {
		t.Errorf("nobody is %q", got)
	}
}

// TestWarming: what it cannot tell of it says: without registers, and until a role was seen on seven days.
func TestWarming(t *testing.T) {
	b := asked(daily(0, 3, "192.0.2.1", "ntp.vendor.example")...)
	if r := analysetest.Batches(t, Analyser{}, analyse.Env{}, b); len(r.Account.NotAssessed) != 1 {
		t.Errorf("without registers: %q", r.Account.NotAssessed)
	}
	r := analysetest.Batches(t, Analyser{}, analyse.Env{Registers: registers(t)}, b)
	if got := int(r.Account.Warming) - 20_000; got != 7 { // days 0 to 6 are learned from
		t.Errorf("warming until day %d, want 7", got)
	}
	if last := r.Ran[len(r.Ran)-1].Fields; last["event.outcome"] != "unknown" {
		t.Errorf("%v", last)
	}
}

// TestAttack: a core router asks for random domains for half an hour. That keeps to the bounds, takes nothing from what another role asks
// for, and what of its own did not fit is said, on the day and on those whose window holds it.
func TestAttack(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	feed := func(each func(*telemetry.Batch)) {
		for _, who := range []string{"192.0.2.1", "192.0.2.9"} {
			each(asked(daily(0, 10, who, "ntp.vendor.example")...))
		}
		for range 200 {
			var list []question
			for range 1000 {
				list = append(list, question{8, 2, "192.0.2.1", fmt.Sprintf("www.%016x.example", rnd.Uint64())})
			}
			each(asked(list...))
		}
		each(asked(question{8, 2, "192.0.2.9", "c2.zfresh.example"}))
	}
	r := analysetest.Within(t, Analyser{}, analyse.Env{Registers: registers(t)}, analyse.Limits{Memory: 2 << 20, Disk: 64 << 20}, feed)
	if r.Account.Dropped == 0 {
		t.Error("nothing was left out: the test asks too little")
	}
	if !slices.Contains(told(r), "8 192.0.2.9 zfresh.example (device edge) 1 of 8") {
		t.Error("what the edge router asked for is not told of")
	}
	size := 0
	for _, x := range r.Records {
		size += len(x.Fields["dns.question.registered_domain"]) + len(x.Fields["stormglass.newdomain.role"]) + 20
	}
	if size > roleRows {
		t.Errorf("%d records: more than the rows of a role", len(r.Records))
	}
	for _, x := range r.Ran[8:] { // the day, and the next
		if x.Fields["event.outcome"] != "unknown" || !strings.Contains(x.Fields["event.reason"], "did not fit") {
			t.Errorf("%s: it is not said that it is not all: %v", x.At.Day(), x.Fields)
		}
	}
}
