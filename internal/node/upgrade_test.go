package node

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/depot"
	"stormglass/internal/depot/depottest"
	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/report"
	"stormglass/internal/seen"
	"stormglass/internal/wal"
)

// forms are those in which commits on main have written a data folder. What the folders hold, and which commits wrote them,
// testdata/upgrade/README.md tells.
var forms = []struct {
	name  string
	tail  int    // flows that lie in the log of what arrived, and in no commit
	files string // of which one holds what shows that the folder is of this form
	holds string
}{
	{"first", 0, "lake/flow/*/*/*.parquet", "flow/1"},
	{"parts", 0, "manifest/*.log", "\a\x00\x00\x00"}, // a frame's type and three zeros
	{"flow2", 0, "lake/flow/*/*/*.parquet", "flow/2"},
	{"log", 20, "manifest/*.log", `"log":`},
	{"service", 20, "templates/netflow", ""},
}

// wantForm checks that one of some files of a folder holds something.
func wantForm(t *testing.T, data, files, holds string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(data, files))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(holds)) {
			return
		}
	}
	t.Fatalf("none of %v holds %q: the folder is not of this form", names, holds)
}

// asked are the values that make.sh has the program of the time look up.
var asked = []string{
	"198.51.100.7", "192.0.2.77", "198.51.100.99", "203.0.113.66", "203.0.113.205", "198.51.100.0/24", "evil.example", "http://files.example/3/a.php", "www5.example", "never.example",
}

// unpacked gives a folder in which the archive of a form lies: data, what was taken in, and the private identity.
func unpacked(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "upgrade", name+".tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	root := depottest.Dir(t)
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return root
		}
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(root, filepath.FromSlash(h.Name))
		if h.FileInfo().IsDir() {
			err = os.MkdirAll(to, 0o700)
		} else {
			var content []byte
			if content, err = io.ReadAll(r); err == nil {
				err = os.WriteFile(to, content, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// wanted is what the program that wrote a folder answered of it.
type wanted struct {
	Seen, Findings, Check, Privacy map[string]any
	Shown                          []map[string]any
}

func wantedOf(t *testing.T, name string) (w wanted) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "upgrade", name+".want.json"))
	if err == nil {
		err = json.Unmarshal(b, &w)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// drop takes members out of a document that are of the time or of the place at which it was asked for, or that are
// words of the program.
func drop(doc map[string]any, members ...string) map[string]any {
	doc = maps.Clone(doc)
	for _, m := range members {
		delete(doc, m)
	}
	return doc
}

// lacks says what of a document is not in another, which may have more members: members are only added.
func lacks(at string, want, got any) []string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s: want an object, got %v", at, got)}
		}
		var out []string
		for _, k := range slices.Sorted(maps.Keys(w)) {
			out = append(out, lacks(at+"."+k, w[k], g[k])...)
		}
		return out
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return []string{fmt.Sprintf("%s: want %v, got %v", at, want, got)}
		}
		var out []string
		for i := range w {
			out = append(out, lacks(fmt.Sprintf("%s[%d]", at, i), w[i], g[i])...)
		}
		return out
	}
	if !reflect.DeepEqual(want, got) {
		return []string{fmt.Sprintf("%s: want %v, got %v", at, want, got)}
	}
	return nil
}

func wantHas(t *testing.T, what string, want, got any) {
	t.Helper()
	if out := lacks(what, want, got); len(out) > 0 {
		t.Errorf("%s", strings.Join(out[:min(len(out), 12)], "\n"))
	}
}

// written has a report written as JSON and gives what it says.
func written(t *testing.T, write func(io.Writer) error) (doc map[string]any) {
	t.Helper()
	var b bytes.Buffer
	err := write(&b)
	if err == nil {
		err = json.Unmarshal(b.Bytes(), &doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func seenNow(t *testing.T, data string, values ...string) map[string]any {
	t.Helper()
	var questions []seen.Question
	for _, v := range values {
		questions = append(questions, seen.Parse(v, false))
	}
	r, err := Seen(t.Context(), data, questions, seen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return written(t, func(w io.Writer) error { return report.WriteSeen(w, report.JSON, r, report.Options{}) })
}

// recordsOf gives in how many records a value was met.
func recordsOf(t *testing.T, data, value string) int {
	t.Helper()
	answer := seenNow(t, data, value)["answers"].([]any)[0].(map[string]any)
	return int(answer["records"].(float64))
}

func findingsNow(t *testing.T, data string) (list map[string]any, shown []map[string]any) {
	t.Helper()
	l, err := Findings(t.Context(), data, FindingQuery{All: true})
	if err != nil {
		t.Fatal(err)
	}
	out := &report.FindingList{Dismissed: l.Dismissed, LastChange: l.LastChange}
	for i := range l.Findings {
		out.Findings = append(out.Findings, ShownFinding(&l.Findings[i]))
		f, history, err := Finding(t.Context(), data, l.Findings[i].ID.String())
		if err != nil {
			t.Fatal(err)
		}
		shown = append(shown, written(t, func(w io.Writer) error {
			return report.WriteFindingDetail(w, report.JSON, ShownDetail(&f, history), report.Options{})
		}))
	}
	return written(t, func(w io.Writer) error { return report.WriteFindingList(w, report.JSON, out, report.Options{}) }), shown
}

// wantSound checks that a check finds nothing wrong.
func wantSound(t *testing.T, data string) *CheckedData {
	t.Helper()
	c, err := CheckData(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Faults)+len(c.Holes) > 0 {
		t.Errorf("faults %v, holes %v", c.Faults, c.Holes)
	}
	return c
}

// wantAnswers holds what is answered now against what the program answered that wrote the folder.
func wantAnswers(t *testing.T, data string, want *wanted) {
	t.Helper()
	wantHas(t, "seen", drop(want.Seen, "asked_at", "took_ms", "version"), seenNow(t, data, asked...))
	list, shown := findingsNow(t, data)
	wantHas(t, "findings", want.Findings, list)
	for _, w := range want.Shown {
		id := w["finding"].(map[string]any)["id"]
		i := slices.IndexFunc(shown, func(s map[string]any) bool { return s["finding"].(map[string]any)["id"] == id })
		if i < 0 {
			t.Errorf("finding %v is not there", id)
			continue
		}
		wantHas(t, "finding", w, shown[i])
	}
	p, err := Privacy(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	got := written(t, func(w io.Writer) error { return report.WritePrivacy(w, report.JSON, p, report.Options{}) })
	wantHas(t, "privacy", drop(want.Privacy, "data", "as_of", "database", "asked", "asked_days"), got)
}

// TestUpgrade opens what every form of data folder on main wrote, holds the answers of today against those of the program
// that wrote it, and goes on with the folder as an operator would.
func TestUpgrade(t *testing.T) {
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			root := unpacked(t, form.name)
			data, want := filepath.Join(root, "data"), wantedOf(t, form.name)
			wantForm(t, data, form.files, form.holds)
			u := upgrade{root: root, data: data, want: &want, tail: form.tail}
			u.readBefore(t)
			u.open(t)
			u.replay(t)
			u.decisions(t)
			u.more(t)
			u.purge(t)
			u.reveal(t)
			u.older(t)
		})
	}
}

// upgrade is a folder that is brought up to date, step by step.
type upgrade struct {
	root, data string
	want       *wanted
	tail       int
}

func (u *upgrade) keeping(t *testing.T, do func(context.Context, *Keeper) error) {
	t.Helper()
	if err := Keeping(t.Context(), u.data, "test", do); err != nil {
		t.Fatal(err)
	}
}

// opening is keeping as a service opens a folder, which takes in what is in the log by itself.
func (u *upgrade) opening(t *testing.T, do func(context.Context, *Keeper) error) {
	t.Helper()
	k, err := OpenKeeper(t.Context(), u.data, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(do(t.Context(), k), k.Close()); err != nil {
		t.Fatal(err)
	}
}

// readBefore asks before anything was written: what needs no database is answered, and what needs one says what to do.
func (u *upgrade) readBefore(t *testing.T) {
	t.Helper()
	wantHas(t, "seen", drop(u.want.Seen, "asked_at", "took_ms", "version"), seenNow(t, u.data, asked...))
	if _, err := Findings(t.Context(), u.data, FindingQuery{}); err != nil && (fault.KindOf(err) != fault.Conflict || !strings.Contains(fault.HintOf(err), "brings the file up to date")) {
		t.Errorf("findings of a folder that is not up to date: %v", err)
	}
}

// open brings the folder up to date, which changes no answer; nor does holding everything against everything again.
func (u *upgrade) open(t *testing.T) {
	t.Helper()
	u.opening(t, func(context.Context, *Keeper) error { return nil })
	wantAnswers(t, u.data, u.want)
	c := wantSound(t, u.data)
	if want := u.want.Check; float64(c.Files) != want["files"] || float64(c.Segments) != want["segments"] {
		t.Errorf("check read %d files, %d segments; want %v", c.Files, c.Segments, want)
	}
	u.opening(t, func(ctx context.Context, k *Keeper) error {
		_, err := k.LookBackAll(ctx)
		return err
	})
	wantAnswers(t, u.data, u.want)
}

// replay starts a service, which takes in what the last one left in its log, and only that, and only once.
func (u *upgrade) replay(t *testing.T) {
	t.Helper()
	met := recordsOf(t, u.data, "203.0.113.66")
	for run := range 2 {
		u.opening(t, func(ctx context.Context, k *Keeper) error {
			s, err := NewService(ctx, k, ServiceConfig{}, slog.New(slog.DiscardHandler))
			if err != nil {
				return err
			}
			var records uint64
			for _, c := range s.State().Counts {
				records += c.Records
			}
			if want := uint64(u.tail); run == 0 && records != want || run == 1 && records != 0 {
				t.Errorf("start %d took %d records out of the log, which holds %d", run, records, u.tail)
			}
			if lost := s.pipeline.Lost(); lost.Any() {
				t.Errorf("told as lost: %+v", lost)
			}
			return s.pipeline.Close(ctx)
		})
	}
	if got := recordsOf(t, u.data, "203.0.113.66") - met; got != u.tail/2 {
		t.Errorf("%d further records of what the log tells of, want %d", got, u.tail/2)
	}
	list, _ := findingsNow(t, u.data)
	found := 0
	for _, f := range list["findings"].([]any) {
		if f.(map[string]any)["value"] == "203.0.113.66" {
			found++
		}
	}
	if want := min(u.tail/2, 9); found != want { // of nine systems
		t.Errorf("%d findings of what the log tells of, want %d", found, want)
	}
	wantSound(t, u.data)
}

// decisions checks that what people decided is in force.
func (u *upgrade) decisions(t *testing.T) {
	t.Helper()
	u.keeping(t, func(ctx context.Context, k *Keeper) error {
		v, err := observable.Parse("198.51.100.7")
		if err != nil {
			return err
		}
		if _, err := k.Purge(ctx, v, "test"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("purge of a value that a case holds: %v", err)
		}
		return nil
	})
}

// more takes in what grew and what is new, and does the upkeep.
func (u *upgrade) more(t *testing.T) {
	t.Helper()
	in := filepath.Join(u.root, "in")
	conn, err := os.ReadFile(filepath.Join(in, "conn.log"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(conn, []byte("\n"))
	last := lines[len(lines)-2]
	grown := append(slices.Clone(conn), bytes.Replace(last, []byte("198.51.100."), []byte("192.0.2.1"), 1)...)
	fresh := "2026-03-04T00:00:00Z fw2 accept src=10.0.0.1 dst=192.0.2.123\n"
	if err := errors.Join(os.WriteFile(filepath.Join(in, "conn.log"), grown, 0o600), os.WriteFile(filepath.Join(in, "fw2.log"), []byte(fresh), 0o600)); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(in)
	if err != nil {
		t.Fatal(err)
	}
	u.keeping(t, func(ctx context.Context, k *Keeper) error {
		kept, err := k.Ingest(ctx, &Ingest{Paths: []string{in}})
		if err != nil {
			return err
		}
		if kept.Records != 2 || kept.Known != len(files)-2 || kept.Grown != 1 {
			t.Errorf("took in %d records; %d files were known and %d had grown", kept.Records, kept.Known, kept.Grown)
		}
		if len(kept.Upkeep.Damaged) > 0 {
			t.Errorf("upkeep put into quarantine: %v", kept.Upkeep.Damaged)
		}
		_, err = k.Depot.Maintain(ctx)
		return err
	})
	if got := recordsOf(t, u.data, "192.0.2.123"); got != 1 {
		t.Errorf("the new file is met in %d records", got)
	}
	for i, v := range asked {
		want := u.want.Seen["answers"].([]any)[i].(map[string]any)["records"].(float64)
		if got := recordsOf(t, u.data, v); v != "203.0.113.66" && float64(got) != want {
			t.Errorf("%s is met in %d records after the upkeep, want %v", v, got, want)
		}
	}
	wantSound(t, u.data)
}

// purge removes a value from rows, ledger and database that the old program wrote. The case holds its days whole, so it ends
// first.
func (u *upgrade) purge(t *testing.T) {
	t.Helper()
	const value = "198.51.100.3"
	if recordsOf(t, u.data, value) == 0 {
		t.Fatal("nothing to purge")
	}
	u.keeping(t, func(ctx context.Context, k *Keeper) error {
		v, err := observable.Parse(value)
		if err != nil {
			return err
		}
		if err := k.Store.ReleaseHold(ctx, "case-17", "test"); err != nil {
			return err
		}
		_, err = k.Purge(ctx, v, "test")
		return err
	})
	if n := recordsOf(t, u.data, value); n != 0 {
		t.Errorf("%d records of what was purged", n)
	}
	wantSound(t, u.data)
	v, err := depot.OpenView(t.Context(), u.data, depot.WithAll)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if len(v.State.Tombstones) > 0 {
		t.Errorf("tombstones are left: %v", v.State.Tombstones)
	}
}

// reveal opens what the old program sealed, with the identity that it made.
func (u *upgrade) reveal(t *testing.T) {
	t.Helper()
	var tokens []string
	for _, p := range seenNow(t, u.data, "192.0.2.77")["answers"].([]any)[0].(map[string]any)["peers"].([]any) {
		tokens = append(tokens, p.(string))
	}
	if len(tokens) == 0 {
		t.Fatal("no subscriber met the value that only subscribers met")
	}
	out, err := Reveal(t.Context(), u.data, tokens, filepath.Join(u.root, "identity.age"), "test")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range out {
		if r.Err != nil || !strings.HasPrefix(r.Value.Expose(), "100.64.0.") {
			t.Errorf("%s stands for %s, %v", r.Ref, r.Value.Expose(), r.Err)
		}
	}
}

// older checks what an older build meets in the folder now. It takes in every kind of frame and passes over members that it
// does not know; what it loses by that is written beside each. A change of meaning raises FORMAT.
func (u *upgrade) older(t *testing.T) {
	t.Helper()
	if b, err := os.ReadFile(filepath.Join(u.data, "FORMAT")); err != nil || string(b) != "stormglass data 1\n" {
		t.Errorf("FORMAT is %q, %v", b, err)
	}
	known := map[string]string{ // members of an edit, and what a build without them loses
		"entry": "", "time": "", "why": "", "names": "", "add_files": "", "drop_files": "", "add_segments": "", "drop_segments": "", "sources": "", "holes": "",
		"filled": "", "tombstones": "", "purged": "", "expired": "", "registers": "", // of the first
		"log": "it is forgotten when that build writes a snapshot: what a crash left of the log before it is taken in once more",
	}
	fsys, err := disk.Dir(u.data)
	if err != nil {
		t.Fatal(err)
	}
	_, err = wal.Read(fsys, "manifest", 0, func(at wal.Position, kind uint8, payload []byte) error {
		switch kind {
		case 1:
			var edit map[string]json.RawMessage
			if err := json.Unmarshal(payload, &edit); err != nil {
				return err
			}
			for member := range edit {
				if _, ok := known[member]; !ok {
					t.Errorf("an edit has the member %q: say here what an older build loses by passing over it, or raise FORMAT", member)
				}
			}
		case 2, 3, 4, 5, 6, 7:
		default:
			t.Errorf("frame %d of the manifest is of kind %d, which an older build refuses: raise FORMAT", at, kind)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// contents gives the files below a folder and what they hold.
func contents(t *testing.T, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil || e.IsDir() {
			out[name] = "a folder"
			return err
		}
		b, err := os.ReadFile(name)
		out[name] = fmt.Sprintf("%v %x %s", info.Mode(), b, info.ModTime())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestNewerFolder: a folder of a newer format is refused in plain words by whatever opens it, and is left as it is.
func TestNewerFolder(t *testing.T) {
	root := unpacked(t, "service")
	data := filepath.Join(root, "data")
	if err := os.WriteFile(filepath.Join(data, "FORMAT"), []byte("stormglass data 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	open := map[string]func(ctx context.Context) error{
		"writing": func(ctx context.Context) error {
			return Keeping(ctx, data, "test", func(context.Context, *Keeper) error { return nil })
		},
		"seen": func(ctx context.Context) error {
			_, err := Seen(ctx, data, []seen.Question{seen.Parse("198.51.100.7", false)}, seen.Options{})
			return err
		},
		"check":  func(ctx context.Context) error { _, err := CheckData(ctx, data); return err },
		"repair": func(ctx context.Context) error { _, err := RepairData(ctx, data); return err },
		"privacy": func(ctx context.Context) error {
			_, err := Privacy(ctx, data)
			return err
		},
	}
	before := contents(t, data)
	for name, do := range open {
		err := do(t.Context())
		if err == nil || !strings.Contains(err.Error(), `is of format "2", written by a newer build`) || !strings.Contains(fault.HintOf(err), "use that build") {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(before, contents(t, data)); diff != "" {
			t.Errorf("%s changed the folder (-want +got):\n%s", name, diff)
		}
	}
}
