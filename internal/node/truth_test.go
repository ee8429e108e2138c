package node

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/hunt"
	"stormglass/internal/simulate"
)

// runHunt hunts paths and fails the test on an error.
func runHunt(t testing.TB, h Hunt) *hunt.Result {
	t.Helper()
	h.Now = time.Now
	r, err := h.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// planted is what truth and hunt must agree on.
type planted struct {
	Kind, Value, Subject string
	Records              int
	First, Last          time.Time
	Historical           bool
	Lists                int
	Scanned              bool
}

// TestHuntFindsWhatWasPlantedAndNothingElse simulates an operator and compares findings with the
// truth. STORMGLASS_SEED picks a further seed (.ci/run, make soak).
func TestHuntFindsWhatWasPlantedAndNothingElse(t *testing.T) {
	seeds := []uint64{1}
	if s, err := strconv.ParseUint(os.Getenv("STORMGLASS_SEED"), 10, 64); err == nil {
		seeds = append(seeds, s)
	}
	if os.Getenv("STORMGLASS_SOAK") != "" {
		for s := range uint64(10) {
			seeds = append(seeds, 100+s)
		}
	}
	for _, seed := range seeds {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) { huntSimulation(t, seed) })
	}
}

func huntSimulation(t *testing.T, seed uint64) {
	t.Helper()
	dir := t.TempDir()
	cfg := simulate.DefaultConfig()
	cfg.Seed = seed
	truth, err := simulate.Write(context.Background(), dir, cfg)
	if err != nil {
		t.Fatal(err)
	}
	r := runHunt(t, Hunt{Intel: []string{filepath.Join(dir, "intel")}, Telemetry: []string{filepath.Join(dir, "telemetry")}, Own: truth.Own})
	compareTruth(t, truth, r.Findings)
	checkSampling(t, truth, r.Findings)
	compareTruth(t, truth, keptFindings(t, dir))
	if r.Incomplete() {
		t.Errorf("seed %d: the simulation's own files were not read in full", seed)
	}
	var read uint64
	for _, n := range truth.Records {
		read += n
	}
	if total, _, _, _ := r.Records(); total != read {
		t.Errorf("seed %d: %d records read of %d written", seed, total, read)
	}
	for _, a := range r.Accounts {
		if a.Undated > 0 {
			t.Errorf("%s: %d records undated", a.Source.Name, a.Undated)
		}
	}
}

// checkSampling expects every sample of what a router exported to say which router it was, and one packet in how many it
// looked at; and to find such samples.
func checkSampling(t *testing.T, truth *simulate.Truth, findings []*hunt.Finding) {
	t.Helper()
	rates := map[string]string{}
	for _, x := range truth.Exporters {
		rates[x.Address.String()] = strconv.FormatUint(x.Sampling, 10)
	}
	seen := map[string]bool{}
	for _, f := range findings {
		for _, d := range f.Days {
			for _, s := range d.Samples {
				if filepath.Base(filepath.Dir(s.Source)) != "exports" {
					continue
				}
				fields := map[string]string{}
				for _, x := range s.Fields {
					fields[x.Name] = x.Value
				}
				router := fields["observer.ip"]
				if rate := fields["stormglass.flow.sampling_rate"]; rates[router] == "" || rate != rates[router] {
					t.Errorf("%s:%d, exported by %q: sampled 1 in %q, the truth says %q", s.Source, s.Ordinal, router, rate, rates[router])
				}
				seen[filepath.Base(s.Source)] = true
			}
		}
	}
	if want := map[string]bool{"core-netflow9.pcap": true, "edge-ipfix.pcap": true, "border-sflow.pcap": true}; !cmp.Equal(want, seen) {
		t.Errorf("samples of exports come from %v", seen)
	}
}

// keptFindings takes a simulation into a data folder, telemetry first, and gives what adding the
// intelligence finds in it.
func keptFindings(t *testing.T, dir string) []*hunt.Finding {
	t.Helper()
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(filepath.Join(data, "registers"), 0o700); err != nil {
		t.Fatal(err)
	}
	networks, err := os.ReadFile(filepath.Join(dir, "registers", "networks.yaml"))
	if err == nil {
		err = os.WriteFile(filepath.Join(data, "registers", "networks.yaml"), networks, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	var looked *Looked
	err = Keeping(t.Context(), data, "test", func(ctx context.Context, k *Keeper) error {
		if _, err := k.Ingest(ctx, &Ingest{Paths: []string{filepath.Join(dir, "telemetry")}}); err != nil {
			return err
		}
		if _, err := k.AddIntel(ctx, nil, []string{filepath.Join(dir, "intel")}); err != nil {
			return err
		}
		looked, err = k.LookBackNew(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return looked.Result.Findings
}

func compareTruth(t *testing.T, truth *simulate.Truth, findings []*hunt.Finding) {
	t.Helper()
	want := map[string]planted{}
	for _, p := range truth.Planted {
		e := planted{
			Kind: p.Kind, Value: p.Value, Subject: p.Subject, Records: p.Records, First: p.First, Last: p.Last,
			Historical: p.Standing == "historical", Scanned: p.Role == simulate.Scanned,
		}
		if p.WarningList != "" {
			e.Lists = 1
		}
		want[p.Value+" "+p.Subject] = e
	}
	got := map[string]planted{}
	for _, f := range findings {
		// A log that mentions a scan cannot say that nobody answered: the truth knows, the hunt does not.
		key := f.Value.String() + " " + f.SubjectName()
		scanned := f.Roles == hunt.Roles(hunt.RoleScannedBy) || f.Roles == hunt.Roles(hunt.RoleMentioned) && want[key].Scanned
		got[key] = planted{
			Kind: f.Value.Kind().String(), Value: f.Value.String(), Subject: f.SubjectName(), Records: int(f.Records),
			First: f.First.Time(), Last: f.Last.Time(), Historical: f.Historical == f.Records, Lists: len(f.Warnings), Scanned: scanned,
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-planted +found\n%s", diff)
	}
}

// TestFindingsDoNotDependOnWorkers hunts the same with one goroutine and with many.
func TestFindingsDoNotDependOnWorkers(t *testing.T) {
	dir := t.TempDir()
	if _, err := simulate.Write(context.Background(), dir, simulate.Config{Seed: 3, Days: 3, Scale: 1, Start: simulate.DefaultConfig().Start}); err != nil {
		t.Fatal(err)
	}
	var first []*hunt.Finding
	for _, workers := range []int{1, 7} {
		r := runHunt(t, Hunt{Intel: []string{filepath.Join(dir, "intel")}, Telemetry: []string{filepath.Join(dir, "telemetry")}, Workers: workers})
		if first == nil {
			first = r.Findings
			continue
		}
		if diff := cmp.Diff(summary(first), summary(r.Findings)); diff != "" {
			t.Errorf("-one +many\n%s", diff)
		}
	}
}

// summary writes findings in short, with their samples' places.
func summary(fs []*hunt.Finding) []string {
	var out []string
	for _, f := range fs {
		var s strings.Builder
		fmt.Fprintf(&s, "%s %s %s %s %d %d %s %s %v", f.ID, f.Level, f.Value, f.Subject, f.Records, f.Bytes, f.First.Time(), f.Last.Time(), f.Fields)
		for _, d := range f.Days {
			for _, x := range d.Samples {
				fmt.Fprintf(&s, " %s:%d", filepath.Base(x.Source), x.Ordinal)
			}
		}
		out = append(out, s.String())
	}
	return out
}
