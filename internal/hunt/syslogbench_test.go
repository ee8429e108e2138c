package hunt

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"stormglass/content"
	"stormglass/internal/hunt/sigma"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/text"
)

// allStated stands for registers that state everything, so that no rule is left out: sets hold one network and two names. What they join says
// that nothing is amiss, as of most records: flows are those of subscribers, who logs in comes from the management network.
type allStated struct{}

func (allStated) Set(string) (sigma.Set, bool) {
	return sigma.Set{
		Prefixes: []sigma.SetPrefix{{Prefix: netip.MustParsePrefix("192.0.2.0/28")}},
		Texts:    []sigma.SetText{{Text: "192.0.2.7"}, {Text: "backup.example.net"}},
	}, true
}

func (allStated) Field(kind telemetry.Kind, name string) (func(*telemetry.Batch, int) (string, bool), bool) {
	word := "approved"
	joined := []string{"register", "class", "device", "change", "account", "tunnel", "access"}
	switch {
	case !slices.ContainsFunc(joined, func(w string) bool { return strings.HasPrefix(name, "stormglass."+w) }):
		return nil, false
	case strings.Contains(name, "record_stores"):
		word = "unknown"
	case !strings.HasPrefix(name, "stormglass.class."):
	case kind == telemetry.KindEvent:
		word = "management"
	case strings.Contains(name, ".source."):
		word = "subscriber"
	default:
		word = "outside"
	}
	return func(*telemetry.Batch, int) (string, bool) { return word, true }, true
}

// contentRules gives all rules that the program comes with.
func contentRules(b *testing.B) *RuleSet {
	b.Helper()
	c, err := rule.Read(content.Rules(), ".")
	if err != nil {
		b.Fatal(err)
	}
	c.Resolve()
	p, complaints := pipeline.Load(content.Pipelines())
	if len(complaints) > 0 {
		b.Fatal(complaints)
	}
	s, err := NewRuleSet(c, p, sigma.Options{Sets: allStated{}, Joined: allStated{}})
	if err != nil {
		b.Fatal(err)
	}
	if u := s.Program.Unusable(); len(u) > 0 {
		b.Fatal(u[0].Rule.Title, ": ", u[0].Unusable)
	}
	return s
}

// carrierLine writes a line as the collector of a carrier's devices and servers gets it: of a hundred, 13 are commands and 22 logins.
func carrierLine(w *bytes.Buffer, r *rand.Rand, at time.Time) {
	commands := []string{"show version", "show ip bgp summary", "show interfaces description", "copy running-config startup-config", "interface GigabitEthernet0/0/1", "description to the north", "terminal length 0"}
	user, host, from := fmt.Sprintf("op-%d", r.IntN(40)), r.IntN(200), fmt.Sprintf("198.51.100.%d", r.IntN(256))
	stamp, command := at.Format("Jan _2 15:04:05.000 UTC"), commands[r.IntN(len(commands))]
	short := at.Format("Jan _2 15:04:05")
	switch n := r.IntN(100); {
	case n < 6:
		fmt.Fprintf(w, "<189>%d: edge-%d: %s: %%PARSER-5-CFGLOG_LOGGEDCMD: User:%s  logged command:%s \n", r.IntN(100000), host, stamp, user, command)
	case n < 10:
		fmt.Fprintf(w, "<189>%s acc-%d %%%%01SHELL/5/CMDRECORD(s)[%d]:Recorded command information. (Task=VTY1, Ip=%s, VpnName=_public_, User=%s, AuthenticationMethod=\"HWTACACS\", Command=\"display alarm active\")\n", at.Format("Jan _2 2006 15:04:05"), host, r.IntN(9999), from, user)
	case n < 13:
		fmt.Fprintf(w, "<37>%s jump-%d sudo[%d]:   %s : TTY=pts/0 ; PWD=/home/%s ; USER=root ; COMMAND=/usr/bin/systemctl status chronyd\n", short, host, r.IntN(9999), user, user)
	case n < 25:
		fmt.Fprintf(w, "<189>%d: edge-%d: %s: %%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: %s] [Source: %s] [localport: 22] at 12:00:00 UTC Mon Nov 2 2026\n", r.IntN(100000), host, stamp, user, from)
	case n < 35:
		fmt.Fprintf(w, "<86>%s cdr-%d sshd[%d]: Accepted publickey for %s from %s port %d ssh2: ED25519 SHA256:kQk2m0\n", short, host, r.IntN(9999), user, from, r.IntN(65536))
	case n < 50:
		fmt.Fprintf(w, "<190>%d: edge-%d RP/0/RP0/CPU0:%s: ipv4_acl_mgr[267]: %%ACL-IPV4_ACL-6-IPACCESSLOGP : access-list MGMT-IN (20) deny tcp %s(%d) -> 192.0.2.2(445), 1 packet\n", r.IntN(100000), host, stamp, from, r.IntN(65536))
	case n < 65:
		fmt.Fprintf(w, "<189>%d: agg-%d: %s: %%LINEPROTO-5-UPDOWN: Line protocol on Interface TenGigE0/0/0/%d, changed state to down\n", r.IntN(100000), host, stamp, r.IntN(48))
	case n < 78:
		fmt.Fprintf(w, "<190>%d: core-%d RP/0/RP0/CPU0:%s: isis[1010]: %%ROUTING-ISIS-6-INFO_ADJ_REFRESH : Adjacency to 192.0.2.%d refreshed (L2)\n", r.IntN(100000), host, stamp, r.IntN(256))
	case n < 90:
		fmt.Fprintf(w, "<78>%s med-%d CRON[%d]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)\n", short, host, r.IntN(9999))
	default:
		fmt.Fprintf(w, "<54>%s cdr-%d audisp-syslog: type=SYSCALL msg=audit(%d.924:%d): arch=c000003e syscall=59 success=yes exit=0 a0=55d0c1a2 a1=55d0c1b8 items=2 ppid=44332 pid=44339 auid=4294967295 uid=0 gid=0 comm=\"run-parts\" exe=\"/usr/bin/run-parts\" subj=unconfined key=\"exec\"\n", short, host, at.Unix(), r.IntN(999999))
	}
}

// BenchmarkSyslogAllContent reads and hunts lines of syslog with all rules that the program comes with, matches gathered; the unit is lines a
// second of processor time. "parsed" only reads them.
func BenchmarkSyslogAllContent(b *testing.B) {
	const lines = 20_000
	r, w, at := rand.New(rand.NewPCG(3, 3)), bytes.Buffer{}, time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	for range lines {
		at = at.Add(time.Duration(r.IntN(200)) * time.Millisecond)
		carrierLine(&w, r, at)
	}
	d, set := text.New(nil, ""), telemetry.Set{}
	d.RefTime = at
	read := func() *telemetry.Batch {
		set.Reset()
		d.Decode(&telemetry.Block{Data: w.Bytes(), Line: 1}, &set)
		return set.Batch(telemetry.KindEvent)
	}
	b.Run("parsed", func(b *testing.B) { perProcessorSecond(b, lines, func() { read() }) })
	b.Run("hunted", func(b *testing.B) {
		h := newContentHunt(b)
		perProcessorSecond(b, lines, func() { h.batch(b, read()) })
		h.report(b)
	})
}

// BenchmarkFlowsAllContent hunts flows of subscribers with all rules that the program comes with.
func BenchmarkFlowsAllContent(b *testing.B) {
	h, flows, ports := newContentHunt(b), flowBatch(), []uint16{443, 443, 443, 443, 443, 443, 80, 80, 53, 53, 22, 8080, 5222, 123, 49, 161}
	for i := range flows.Flow {
		flows.Flow[i].DstPort = ports[i%len(ports)]
	}
	perProcessorSecond(b, flows.Len(), func() { h.batch(b, flows) })
	h.report(b)
}

// contentHunt hunts batches, each as a source of its own.
type contentHunt struct {
	engine           *Engine
	tally            *Tally
	records, matches int
}

// counted counts matches on their way.
type counted struct {
	RuleSink
	matches *int
}

func (c *counted) RuleHits(b *telemetry.Batch, hits []RuleHit) {
	*c.matches += len(hits)
	c.RuleSink.RuleHits(b, hits)
}

func newContentHunt(b *testing.B) *contentHunt {
	b.Helper()
	rules, x := contentRules(b), mustIndex(b, intel.NewLoader())
	h := &contentHunt{engine: &Engine{Index: x, Rules: rules}, tally: NewTally(x)}
	if err := h.tally.Rules(rules, Networks{}); err != nil {
		b.Fatal(err)
	}
	return h
}

func (h *contentHunt) batch(b *testing.B, records *telemetry.Batch) {
	records.Source = &telemetry.Source{Name: "lines"}
	part := h.tally.Part(records.Source)
	h.engine.Sink, h.engine.RuleSink = part, &counted{part, &h.matches}
	if err := h.engine.Batch(context.Background(), records); err != nil {
		b.Fatal(err)
	}
	h.records += records.Len()
	if err := part.Discard(); err != nil {
		b.Fatal(err)
	}
}

// report tells how much there was to do.
func (h *contentHunt) report(b *testing.B) {
	b.Helper()
	candidates := uint64(0)
	for _, r := range h.engine.Rules.Program.Stats().Rules {
		candidates += r.Candidates
	}
	b.ReportMetric(float64(candidates)/float64(h.records), "candidates/record")
	b.ReportMetric(float64(h.matches)/float64(h.records), "matches/record")
}

// perProcessorSecond tells how many records a second of processor time takes: the machine may be shared.
func perProcessorSecond(b *testing.B, records int, do func()) {
	b.Helper()
	do()
	b.ReportAllocs()
	begun := processorTime()
	for b.Loop() {
		do()
	}
	b.ReportMetric(float64(b.N*records)/(processorTime()-begun).Seconds(), "records/cpu-s")
}

func processorTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
