package splunk

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/outboxtest"
)

// collector is a small HTTP Event Collector.
type collector struct {
	t        *testing.T
	got      []string // ids it took
	requests int
	bad      string // an id it finds fault with
	status   int    // of every answer, 0: as it goes
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.requests++
	if r.Header.Get("Authorization") != "Splunk t0ken" {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if c.status != 0 {
		w.WriteHeader(c.status)
		return
	}
	var ids []string
	for d := json.NewDecoder(r.Body); ; {
		var e event
		if err := d.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			c.t.Error(err)
		}
		m, err := message.Decode(e.Event)
		if err != nil || m.ID != e.Fields["delivery_id"] || e.Index != "main" || e.Time != "1772366400.123" || e.SourceType != "stormglass:finding" {
			c.t.Errorf("event %+v, %v", e, err)
		}
		if m.ID == c.bad {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"text":"Invalid data format","code":6}`)
			return
		}
		ids = append(ids, m.ID)
	}
	c.got = append(c.got, ids...)
}

func batch(t *testing.T, n int) (out []*message.Message, ids []string) {
	for i := range n {
		out = append(out, outboxtest.Numbered(t, i+1))
		ids = append(ids, out[i].ID)
	}
	return out, ids
}

func TestDeliver(t *testing.T) {
	list, ids := batch(t, 4)
	tests := []struct {
		name     string
		token    string
		c        collector
		want     []string // what became of each
		got      []string
		requests int
	}{
		{"all at once", "t0ken", collector{}, []string{"taken", "taken", "taken", "taken"}, ids, 1},
		{"one is bad", "t0ken", collector{bad: ids[1]}, []string{"taken", "refused", "taken", "taken"}, []string{ids[0], ids[2], ids[3]}, 5},
		{"busy", "t0ken", collector{status: 503}, []string{"later"}, nil, 1},
		{"another token", "old", collector{}, []string{"later"}, nil, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.c.t = t
			srv := httptest.NewServer(&tt.c)
			defer srv.Close()
			s, err := New(srv.URL, tt.token, "main", "", 10*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var got []string
			for _, err := range s.Deliver(t.Context(), list) {
				switch {
				case err == nil:
					got = append(got, "taken")
				case message.IsRefused(err):
					got = append(got, "refused")
				default:
					got = append(got, "later")
				}
				if err != nil && strings.Contains(err.Error(), tt.token) {
					t.Errorf("the error tells the token: %v", err)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tt.got, tt.c.got); diff != "" || tt.c.requests != tt.requests {
				t.Errorf("%d requests, want %d; -want +got:\n%s", tt.c.requests, tt.requests, diff)
			}
		})
	}
}

func TestLargeBatchesAreDivided(t *testing.T) {
	c := collector{t: t}
	srv := httptest.NewServer(&c)
	defer srv.Close()
	s, err := New(srv.URL, "t0ken", "main", "", 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	list, _ := batch(t, 1500)
	errs := s.Deliver(t.Context(), list)
	if len(errs) == 0 || len(errs) >= 1500 || errs[0] != nil || len(c.got) != len(errs) {
		t.Errorf("%d of 1500 were delivered, %d arrived", len(errs), len(c.got))
	}
}
