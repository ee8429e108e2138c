package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/observable"
)

// TestMain is also the process that kills are tried on: it does one order on a data folder.
func TestMain(m *testing.M) {
	text := os.Getenv("STORMGLASS_TEST_ORDER")
	if text == "" {
		os.Exit(m.Run())
	}
	var o order
	if err := errors.Join(json.Unmarshal([]byte(text), &o), o.run(context.Background())); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("done")
	os.Exit(0)
}

// order is what such a process is to do.
type order struct {
	What  string // ingest, intel, purge, hold
	Data  string
	Paths []string
	Value string
}

// killRules are in force while processes are killed.
const killRules = `title: Question
name: question
id: 5e0b7a10-0000-4000-8000-000000000021
logsource: {category: dns}
detection:
  sel: {query|contains: '.'}
  condition: sel
---
title: Many questions
id: 5e0b7a10-0000-4000-8000-000000000022
correlation:
  type: event_count
  rules: [question]
  group-by: [query]
  timespan: 5m
  condition: {gte: 3}
  generate: true
level: high
`

// rules puts rules into the folder, in one step.
func (o *order) rules() error {
	dir := filepath.Join(o.Data, depot.RulesDir)
	name := filepath.Join(dir, "kill.yml")
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	return errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(name+".new", []byte(killRules), 0o600), os.Rename(name+".new", name))
}

func (o *order) run(ctx context.Context) error {
	if err := o.rules(); err != nil {
		return err
	}
	return Keeping(ctx, o.Data, "test", func(ctx context.Context, k *Keeper) error {
		switch o.What {
		case "ingest":
			_, err := k.Ingest(ctx, &Ingest{Paths: o.Paths, CommitBytes: 100 << 10, Workers: 2})
			return err
		case "intel":
			if _, err := k.AddIntel(ctx, nil, o.Paths); err != nil {
				return err
			}
			_, err := k.LookBackNew(ctx)
			return err
		case "purge":
			_, err := k.Purge(ctx, observable.Of(observable.Addr, o.Value), "a test")
			return err
		case "wait":
			fmt.Println("holding")
			<-ctx.Done()
			return ctx.Err()
		}
		return fmt.Errorf("order %q", o.What)
	})
}

// process starts a process that carries an order out.
func (o *order) process(t *testing.T) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), os.Args[0])
	out := &strings.Builder{}
	c.Stdout, c.Stderr = out, out
	c.Env = append(os.Environ(), "STORMGLASS_TEST_ORDER="+string(text), "GOCOVERDIR="+t.TempDir())
	return c, out
}

// killed carries an order out and kills the process after a while, unless it came to its end before.
func (o *order) killed(t *testing.T, after time.Duration) (killed bool) {
	t.Helper()
	c, out := o.process(t)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = c.Process.Kill() })
	err := c.Wait()
	timer.Stop()
	if err == nil {
		return false
	}
	if c.ProcessState.Exited() {
		t.Fatalf("%s: %v: %s", o.What, err, out)
	}
	return true
}
