package node

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stormglass/internal/depot"
	"stormglass/internal/depot/depottest"
	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/seen"
	"stormglass/internal/store"
)

const ownNetworks = "networks:\n- {prefix: 192.0.2.0/24, class: server}\n- {prefix: \"2001:db8:2::/48\", class: server}\n"

var ownPrefixes = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8:2::/48")}

// kept is a data folder of a test.
type kept struct {
	*testing.T
	data string
}

// newKept makes a data folder that keeps everything; retention narrows that down.
func newKept(t *testing.T, retention string) *kept {
	t.Helper()
	k := &kept{t, depottest.Dir(t)}
	dir := filepath.Join(k.data, depot.RegistersDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"networks.yaml": ownNetworks, "retention.yaml": retention} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

// do works on the folder as one run of the program does.
func (k *kept) do(f func(context.Context, *Keeper) error) {
	k.Helper()
	if err := Keeping(k.Context(), k.data, "test", f); err != nil {
		k.Fatal(err)
	}
}

// ingest takes files in, in several commits.
func (k *kept) ingest(paths ...string) *Kept {
	k.Helper()
	return k.run(&Ingest{Paths: paths, Workers: 2, CommitBytes: 4096})
}

// ingestAll takes files in, in one commit.
func (k *kept) ingestAll(paths ...string) *Kept {
	k.Helper()
	return k.run(&Ingest{Paths: paths})
}

func (k *kept) run(g *Ingest) (out *Kept) {
	k.Helper()
	k.do(func(ctx context.Context, keeper *Keeper) (err error) {
		out, err = keeper.Ingest(ctx, g)
		return err
	})
	return out
}

func (k *kept) intel(paths ...string) {
	k.Helper()
	k.do(func(ctx context.Context, keeper *Keeper) error {
		if _, err := keeper.AddIntel(ctx, nil, paths); err != nil {
			return err
		}
		_, err := keeper.LookBackNew(ctx)
		return err
	})
}

// findings gives what the store keeps.
func (k *kept) findings() []*hunt.Finding {
	k.Helper()
	var out []*hunt.Finding
	k.do(func(ctx context.Context, keeper *Keeper) error {
		stored, err := keeper.Store.Findings(ctx, store.Filter{})
		for _, s := range stored {
			out = append(out, s.Finding)
		}
		return err
	})
	return out
}

// same compares what two hunts found. Which statement of intelligence has which number depends on the
// order of loading and is left out.
func same(t *testing.T, what string, want, got []*hunt.Finding) {
	t.Helper()
	sorted := func(all []*hunt.Finding) []*hunt.Finding {
		return slices.SortedFunc(slices.Values(all), func(a, b *hunt.Finding) int { return cmp.Compare(a.ID.String(), b.ID.String()) })
	}
	opts := []gocmp.Option{
		cmpopts.EquateEmpty(), cmpopts.IgnoreFields(hunt.Finding{}, "Refs"), gocmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
		gocmp.Comparer(func(a, b observable.Value) bool { return a == b }),
	}
	if diff := gocmp.Diff(sorted(want), sorted(got), opts...); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// seeds gives the seeds of a test: few, or many with STORMGLASS_SOAK.
func seeds(n uint64) []uint64 {
	if os.Getenv("STORMGLASS_SOAK") != "" {
		n *= 12
	}
	out := make([]uint64, n)
	for i := range out {
		out[i] = uint64(i + 1)
	}
	return out
}

// TestLookBackIsHunt holds what a data folder finds, in whatever order it is filled, against a hunt
// over the same files that keeps nothing.
func TestLookBackIsHunt(t *testing.T) {
	for _, seed := range seeds(3) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			m := newMadeFiles(t, seed)
			logs, intel := m.all(t), m.intel(t)
			want := runHunt(t, Hunt{Intel: intel, Telemetry: []string{logs}, Own: ownPrefixes}).Findings
			if len(want) < 3 {
				t.Fatalf("%d findings: too few to tell anything", len(want))
			}

			k := newKept(t, "")
			k.intel(intel...)
			k.ingest(logs)
			same(t, "intelligence first", want, k.findings())

			k = newKept(t, "")
			k.ingest(logs)
			k.intel(intel[0])
			k.intel(intel[1])
			same(t, "telemetry first", want, k.findings())
			k.do(func(ctx context.Context, keeper *Keeper) error {
				r, err := keeper.HuntAll(ctx)
				if err == nil {
					same(t, "hunted again", want, r.Findings)
				}
				return err
			})
			same(t, "after it was hunted again", want, k.findings())
		})
	}
}

// TestLookBackInPieces fills a data folder file by file, with files that grow between, intelligence
// that comes in the middle, and everything again under other names.
func TestLookBackInPieces(t *testing.T) {
	for _, seed := range seeds(3) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			m := newMadeFiles(t, 1000+seed)
			intel := m.intel(t)
			k := newKept(t, "")
			k.intel(intel[0])
			for n, name := range m.names {
				part := m.Float64()
				k.ingest(m.write(t, "logs", name, part))
				k.ingest(m.write(t, "logs", name, part+(1-part)*m.Float64()))
				if n == 2 {
					k.intel(intel[1])
				}
			}
			logs := m.all(t)
			k.ingest(logs)
			want := runHunt(t, Hunt{Intel: intel, Telemetry: []string{logs}, Own: ownPrefixes}).Findings
			same(t, "in pieces", want, k.findings())
			records := k.records()
			again := k.ingest(logs, packed(t, logs), archived(t, logs))
			if again.Known != 3*len(m.names) || again.Records != 0 {
				t.Errorf("%d sources of %d are known, %d records taken in again", again.Known, 3*len(m.names), again.Records)
			}
			same(t, "after everything was given again", want, k.findings())
			if diff := gocmp.Diff(records, k.records()); diff != "" {
				t.Errorf("records before and after everything was given again (-want +got):\n%s", diff)
			}
		})
	}
}

// records counts, for a few values, what the ledger holds and what the lake.
func (k *kept) records() map[string]string {
	k.Helper()
	out := map[string]string{}
	var questions []seen.Question
	for _, v := range slices.Concat(hosts, others, domains) {
		questions = append(questions, seen.Parse(v, true))
	}
	r, err := Seen(k.Context(), k.data, questions, seen.Options{Rows: 100_000})
	if err != nil {
		k.Fatal(err)
	}
	for i := range r.Answers {
		a := &r.Answers[i]
		if uint64(len(a.Rows)) != a.Records {
			k.Errorf("%s: %d records by the ledger, %d rows", a.Given, a.Records, len(a.Rows))
		}
		out[a.Given] = fmt.Sprint(a.Records, a.Days, a.Kinds)
	}
	return out
}

// packed packs every file of a folder and gives the folder of the packed ones.
func packed(t *testing.T, dir string) string {
	t.Helper()
	out := t.TempDir()
	eachFile(t, dir, func(name string, content []byte) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(content); err != nil || z.Close() != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, name+".gz"), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	return out
}

func archived(t *testing.T, dir string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	eachFile(t, dir, func(name string, content []byte) {
		err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(content)), Typeflag: tar.TypeReg})
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "all.tar")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func eachFile(t *testing.T, dir string, do func(name string, content []byte)) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		do(e.Name(), content)
	}
}
