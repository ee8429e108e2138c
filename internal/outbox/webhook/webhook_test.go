package webhook

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/outboxtest"
)

// TestSign holds the signature against the example of the specification of Standard Webhooks.
func TestSign(t *testing.T) {
	key, err := keyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := keyOf("whsec_???"); err == nil || strings.Contains(err.Error(), "???") {
		t.Errorf("got %v", err)
	}
}

func TestDeliver(t *testing.T) {
	var tries atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		m, errDecode := message.Decode(body)
		if err != nil || errDecode != nil {
			t.Error(err, errDecode)
			return
		}
		h := r.Header
		if h.Get(HeaderID) != m.ID || h.Get("Content-Type") != "application/json" ||
			h.Get(HeaderSignature) != Sign([]byte("secret"), m.ID, h.Get(HeaderTime), body) {
			t.Errorf("headers of %s: %v", m.ID, h)
		}
		if !bytes.Equal(body, outboxtest.Numbered(t, int(tries.Load())+1).Body) {
			t.Errorf("body of %s is another", m.ID)
		}
		switch tries.Add(1) {
		case 2:
			w.WriteHeader(http.StatusUnprocessableEntity)
		case 3:
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	defer srv.Close()
	s, err := New(srv.URL, "secret", "", 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var batch []*message.Message
	for i := range 4 {
		batch = append(batch, outboxtest.Numbered(t, i+1))
	}
	var got []string
	for _, err := range s.Deliver(t.Context(), batch) {
		switch {
		case err == nil:
			got = append(got, "taken")
		case message.IsRefused(err):
			got = append(got, "refused")
		default:
			got = append(got, "later")
		}
	}
	if diff := cmp.Diff([]string{"taken", "refused", "later"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
