package receive

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/depot"
	"stormglass/internal/depot/depottest"
	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
)

// sourcesOf gives what the last edits of the manifest say of sources.
func sourcesOf(t *testing.T, d *depot.Depot, since uint64) (out []depot.Source) {
	t.Helper()
	err := d.EditsSince(since, func(b depot.Brought) error {
		sources := b.Sources
		out = append(out, sources...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A fold tells what came of each listener since the run began: one source, told anew each time.
func TestSourcesOfListeners(t *testing.T) {
	root := depottest.Dir(t)
	fsys, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	d, p, err := opened(t, root, fsys)
	if err != nil {
		t.Fatal(err)
	}
	for round := range uint64(2) {
		b := blockOf(1, 2, 3)
		b.Datagrams[0].Data = append(b.Datagrams[0].Data, 9)
		b.Datagrams[1].At += telemetry.Instant(round)
		other := blockOf(7)
		other.Listener = "numbers [::1]:2055"
		for _, block := range []*Block{b, other} {
			if err := p.Take(t.Context(), block); err != nil {
				t.Fatal(err)
			}
		}
		if n := p.Memory(); n <= 0 || n > 64<<20 {
			t.Errorf("round %d: an intake of %d bytes", round, n)
		}
		since := d.Entry()
		if _, err := p.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := sourcesOf(t, d, since)
		if len(got) != 2 {
			t.Fatalf("%d sources, want one for each listener", len(got))
		}
		n := round + 1
		want := depot.Source{
			ID: p.sourceID(listener), Rows: p.sourceID(listener), Bytes: n * 25, Lines: n * 2,
			Account: &depot.Account{
				Name: listener, Format: "numbers", Records: n * 3, Lost: n, First: noon, Last: noon + telemetry.Instant(round), Kinds: map[string]uint64{"flow": n * 3},
			},
		}
		want.Head = got[0].Head
		problems := got[0].Account.Problems
		got[0].Account.Problems = nil
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Errorf("round %d (-want +got)\n%s", round, diff)
		}
		if len(problems) != 1 || problems[0].Count != n {
			t.Errorf("round %d: problems %+v", round, problems)
		}
		if a := got[1].Account; a.Name != other.Listener || a.Records != n {
			t.Errorf("round %d: of the other listener %+v", round, a)
		}
	}
	if n := len(d.Sources()); n != 2 {
		t.Errorf("%d sources are kept, want 2", n)
	}
	if err := errors.Join(p.Close(t.Context()), d.Close()); err != nil {
		t.Fatal(err)
	}
}

// What decoders know is written down after the last record of a commit was decoded and before the commit; when that
// fails nothing is committed, and the log still has it.
func TestExchanged(t *testing.T) {
	root := depottest.Dir(t)
	fsys, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	d, p, err := opened(t, root, fsys)
	if err != nil {
		t.Fatal(err)
	}
	var said []uint64
	broken := errors.New("cannot be written")
	fails := error(nil)
	p.cfg.Exchanged = func() func() error {
		n := p.Counts()[listener].Records
		return func() error {
			if d.Log() != 0 {
				t.Error("saved after the commit")
			}
			said = append(said, n)
			return fails
		}
	}
	if err := p.Take(t.Context(), blockOf(1, 2)); err != nil {
		t.Fatal(err)
	}
	fails = broken
	if _, err := p.Fold(t.Context()); !errors.Is(err, broken) {
		t.Fatalf("fold gave %v", err)
	}
	if err := errors.Join(p.log.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
	if got, _ := kept(t, root); len(got) != 0 {
		t.Errorf("kept %v", got)
	}
	d, p, err = opened(t, root, fsys)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := p.Replay(t.Context()); n != 2 || err != nil {
		t.Errorf("replayed %d, %v", n, err)
	}
	if err := errors.Join(p.Close(t.Context()), d.Close()); err != nil {
		t.Fatal(err)
	}
	if got, _ := kept(t, root); !slices.Equal(got, []uint64{1, 2}) || !slices.Equal(said, []uint64{2}) {
		t.Errorf("kept %v, saved at %v", got, said)
	}
}

// What nothing decodes is refused before it is in the log, where the next run would meet it.
func TestUndecodableIsNotLogged(t *testing.T) {
	root := depottest.Dir(t)
	fsys, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	d, p, err := opened(t, root, fsys)
	if err != nil {
		t.Fatal(err)
	}
	b := blockOf(1)
	b.Listener = "letters 127.0.0.1:1"
	if err := p.Take(t.Context(), b); err == nil {
		t.Error("it was taken")
	}
	if err := errors.Join(p.log.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
	d, p, err = opened(t, root, fsys)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := p.Replay(t.Context()); n != 0 || err != nil {
		t.Errorf("replayed %d, %v", n, err)
	}
	if err := errors.Join(p.Close(t.Context()), d.Close()); err != nil {
		t.Fatal(err)
	}
}
