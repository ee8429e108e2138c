package node

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// derivedRules judge what analysers emit.
const derivedRules = `title: Steady calls
id: 5e0b7a10-0000-4000-8000-0000000000a1
logsource: {product: stormglass, service: derived}
detection:
  sel:
    event.dataset: stormglass.beacon
    stormglass.beacon.score|gte: 0.95
  condition: sel
level: medium
---
title: Keeps talking
id: 5e0b7a10-0000-4000-8000-0000000000a2
logsource: {product: stormglass, service: derived}
detection:
  sel:
    event.dataset: stormglass.longpair
    stormglass.longpair.hours|gt: 0.9
    stormglass.longpair.bytes_per_hour|lt: 100000
  condition: sel
level: medium
---
title: Names carry data
id: 5e0b7a10-0000-4000-8000-0000000000a3
logsource: {product: stormglass, service: derived}
detection:
  sel:
    event.dataset: stormglass.dnstunnel
    stormglass.dnstunnel.names|gte: 50
    stormglass.dnstunnel.length|gte: 20.5
  condition: sel
level: high
---
title: Went on
id: 5e0b7a10-0000-4000-8000-0000000000a4
logsource: {product: stormglass, service: derived}
detection:
  sel:
    event.dataset: stormglass.hops
    stormglass.hops.from_jump: 'false'
  condition: sel
level: high
---
title: New domain
id: 5e0b7a10-0000-4000-8000-0000000000a5
logsource: {product: stormglass, service: derived}
detection:
  sel: {event.dataset: stormglass.newdomain}
  condition: sel
level: medium
---
title: Told of
id: 5e0b7a10-0000-4000-8000-0000000000a6
logsource: {product: stormglass, service: derived}
detection:
  sel: {event.dataset: stormglass.analyser}
  condition: sel
level: informational
`

// analysed writes ten days of traffic of a made-up operator, in files of three days and a part of one, with one case for each analyser.
func analysed(t *testing.T, dir string) (telemetry, registers string) {
	t.Helper()
	telemetry, registers = filepath.Join(dir, "telemetry"), filepath.Join(dir, "registers")
	writeRules(t, registers, "networks.yaml", "networks:\n  - {prefix: 192.0.2.0/25, class: infrastructure}\n  - {prefix: 192.0.2.128/25, class: server}\n")
	writeRules(t, registers, "servers.yaml", "servers:\n  - {service: jump, addresses: [192.0.2.200]}\n")
	m := &analysedFiles{rnd: rand.New(rand.NewPCG(1, 1)), conn: map[int][]string{}, dns: map[int][]string{}}
	for day := range 10 {
		m.day(day)
	}
	for from, to := 0, 3; from < 10; from, to = to, to+3 {
		m.write(t, telemetry, from, min(to, 10))
	}
	return telemetry, registers
}

type analysedFiles struct {
	rnd       *rand.Rand
	n         int
	conn, dns map[int][]string
}

var analysedFrom = time.Date(2024, 11, 20, 0, 0, 0, 0, time.UTC)

func (m *analysedFiles) flow(day int, at, lasted float64, src, dst string, port, sent, got int) {
	m.n++
	ts := float64(analysedFrom.AddDate(0, 0, day).Unix()) + at
	m.conn[day] = append(m.conn[day], fmt.Sprintf("%.3f\tC%d\t%s\t%d\t%s\t%d\ttcp\t-\t%.3f\t%d\t%d\tSF", ts, m.n, src, 20000+m.n%30000, dst, port, lasted, sent, got))
}

func (m *analysedFiles) ask(day int, at float64, client, name, qtype string) {
	m.n++
	ts := float64(analysedFrom.AddDate(0, 0, day).Unix()) + at
	m.dns[day] = append(m.dns[day], fmt.Sprintf("%.3f\tD%d\t%s\t40000\t203.0.113.53\t53\tudp\t%s\t%s\tNOERROR\t-", ts, m.n, client, name, qtype))
}

func (m *analysedFiles) day(day int) {
	for at := 30.0; at < 86400; at += 600 { // quiet and steady
		m.flow(day, at+m.rnd.Float64()*2, 1, "192.0.2.7", "198.51.100.9", 443, 300, 200)
	}
	for range 200 { // people
		m.flow(day, m.rnd.Float64()*86400, 5, fmt.Sprintf("192.0.2.%d", 130+m.rnd.IntN(20)), fmt.Sprintf("198.51.100.%d", 20+m.rnd.IntN(100)), 443, m.rnd.IntN(9000), m.rnd.IntN(90000))
	}
	for at := 100.0; at < 86400; at += 7200 {
		m.ask(day, at, "192.0.2.7", "time.vendor.example", "A")
	}
	switch day {
	case 4:
		for i := range 80 {
			m.ask(day, 5000+float64(i)*7, "192.0.2.140", fmt.Sprintf("%016x%016x.t.carrier.example", m.rnd.Uint64(), m.rnd.Uint64()), "TXT")
		}
	case 6: // one chain from nowhere, one from the jump host
		m.flow(day, 40000, 900, "192.0.2.9", "192.0.2.10", 22, 5000, 9000)
		m.flow(day, 40100, 300, "192.0.2.10", "192.0.2.11", 22, 5000, 9000)
		m.flow(day, 50000, 900, "192.0.2.200", "192.0.2.20", 22, 5000, 9000)
		m.flow(day, 50100, 300, "192.0.2.20", "192.0.2.21", 22, 5000, 9000)
	case 9:
		m.ask(day, 3600, "192.0.2.7", "cdn.fresh.example", "A")
	}
}

func (m *analysedFiles) write(t *testing.T, dir string, from, to int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, days := range map[string]map[int][]string{"conn": m.conn, "dns": m.dns} {
		fields := "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring"
		if path == "dns" {
			fields = "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tqtype_name\trcode_name\tanswers\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tstring\tstring\tvector[string]"
		}
		var text strings.Builder
		text.WriteString("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t" + path + "\n#fields\t" + fields + "\n")
		for day := from; day < to; day++ {
			text.WriteString(strings.Join(days[day], "\n") + "\n")
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s.%02d.log", path, from)), []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnalysersTellTheSameEitherWay: what rules find in derived records of a data folder is what one hunt over the same files finds,
// whether the files came at once or one by one, in order or not, with rules before or after, and asking again changes nothing.
func TestAnalysersTellTheSameEitherWay(t *testing.T) {
	dir := t.TempDir()
	paths, registers := analysed(t, dir)
	rules := filepath.Join(dir, "rules")
	writeRules(t, rules, "derived.yml", derivedRules)
	r := runHunt(t, Hunt{Rules: RulePaths{Rules: []string{rules}}, Telemetry: []string{paths}, Registers: registers})
	want := ruleFindings(r.Findings)
	titles := map[string]bool{}
	for _, f := range r.Findings {
		titles[f.Rule.Title] = true
	}
	if len(titles) != 6 {
		t.Fatalf("only %v find something\n%s\n%+v", titles, strings.Join(want, "\n"), r.Analysers)
	}
	for _, a := range r.Analysers {
		t.Logf("%+v", *a)
	}
	names := []string{"00", "03", "06", "09"}
	for _, tt := range []struct {
		name   string
		before bool
		order  []int
	}{{"at once", true, nil}, {"one by one", true, []int{0, 1, 2, 3}}, {"out of order", true, []int{2, 0, 3, 1}}, {"rules after", false, nil}} {
		t.Run(tt.name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			copyFiles(t, registers, filepath.Join(data, "registers"))
			writeRules(t, filepath.Join(data, "rules"), ".no-content", "")
			if tt.before {
				writeRules(t, filepath.Join(data, "rules"), "derived.yml", derivedRules)
			}
			steps := [][]string{{paths}}
			if tt.order != nil {
				steps = nil
			}
			for _, n := range tt.order {
				steps = append(steps, []string{filepath.Join(paths, "conn."+names[n]+".log"), filepath.Join(paths, "dns."+names[n]+".log")})
			}
			for _, step := range steps { // each in a process of its own
				keep(t, data, func(ctx context.Context, k *Keeper) error {
					_, err := k.Ingest(ctx, &Ingest{Paths: step})
					return err
				})
			}
			if !tt.before {
				writeRules(t, filepath.Join(data, "rules"), "derived.yml", derivedRules)
				keep(t, data, func(ctx context.Context, k *Keeper) error {
					_, err := k.LookUpRules(ctx)
					return err
				})
			}
			if diff := gocmp.Diff(want, keptRules(t, data)); diff != "" {
				t.Errorf("-one-shot +data folder\n%.4000s", diff)
			}
			if err := os.RemoveAll(filepath.Join(data, extractsDir, "newdomain")); err != nil {
				t.Fatal(err)
			}
			keep(t, data, func(ctx context.Context, k *Keeper) error {
				saved, err := k.HuntRules(ctx, nil, 0)
				if err == nil && saved.Saved.New+saved.Saved.Changed > 0 {
					t.Errorf("asked again of the same records: %+v", saved.Saved)
				}
				return err
			})
			replayed(t, data, RulePaths{Rules: []string{rules}}, want)
		})
	}
}
