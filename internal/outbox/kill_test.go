package outbox

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/webhook"
)

// kills gives how many processes are killed: STORMGLASS_KILLS, 200 in a soak, else few.
func kills(t *testing.T) int {
	t.Helper()
	if s := os.Getenv("STORMGLASS_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("STORMGLASS_KILLS: %v", err)
		}
		return n
	}
	if os.Getenv("STORMGLASS_SOAK") != "" {
		return 200
	}
	return 6
}

// flaky is a receiver that refuses, hangs up after it took a message, or takes its time.
type flaky struct {
	mu    sync.Mutex
	rng   *rand.Rand
	took  map[string][]byte // what it acted on, by id
	again int               // times that it was sent what it has
	wrong []string          // what should not be
	calm  bool
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	what, wait := f.rng.IntN(10), f.rng.IntN(4)
	if f.calm {
		what, wait = 9, 0
	}
	f.mu.Unlock()
	time.Sleep(time.Duration(wait) * time.Millisecond)
	switch what {
	case 0:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case 1:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	case 2:
		panic(http.ErrAbortHandler)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the process was killed while it sent
	}
	f.take(r.Header, body)
	if what == 3 {
		panic(http.ErrAbortHandler) // it took the message, and does not say so
	}
}

// take acts on a message, unless it did before.
func (f *flaky) take(h http.Header, body []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := h.Get(webhook.HeaderID)
	if h.Get(webhook.HeaderSignature) != webhook.Sign([]byte(killSecret), id, h.Get(webhook.HeaderTime), body) {
		f.wrong = append(f.wrong, "the signature of "+id)
	}
	if before, ok := f.took[id]; ok {
		f.again++
		if !bytes.Equal(before, body) {
			f.wrong = append(f.wrong, id+" came again with another body")
		}
		return
	}
	f.took[id] = body
}

// TestKill kills processes that tell of findings, at any moment, while the receiver misbehaves, and starts them again until they come to
// their end. Every finding arrives, and none under two ids; in the file each stands once.
func TestKill(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	left, done, again := kills(t), 0, 0
	for left > 0 {
		f := &flaky{rng: rand.New(rand.NewPCG(seed, uint64(left))), took: map[string][]byte{}}
		server := httptest.NewServer(f)
		o := &order{Dir: t.TempDir(), URL: server.URL, Findings: 300}
		if err := os.WriteFile(filepath.Join(o.Dir, "secret"), []byte(killSecret+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for tries := 5; left > 0 && tries > 0; tries-- {
			if !o.killed(t, 5*time.Millisecond+time.Duration(rng.Int64N(int64(500*time.Millisecond)))) {
				break
			}
			left--
			done++
		}
		f.mu.Lock()
		f.calm = true
		f.mu.Unlock()
		if o.killed(t, time.Hour) {
			t.Fatal("killed by nobody")
		}
		server.Close()
		again += f.again
		o.check(t, f)
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("%d killed, %d messages came again", done, again)
}

// check holds what arrived against what was found.
func (o *order) check(t *testing.T, f *flaky) {
	t.Helper()
	for _, w := range f.wrong {
		t.Error(w)
	}
	hook := map[string]int{}
	for id, body := range f.took {
		count(t, id, body, hook)
	}
	file, ids := map[string]int{}, map[string]bool{}
	lines, err := os.ReadFile(filepath.Join(o.Dir, "findings.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(lines) {
		var m message.Message
		if err := json.Unmarshal(line, &m); err != nil {
			t.Errorf("a line of the file cannot be read: %v", err)
		}
		if ids[m.ID] {
			t.Errorf("message %s stands twice in the file", m.ID)
		}
		ids[m.ID] = true
		count(t, m.ID, line, file)
	}
	for n := range o.Findings {
		id := o.finding(n).ID.String()
		if hook[id] != 1 || file[id] != 1 {
			t.Errorf("finding %d was told %d times to the webhook and %d times to the file", n, hook[id], file[id])
		}
	}
	if len(hook) != o.Findings || len(file) != o.Findings {
		t.Errorf("%d findings at the webhook, %d in the file, of %d", len(hook), len(file), o.Findings)
	}
}

// count adds the findings of a message.
func count(t *testing.T, id string, body []byte, seen map[string]int) {
	t.Helper()
	var m message.Message
	if err := json.Unmarshal(body, &m); err != nil || m.ID != id {
		t.Errorf("message %s says it is %s, %v", id, m.ID, err)
	}
	for _, f := range m.IDs() {
		seen[f]++
	}
}
