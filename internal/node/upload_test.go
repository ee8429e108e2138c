package node

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// gatedBody stands still in the middle until it is let on.
type gatedBody struct {
	*strings.Reader
	at      int64
	reached chan struct{}
	let     chan struct{}
	once    bool
}

func newGatedBody(text string, at int64) *gatedBody {
	return &gatedBody{Reader: strings.NewReader(text), at: at, reached: make(chan struct{}), let: make(chan struct{})}
}

func (g *gatedBody) Read(p []byte) (int, error) {
	if pos, _ := g.Seek(0, io.SeekCurrent); pos >= g.at && !g.once {
		g.once = true
		close(g.reached)
		<-g.let
	}
	return g.Reader.Read(p)
}

// flowLines gives flows to an address each, long enough that a body is read piece by piece.
func flowLines(n int, to string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"@timestamp":"2026-11-20T10:00:%02dZ","source.ip":"10.0.0.5","destination.ip":"198.51.100.%d","destination.port":443,"network.iana_number":6}`+"\n", i%60, i%250)
	}
	fmt.Fprintf(&b, `{"@timestamp":"2026-11-20T10:00:00Z","source.ip":"10.0.0.5","destination.ip":"%s","destination.port":443,"network.iana_number":6}`+"\n", to)
	return b.String()
}

func addIntel(t *testing.T, s *Service, text string) {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, dir, "iocs.txt", text)
	err := s.With(t.Context(), func(ctx context.Context, k *Keeper) error {
		if _, err := k.AddIntel(ctx, nil, []string{filepath.Join(dir, "iocs.txt")}); err != nil {
			return err
		}
		_, err := k.LookBackNew(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

type uploaded struct {
	done *Ingested
	err  error
}

// uploading begins an upload that stands still until let, and waits until it does.
func uploading(t *testing.T, s *Service, text string) (let func() uploaded) {
	t.Helper()
	body := newGatedBody(text, 300<<10)
	out := make(chan uploaded, 1)
	go func() {
		done, err := s.Upload(context.Background(), &Upload{Name: "http/test/a", Body: body})
		out <- uploaded{done, err}
	}()
	<-body.reached
	return func() uploaded {
		close(body.let)
		return <-out
	}
}

// While an upload is decoded others commit, and new intelligence comes into force; what it met and what it would have met is found.
func TestUploadHoldsNobodyUp(t *testing.T) {
	data := t.TempDir()
	l := newFakeListener()
	s, stop := serving(t, data, ServiceConfig{Listeners: []Listener{l}, HastenEvery: time.Hour, FoldEvery: time.Hour})
	defer stop()
	addIntel(t, s, "203.0.113.9\n198.51.100.7\n")
	text := flowLines(10_000, "203.0.113.8")
	let := uploading(t, s, text)
	l.send("203.0.113.9")
	waitFor(t, func() bool { return s.State().Waiting == 1 })
	for range 2 { // what the upload met is not forgotten by the second
		if err := s.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := foundValues(t, data); !slices.Equal(got, []string{"203.0.113.9"}) {
		t.Errorf("while an upload is decoded: found %v", got)
	}
	addIntel(t, s, "203.0.113.8\n")
	u := let()
	if u.err != nil || u.done.Records != 10_001 || u.done.Found != 2 {
		t.Fatalf("%+v, %v", u.done, u.err)
	}
	if got := foundValues(t, data); !slices.Equal(got, []string{"198.51.100.7", "203.0.113.8", "203.0.113.9"}) {
		t.Errorf("found %v", got)
	}
	again, err := s.Upload(t.Context(), &Upload{Name: "http/test/b", Body: strings.NewReader(text)})
	if err != nil || again.Records != 0 || again.Known != 1 {
		t.Errorf("again: %+v, %v", again, err)
	}
}

// What somebody else takes in while it is decoded is there once.
func TestUploadOfWhatOthersTakeIn(t *testing.T) {
	s, stop := serving(t, t.TempDir(), ServiceConfig{HastenEvery: time.Hour, FoldEvery: time.Hour})
	defer stop()
	text := flowLines(10_000, "203.0.113.8")
	let := uploading(t, s, text)
	dir := t.TempDir()
	writeFile(t, dir, "a.jsonl", text)
	done, err := s.Ingest(t.Context(), &Ingest{Paths: []string{filepath.Join(dir, "a.jsonl")}})
	if err != nil || done.Records != 10_001 {
		t.Fatalf("%+v, %v", done, err)
	}
	if u := let(); u.err != nil || u.done.Records != 0 || u.done.Known != 1 {
		t.Errorf("%+v, %v", u.done, u.err)
	}
	if n := s.State().Ingested; n != 10_001 {
		t.Errorf("%d records were taken in", n)
	}
}

// A service that stops waits for no upload, and keeps nothing of it.
func TestUploadEndsWithTheService(t *testing.T) {
	s, stop := serving(t, t.TempDir(), ServiceConfig{})
	let := uploading(t, s, flowLines(10_000, "203.0.113.8"))
	ended := make(chan uploaded, 1)
	go func() {
		<-s.stopped
		ended <- let()
	}()
	stop()
	if u := <-ended; u.err == nil || s.State().Ingested != 0 {
		t.Errorf("%+v, %v", u.done, u.err)
	}
	if _, err := s.Upload(t.Context(), &Upload{Name: "late", Body: strings.NewReader("x\n")}); err == nil {
		t.Error("an upload was taken in after the end")
	}
}

// Of a bomb what was read before its limit is kept, and the rest is told of.
func TestUploadUnpacks(t *testing.T) {
	s, stop := serving(t, t.TempDir(), ServiceConfig{})
	defer stop()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for i := range 30_000 {
		fmt.Fprintf(z, `{"@timestamp":"2026-11-20T10:00:00Z","source.ip":"10.0.%d.%d","destination.ip":"203.0.113.8","destination.port":%d,"network.iana_number":6}`+"\n", i/250%250, i%250, i*7919%60000)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, most := range []int64{1 << 20, 64 << 20} {
		done, err := s.Upload(t.Context(), &Upload{Name: "bomb", Body: bytes.NewReader(packed.Bytes()), Unpacked: most})
		if err != nil {
			t.Fatal(err)
		}
		failed := done.Accounts[0].Failed
		if whole := most > 1<<20; whole != (failed == "") || whole != (done.Records == 30_000) {
			t.Errorf("limit %d: %d records, %q", most, done.Records, failed)
		}
	}
}
