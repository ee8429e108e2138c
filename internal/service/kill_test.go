package service

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"stormglass/internal/config"
	"stormglass/internal/depot/depottest"
	"stormglass/internal/porttest"
)

// kills gives how often the service is killed: STORMGLASS_KILLS, 100 in a soak, else few.
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
		return 100
	}
	return 5
}

const (
	handedIn     = 1 << 40 // first number of the flows that come by HTTP
	killEach     = 20      // flows in a datagram
	killLines    = 30      // in what is handed in at a time
	killLast     = 1 << 50 // number of the flow that shows that all before it was taken in
	killInFlight = 64 << 20
)

// TestKill kills a service under load at any moment and starts it again. What was acknowledged over HTTP is there once, in the end; of
// what came by UDP all that the log had is there once, and what is missing is what came last before a kill: the
// kernel and the queue held it.
func TestKill(t *testing.T) {
	c := &config.Config{}
	token := tokenFile(t, c)
	d := &doomed{Data: filepath.Join(depottest.Dir(t), "data"), Tokens: c.HTTP.Tokens, NetFlow: porttest.Free(t), HTTP: porttest.Free(t)}
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 2))
	t.Logf("seed %d", seed)
	w := &window{}
	in := &handing{url: "http://" + d.HTTP.String() + "/api/v1/ingest?name=kill-", token: token, acked: map[int]bool{}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { in.run(ctx) })
	router := newNumbered(t, "127.0.1.1", d.NetFlow, killEach, 1)
	router.times = map[uint64]time.Time{}
	for n := range kills(t) {
		d.start(t)
		sentFrom := router.next
		stop := sending(t, router)
		if n%4 != 3 { // else at any moment of the start
			until(t, "serving again", func() bool { return in.ready(ctx) })
		}
		time.Sleep(time.Duration(rng.Int64N(int64(1500 * time.Millisecond))))
		died := time.Now()
		d.kill(t)
		stop()
		w.look(t, d.Data, sentFrom, router, died)
	}
	d.start(t)
	until(t, "serving again", func() bool { return in.ready(ctx) })
	time.Sleep(300 * time.Millisecond) // so that some more is handed in
	cancel()
	wg.Wait()
	last := newNumbered(t, "127.0.1.2", d.NetFlow, 1, killLast)
	last.send(t)
	until(t, "kept to the last", func() bool {
		in.ready(t.Context())
		kept := keptNumbers(t, d.Data)
		return kept[killLast] == 1
	})
	d.stop(t)
	w.final(t, keptNumbers(t, d.Data))
	in.final(t, keptNumbers(t, d.Data))
	t.Logf("killed %d times: of %d datagrams %d were under way, at most %d at one kill; the oldest of those had been sent %v before a kill while it served; handed in and answered %d times",
		w.kills, (router.next-1)/killEach, w.lost/killEach, w.most/killEach, w.oldest, len(in.acked))
}

// sending sends about 1,000 datagrams a second until stop.
func sending(t *testing.T, r *numbered) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			r.send(t)
			r.send(t)
			<-tick.C
		}
	})
	return func() { cancel(); wg.Wait() }
}

// handing hands lines in over HTTP, and again until they are acknowledged.
type handing struct {
	url, token string
	tried      int
	acked      map[int]bool
}

func (h *handing) run(ctx context.Context) {
	for ctx.Err() == nil {
		if h.post(ctx, h.tried) {
			h.acked[h.tried] = true
			h.tried++
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// post hands a body in and says whether that was acknowledged.
func (h *handing) post(ctx context.Context, n int) bool {
	var b strings.Builder
	for i := range killLines {
		fmt.Fprintf(&b, `{"@timestamp":"2026-11-20T10:00:%02dZ","source":{"ip":"10.0.0.%d","bytes":%d,"port":40000},"destination":{"ip":"198.51.100.9","bytes":10,"port":443},"network":{"transport":"tcp"},"event":{"dataset":"made.up","category":"network"}}`+"\n", i, i, handedIn+n*killLines+i)
	}
	return h.do(ctx, http.MethodPost, h.url+strconv.Itoa(n), b.String())
}

func (h *handing) do(ctx context.Context, method, url, body string) bool {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func (h *handing) ready(ctx context.Context) bool {
	base, _, _ := strings.Cut(h.url, "/api/")
	return h.do(ctx, http.MethodGet, base+"/readyz", "")
}

// final sees that what was acknowledged is there once, and what was not at most once and as a whole.
func (h *handing) final(t *testing.T, kept map[uint64]int) {
	t.Helper()
	if len(h.acked) == 0 {
		t.Error("nothing was acknowledged")
	}
	for n := range h.tried + 1 {
		there := 0
		for i := range killLines {
			times := kept[uint64(handedIn+n*killLines+i)]
			if times > 1 {
				t.Errorf("line %d of %d, handed in, is kept %d times", i, n, times)
			}
			there += times
		}
		if h.acked[n] && there != killLines {
			t.Errorf("%d was acknowledged, and %d lines of %d are kept", n, there, killLines)
		}
	}
}

// window is what kills cost.
type window struct {
	kills  int
	had    map[uint64]bool // flows that were in the folder at the moment of some kill
	lost   uint64          // flows that a kill took
	most   uint64          // by one kill
	oldest time.Duration   // how long before a kill the first that it took had been sent
}

// look looks at the folder of a service that died, to which the flows from first on were sent.
func (w *window) look(t *testing.T, data string, first uint64, router *numbered, died time.Time) {
	t.Helper()
	w.kills++
	if w.had == nil {
		w.had = map[uint64]bool{}
	}
	committed, logged := heldNumbers(t, data)
	for n := range w.had {
		if committed[n]+logged[n] == 0 {
			t.Fatalf("flow %d was in the folder when an earlier run was killed, and is no more", n)
		}
	}
	for n, times := range committed {
		if times > 1 || n < handedIn && times+logged[n] > 1 {
			t.Fatalf("flow %d: %d times committed, %d in the log", n, times, logged[n])
		}
		w.had[n] = true
	}
	end := first // of what was held of this run
	for n := range logged {
		w.had[n] = true
	}
	for n := range w.had {
		if n < handedIn && n >= end {
			end = n + 1
		}
	}
	missing := uint64(0)
	for n := first; n < end; n++ {
		if !w.had[n] {
			missing++
		}
	}
	if missing > 0 && end-first > missing { // before the sockets were bound nobody listened, and that is at the beginning
		for n := first; n < end && !w.had[n]; n++ {
			missing--
		}
	}
	if missing != 0 {
		t.Errorf("kill %d: %d flows before the last that is held were lost: more than what was under way; of flows from %d to %d are missing %s", w.kills, missing, first, end, w.gaps(first, end))
	}
	under := router.next - end
	if under/killEach*1500 > killInFlight {
		t.Errorf("%d flows were under way", under)
	}
	w.lost += under
	w.most = max(w.most, under)
	if end > first { // else it died before it took anything in
		if at, ok := router.times[end]; ok {
			w.oldest = max(w.oldest, died.Sub(at))
		}
	}
}

// gaps tells which flows between two are not held.
func (w *window) gaps(first, end uint64) string {
	var b strings.Builder
	for n := first; n < end; n++ {
		from := n
		for n < end && !w.had[n] {
			n++
		}
		if n > from {
			fmt.Fprintf(&b, "[%d, %d) ", from, n)
		}
	}
	return b.String()
}

// final sees that all that was ever held is there once.
func (w *window) final(t *testing.T, kept map[uint64]int) {
	t.Helper()
	flows := 0
	for n := range w.had {
		if kept[n] != 1 {
			t.Errorf("flow %d was held when the service was killed, and is kept %d times in the end", n, kept[n])
		}
		flows++
	}
	for n, times := range kept {
		if times != 1 {
			t.Errorf("flow %d is kept %d times", n, times)
		}
	}
	if flows == 0 {
		t.Error("nothing was held when it was killed")
	}
}
