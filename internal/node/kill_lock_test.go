package node

import (
	"bufio"
	"errors"
	"os"
	"strings"
	"testing"

	"stormglass/internal/depot/depottest"
	"stormglass/internal/disk"
	"stormglass/internal/fault"
)

// TestHeldByAnother ingests into a folder that another process writes to: the answer names it and nothing is
// changed, readers need not wait, and once that process was killed the folder is free.
func TestHeldByAnother(t *testing.T) {
	in := newKillInput(t)
	k := &killed{in: in, data: depottest.Dir(t)}
	ingest := k.orders()[0]
	if err := ingest.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := k.check(t).state.Entry

	other, _ := (&order{What: "wait", Data: k.data}).process(t)
	other.Stdout = nil
	said, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(said).ReadString('\n'); line != "holding\n" {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	more := t.TempDir() + "/more.json"
	if err := os.WriteFile(more, in.texts["eve-0.json"][:strings.IndexByte(string(in.texts["eve-0.json"]), '\n')+1], 0o600); err != nil {
		t.Fatal(err)
	}
	second := &order{What: "ingest", Data: k.data, Paths: []string{more}}
	err = second.run(t.Context())
	held, ok := errors.AsType[*disk.HeldError](err)
	if !ok || held.PID != other.Process.Pid || fault.KindOf(err) != fault.Busy || fault.HintOf(err) == "" {
		t.Errorf("kind %v, hint %q: %v; want that process %d holds it", fault.KindOf(err), fault.HintOf(err), err, other.Process.Pid)
	}
	if now := k.check(t).state.Entry; now != before {
		t.Errorf("entry %d, before %d: something was changed", now, before)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // it was killed
	if err := second.run(t.Context()); err != nil {
		t.Errorf("after the holder was killed: %v", err)
	}
}
