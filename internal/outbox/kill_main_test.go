package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/store"
)

// TestMain is also the process that is killed: it saves findings and tells of them.
func TestMain(m *testing.M) {
	text := os.Getenv("STORMGLASS_TEST_TELL")
	if text == "" {
		os.Exit(m.Run())
	}
	var o order
	if err := errors.Join(json.Unmarshal([]byte(text), &o), o.run(context.Background())); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// order is what such a process is to do.
type order struct {
	Dir      string // holds the store, the secret and the file
	URL      string
	Findings int
}

const killSecret = "a secret of the kill test"

// finding gives the n-th finding: five subjects meet each value.
func (o *order) finding(n int) *hunt.Finding {
	return found(fmt.Sprintf("v%d.example.net", n/5), fmt.Sprintf("edge%d", n%5), hunt.High, intel.Clear, day)
}

func (o *order) config() Config {
	all := Rate{maxRate, time.Second}
	c := configOf([]Route{{Name: "one", To: []string{"hook"}, Rate: all}, {Name: "many", To: []string{"file"}, Group: 20 * time.Millisecond, Rate: all}})
	c.Sinks["hook"] = Sink{Type: TypeWebhook, URL: o.URL, SecretFile: filepath.Join(o.Dir, "secret"), Timeout: time.Second}
	c.Sinks["file"] = Sink{Type: TypeFile, Path: filepath.Join(o.Dir, "findings.jsonl")}
	return c
}

// run saves what is not saved yet, and ends when everything was told.
func (o *order) run(ctx context.Context) (err error) {
	s, err := store.Open(ctx, filepath.Join(o.Dir, "stormglass.db"), store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	quick := pace{
		first: 2 * time.Millisecond, most: 20 * time.Millisecond, sinkFirst: time.Millisecond, sinkMost: 5 * time.Millisecond,
		poll: 20 * time.Millisecond, keep: time.Hour, afterward: 10 * time.Millisecond,
	}
	b, err := Open(s, o.config(), Options{Log: slog.New(slog.DiscardHandler), pace: &quick})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- b.Run(running) }()
	defer func() {
		stop()
		err = errors.Join(err, <-ended)
	}()
	saved, err := s.LastChange(ctx)
	for n := int(saved); err == nil && n < o.Findings; n += 10 {
		var batch []*hunt.Finding
		for i := n; i < min(n+10, o.Findings); i++ {
			batch = append(batch, o.finding(i))
		}
		_, err = s.SaveFindings(ctx, batch, store.Scope{})
		b.Kick()
	}
	for err == nil {
		var st Stats
		if st, err = b.Stats(ctx); err == nil && st.told(uint64(o.Findings)) {
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return err
}

// told reports whether nothing waits any more, of so many findings.
func (s *Stats) told(findings uint64) bool {
	waiting, delivered := s.Held, uint64(0)
	for _, one := range s.Sinks {
		waiting += one.Waiting
		if one.Name == "hook" {
			delivered = one.Delivered
		}
	}
	return waiting == 0 && delivered >= findings
}

// killed carries the order out and kills the process after a while, unless it came to its end before.
func (o *order) killed(t *testing.T, after time.Duration) bool {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), os.Args[0])
	out := &strings.Builder{}
	c.Stdout, c.Stderr = out, out
	c.Env = append(os.Environ(), "STORMGLASS_TEST_TELL="+string(text), "GOCOVERDIR="+t.TempDir())
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = c.Process.Kill() })
	err = c.Wait()
	timer.Stop()
	if err == nil {
		return false
	}
	if c.ProcessState.Exited() {
		t.Fatalf("%v: %s", err, out)
	}
	return true
}
