package elastic

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/outboxtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestDocuments(t *testing.T) {
	for name, m := range outboxtest.All(t) {
		d := documentOf(m)
		if d["event.original"] != string(m.Body) {
			t.Errorf("%s: the original is another", name)
		}
		d["event.original"] = "…"
		got, err := json.MarshalIndent(d, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		path := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s, -want +got:\n%s", path, diff)
		}
	}
}

func TestKindsOfValues(t *testing.T) {
	for _, tt := range []struct {
		f           message.Finding
		field, want string
	}{
		{message.Finding{Kind: "address", Value: "2001:db8::1"}, "threat.indicator.type", "[ipv6-addr]"},
		{message.Finding{Kind: "address", Value: "[purged]"}, "threat.indicator.ip", "<nil>"},
		{message.Finding{Kind: "address", Value: "203.0*****77", Masked: true}, "threat.indicator.ip", "<nil>"},
		{message.Finding{Kind: "url", Value: "http://c2.example/x"}, "threat.indicator.url.domain", "[c2.example]"},
		{message.Finding{Kind: "sha256", Value: "ab"}, "threat.indicator.file.hash.sha256", "[ab]"},
		{message.Finding{Kind: "cve", Value: "CVE-2023-20198"}, "vulnerability.id", "[CVE-2023-20198]"},
		{message.Finding{Subject: message.Subject{Kind: "address", Value: "203.0*****77", Masked: true}}, "host.ip", "<nil>"},
		{message.Finding{Subject: message.Subject{Kind: "device", Value: "unregistered:edge1"}}, "host.name", "[edge1]"},
	} {
		d := document{}
		d.finding(&tt.f)
		if got := fmt.Sprint(d[tt.field]); got != tt.want {
			t.Errorf("%+v: %s is %s, want %s", tt.f, tt.field, got, tt.want)
		}
	}
}

// cluster is a small _bulk.
type cluster struct {
	t      *testing.T
	docs   map[string][]byte
	status map[string]int // for an id, in place of what it would be
	all    int            // status of the whole answer
	answer string         // in place of what it would be
}

func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/base/_bulk" || r.Header.Get("Authorization") != "ApiKey k3y" || r.Header.Get("Content-Type") != "application/x-ndjson" {
		c.t.Errorf("request %s, %v", r.URL.Path, r.Header)
	}
	if c.all != 0 {
		w.WriteHeader(c.all)
		return
	}
	if c.answer != "" {
		fmt.Fprint(w, c.answer)
		return
	}
	var items []map[string]any
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a action
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil || a.Create.Index != "findings" || !lines.Scan() {
			c.t.Errorf("action %+v, %v", a, err)
		}
		id, status := a.Create.ID, http.StatusCreated
		switch {
		case c.status[id] != 0:
			status = c.status[id]
		case c.docs[id] != nil:
			status = http.StatusConflict
		default:
			c.docs[id] = bytes.Clone(lines.Bytes())
		}
		items = append(items, map[string]any{"create": map[string]any{"_id": id, "status": status, "error": map[string]any{"type": "made_up"}}})
	}
	if err := json.NewEncoder(w).Encode(map[string]any{"errors": true, "items": items}); err != nil {
		c.t.Error(err)
	}
}

func TestDeliver(t *testing.T) {
	var list []*message.Message
	for i := range 4 {
		list = append(list, outboxtest.Numbered(t, i+1))
	}
	tests := []struct {
		name string
		c    cluster
		want []string
		docs int
	}{
		{"all are new", cluster{}, []string{"taken", "taken", "taken", "taken"}, 4},
		{"one is there already", cluster{docs: map[string][]byte{list[0].ID: []byte("x")}}, []string{"taken", "taken", "taken", "taken"}, 4},
		{"some are not taken", cluster{status: map[string]int{list[1].ID: 400, list[2].ID: 429}}, []string{"taken", "refused", "later", "taken"}, 2},
		{"no index yet", cluster{all: 404}, []string{"later"}, 0},
		{"too large", cluster{all: 413}, []string{"refused"}, 0},
		{"half an answer", cluster{answer: `{"items":[{"create":{"_id":"x","status":201}}]}`}, []string{"later"}, 0},
		{"no answer", cluster{answer: `<html>`}, []string{"later"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.c.t = t
			if tt.c.docs == nil {
				tt.c.docs = map[string][]byte{}
			}
			srv := httptest.NewServer(&tt.c)
			defer srv.Close()
			s, err := New(srv.URL+"/base/", "findings", "k3y", "", 10*time.Second)
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
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || len(tt.c.docs) != tt.docs {
				t.Errorf("%d documents, want %d; -want +got:\n%s", len(tt.c.docs), tt.docs, diff)
			}
		})
	}
}
