package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/telemetry"
)

// stormglass is `stormglass serve` on a folder of its own.
type stormglass struct {
	*options
	*process
	packets *packets
}

func (s *stormglass) proc() *process { return s.process }

func (s *stormglass) folder() string { return filepath.Join(s.dir, "data") }

func (s *stormglass) start(ctx context.Context, port int) error {
	feed := filepath.Join(s.dir, "intel")
	err := errors.Join(os.MkdirAll(feed, 0o700), s.writeIntel(filepath.Join(feed, "list.txt")))
	if err != nil {
		return err
	}
	file := filepath.Join(s.dir, "stormglass.yaml")
	if err := os.WriteFile(file, []byte(s.config(feed, port)), 0o600); err != nil {
		return err
	}
	began := time.Now()
	if s.process, err = startProcess(ctx, s.verbose, s.stormglass, "serve", "--config", file); err != nil {
		return err
	}
	for {
		st, err := s.status(ctx)
		if err == nil && st.Ready && st.Intel.Values >= uint64(s.indicators) {
			now, _ := s.resident()
			fmt.Printf("ready after %.1f s with %d values, %d MiB resident\n", time.Since(began).Seconds(), st.Intel.Values, now)
			return s.rest(ctx)
		}
		if time.Since(began) > 5*time.Minute {
			s.kill()
			return fmt.Errorf("not ready after five minutes: %w", err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// rest waits until what the start left to do is done (new intelligence is looked up in the past), so that its CPU is
// not taken for that of receiving.
func (s *stormglass) rest(ctx context.Context) error {
	const still = 2 * time.Second
	for ctx.Err() == nil {
		before, err := s.cpu()
		if err != nil {
			return err
		}
		time.Sleep(still)
		after, err := s.cpu()
		if err != nil || after-before < still/50 {
			return err
		}
	}
	return ctx.Err()
}

func (s *stormglass) config(feed string, port int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "data: %q\n", s.folder())
	if s.memory != "" {
		fmt.Fprintf(&b, "memory: %s\n", s.memory)
	}
	fmt.Fprintf(&b, "http: {address: \"\"}\nintel: {watch: [%q]}\ncanary: {off: true}\n", feed)
	fmt.Fprintf(&b, "collect:\n  netflow:\n  - {address: \"127.0.0.1:%d\", sockets: %d, buffer: %dKiB}\n", port, s.sockets, s.buffer>>10)
	return b.String()
}

// writeIntel makes a list: half addresses, half domains, and among them those that flows meet.
func (s *stormglass) writeIntel(path string) error {
	rng := rand.New(rand.NewPCG(5, 5))
	var b strings.Builder
	for _, a := range s.packets.met {
		fmt.Fprintln(&b, a)
	}
	seen := map[uint32]bool{}
	for n := len(s.packets.met); n < s.indicators; n++ {
		if n%2 == 1 {
			fmt.Fprintf(&b, "h%d.d%d.example.net\n", n, rng.IntN(n))
			continue
		}
		a := 0x80000000 | rng.Uint32()>>2 // 128.0.0.0/2: no flow has one
		for seen[a] {
			a = 0x80000000 | rng.Uint32()>>2
		}
		seen[a] = true
		fmt.Fprintln(&b, netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)}))
	}
	return os.WriteFile(path, []byte(b.String()), 0o600)
}

// status is what is of use here of what `stormglass status` tells.
type status struct {
	Ready     bool `json:"ready"`
	Listeners []struct {
		Datagrams  uint64 `json:"datagrams"`
		Records    uint64 `json:"records"`
		LostKernel uint64 `json:"lost_kernel"`
		LostQueue  uint64 `json:"lost_queue"`
		Waiting    uint64 `json:"waiting_bytes"`
		Granted    uint64 `json:"buffer_granted_bytes"`
	} `json:"listeners"`
	Exporters []struct {
		Packets uint64 `json:"packets"`
		Lost    uint64 `json:"lost_sequence"`
	} `json:"exporters"`
	Intel struct {
		Values uint64 `json:"values"`
	} `json:"intel"`
	Pipeline struct {
		Folds   uint64  `json:"folds"`
		Seconds float64 `json:"fold_seconds"`
		Matches uint64  `json:"matches"`
		New     uint64  `json:"findings_new"`
	} `json:"pipeline"`
}

func (s *stormglass) status(ctx context.Context) (*status, error) {
	out, err := exec.CommandContext(ctx, s.stormglass, "status", "--data", s.folder(), "-o", "json").Output()
	if len(out) == 0 && err != nil {
		return nil, err
	}
	st := &status{}
	if err := json.Unmarshal(out, st); err != nil {
		return nil, err
	}
	if len(st.Listeners) == 0 {
		return nil, errors.New("no listener")
	}
	return st, nil
}

// received counts what was decoded, so that waiting for it is waiting for what the queues hold.
func (s *stormglass) received(ctx context.Context) (got, lost uint64, known bool) {
	st, err := s.status(ctx)
	if err != nil {
		return 0, 0, false
	}
	l := &st.Listeners[0]
	got, lost = l.Datagrams-l.LostQueue, l.LostKernel+l.LostQueue
	if l.Waiting > 0 {
		return got, lost, false
	}
	return got, lost, true
}

func (s *stormglass) told(ctx context.Context) []string {
	st, err := s.status(ctx)
	if err != nil {
		return []string{"status: " + err.Error()}
	}
	l := &st.Listeners[0]
	var missing uint64
	for _, x := range st.Exporters {
		missing += x.Lost
	}
	return []string{
		fmt.Sprintf("received    %d datagrams; lost: kernel %d, queue %d; by sequence %d (receive buffer of %d KiB a socket)", l.Datagrams, l.LostKernel, l.LostQueue, missing, l.Granted>>10),
		fmt.Sprintf("decoded     %d flows, matched with %d values: %d meetings, %d findings so far", l.Records, st.Intel.Values, st.Pipeline.Matches, st.Pipeline.New),
		fmt.Sprintf("folds       %d, %.1f s each", st.Pipeline.Folds, st.Pipeline.Seconds/float64(max(st.Pipeline.Folds, 1))),
	}
}

// stored counts the rows of the lake.
func (s *stormglass) stored(ctx context.Context) (n uint64, err error) {
	v, err := depot.OpenView(ctx, s.folder(), depot.WithFiles)
	if err != nil {
		return 0, err
	}
	for _, f := range v.Files() {
		if f.Kind == telemetry.KindFlow {
			n += f.Rows
		}
	}
	return n, v.Close()
}
