package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"stormglass/internal/config"
)

// TestMain is also the process that is killed: it serves one data folder.
func TestMain(m *testing.M) {
	text := os.Getenv("STORMGLASS_TEST_SERVE")
	if text == "" {
		os.Exit(m.Run())
	}
	var d doomed
	if err := errors.Join(json.Unmarshal([]byte(text), &d), d.serve(context.Background())); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// doomed is a service that is killed again and again, on one folder and the same ports.
type doomed struct {
	Data, Tokens string
	NetFlow      netip.AddrPort
	HTTP         netip.AddrPort

	process *exec.Cmd
	log     *os.File
}

// serve is what the process does: it commits and tends all the time, so that kills meet that too.
func (d *doomed) serve(ctx context.Context) error {
	c := config.Default()
	c.Data, c.Memory, c.Canary.Off = d.Data, 256<<20, true
	c.HTTP.Address, c.HTTP.Tokens = d.HTTP.String(), d.Tokens
	c.FoldEvery, c.UpkeepEvery = 300*time.Millisecond, time.Second
	u := config.DefaultUDP()
	u.Address = d.NetFlow.String()
	c.Collect.NetFlow = []config.UDP{u}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	s, err := Open(ctx, c, Options{Version: "test", Room: roomy, Socket: filepath.Join(filepath.Dir(d.Tokens), "s.sock"), Getenv: os.Getenv, Log: log})
	if err != nil {
		return err
	}
	return s.Run(ctx)
}

// start starts the process; what it says goes to a file.
func (d *doomed) start(t *testing.T) {
	t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if d.log == nil {
		if d.log, err = os.Create(filepath.Join(t.TempDir(), "log")); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if said, _ := os.ReadFile(d.log.Name()); t.Failed() {
				t.Logf("the service said at last:\n%s", said[max(0, len(said)-4000):])
			}
			_ = d.log.Close()
		})
	}
	d.process = exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0])
	d.process.Stdout, d.process.Stderr = d.log, d.log
	d.process.Env = append(os.Environ(), "STORMGLASS_TEST_SERVE="+string(text), "GOCOVERDIR="+t.TempDir())
	if err := d.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.process.Process.Kill() }) // of the last one; it has ended when all went well
}

// kill kills the process. One that ended by itself is a failure.
func (d *doomed) kill(t *testing.T) {
	t.Helper()
	_ = d.process.Process.Kill()
	_ = d.process.Wait()
	if d.process.ProcessState.Exited() {
		said, _ := os.ReadFile(d.log.Name())
		t.Fatalf("the service ended by itself: %s\n%s", d.process.ProcessState, said)
	}
}

// stop ends the process in order.
func (d *doomed) stop(t *testing.T) {
	t.Helper()
	if err := errors.Join(d.process.Process.Signal(os.Interrupt), d.process.Wait()); err != nil && d.process.ProcessState.Exited() {
		said, _ := os.ReadFile(d.log.Name())
		t.Fatalf("the service ended with %v\n%s", err, said)
	}
}
