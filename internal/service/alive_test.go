package service

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

type stuck struct{ why string }

func (s *stuck) Hanging(time.Time) string { return s.why }

// A part that hangs is said once, and the service lives again when it goes on.
func TestAlive(t *testing.T) {
	var said bytes.Buffer
	part := &stuck{}
	a := &alive{parts: []hanging{&stuck{}, part}, log: slog.New(slog.NewTextHandler(&said, nil))}
	for round, why := range []string{"", "stands still", "stands still longer", "", "stands still"} {
		part.why = why
		if got := a.look(t.Context(), time.Now()); got != (why == "") {
			t.Errorf("round %d: alive is %v", round, got)
		}
	}
	if n := strings.Count(said.String(), "the service hangs"); n != 2 {
		t.Errorf("said %d times:\n%s", n, said.String())
	}
}
