package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/web/api"
	"stormglass/internal/web/api/apitest"
	"stormglass/internal/web/auth"
)

// requests is a good request of every route, and the role that it needs.
var requests = map[string]struct {
	request, body string
	need          auth.Role
	status        int // 0 is 200
}{
	"GET /healthz":               {request: "GET /healthz"},
	"GET /readyz":                {request: "GET /readyz", need: auth.Read},
	"GET /metrics":               {request: "GET /metrics", need: auth.Read},
	"GET /api/v1/openapi.json":   {request: "GET /api/v1/openapi.json", need: auth.Read},
	"GET /api/v1/status":         {request: "GET /api/v1/status", need: auth.Read},
	"GET /api/v1/findings":       {request: "GET /api/v1/findings?level=low&status=open&status=dismissed&since=1&limit=5", need: auth.Read},
	"GET /api/v1/findings/{id}":  {request: "GET /api/v1/findings/" + apitest.Finding(0).ID.String(), need: auth.Read},
	"GET /api/v1/incidents":      {request: "GET /api/v1/incidents?level=low&limit=1", need: auth.Read},
	"GET /api/v1/incidents/{id}": {request: "GET /api/v1/incidents/" + apitest.Finding(0).ID.String(), need: auth.Read},
	"GET /api/v1/seen":           {request: "GET /api/v1/seen?value=203.0.0.1&value=203.0.113[.]9&since=2026-11-01&until=2026-11-30&rows=3", need: auth.Read},
	"POST /api/v1/seen":          {request: "POST /api/v1/seen", body: `{"values":["203.0.0.1","evil.example"],"exact":true}`, need: auth.Read},
	"GET /api/v1/intel":          {request: "GET /api/v1/intel", need: auth.Read},
	"POST /api/v1/intel":         {request: "POST /api/v1/intel?name=feed.txt", body: "203.0.113.7\n", need: auth.Intel},
	"DELETE /api/v1/intel/{id}":  {request: "DELETE /api/v1/intel/abcd", need: auth.Intel, status: http.StatusNotFound},
	"POST /api/v1/ingest":        {request: "POST /api/v1/ingest?name=core1", body: "{\"a\":1}\n{\n", need: auth.Ingest},
	"GET /api/v1/coverage":       {request: "GET /api/v1/coverage?from=2026-11-01&to=2026-11-02T01:30:00Z", need: auth.Read},
}

// Every route is asked by everybody. A route without a request here fails the test.
func TestRoutesAndRoles(t *testing.T) {
	var routes []string
	for _, r := range api.Routes() {
		routes = append(routes, r.Method+" "+r.Path)
		if want := requests[r.Method+" "+r.Path].need; r.Need != want {
			t.Errorf("%s %s needs %q, want %q", r.Method, r.Path, r.Need, want)
		}
	}
	var known []string
	for k := range requests {
		known = append(known, k)
	}
	slices.Sort(routes)
	slices.Sort(known)
	if diff := cmp.Diff(routes, known); diff != "" {
		t.Fatalf("routes without a request here (-routes +requests):\n%s", diff)
	}
	w := newWorld(t, nil)
	for name, tt := range requests {
		for token := range strings.FieldsSeq(tokens + " unknown") {
			before := len(w.service.Asked())
			rec := w.do(token, tt.request, tt.body)
			want := max(tt.status, http.StatusOK)
			switch {
			case tt.need == "":
			case token == "nobody", token == "over", token == "unknown":
				want = http.StatusUnauthorized
			case token != "admin" && token != string(tt.need):
				want = http.StatusForbidden
			}
			if rec.Code != want {
				t.Errorf("%s by %s: status %d, want %d: %s", name, token, rec.Code, want, rec.Body)
			}
			if want == http.StatusUnauthorized && rec.Header().Get("WWW-Authenticate") == "" {
				t.Errorf("%s by %s: it does not say how to say who one is", name, token)
			}
			if want == http.StatusUnauthorized || want == http.StatusForbidden {
				problem(t, rec)
				if n := len(w.service.Asked()); n != before {
					t.Errorf("%s by %s was turned away and came through all the same: %+v", name, token, w.service.Asked()[before:])
				}
			}
			checkHeaders(t, name, rec)
		}
		w = newWorld(t, nil) // wrong tries are forgotten
	}
}

func checkHeaders(t *testing.T, name string, rec *httptest.ResponseRecorder) {
	t.Helper()
	for header, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Referrer-Policy": "no-referrer",
	} {
		if got := rec.Header().Get(header); got != want {
			t.Errorf("%s: %s is %q", name, header, got)
		}
	}
}

// What changes something says who did.
func TestTheServiceLearnsWhoAsks(t *testing.T) {
	w := newWorld(t, nil)
	for _, name := range []string{"GET /api/v1/seen", "POST /api/v1/intel", "POST /api/v1/ingest", "DELETE /api/v1/intel/{id}"} {
		w.do("admin", requests[name].request, requests[name].body)
	}
	r := httptest.NewRequestWithContext(as(t.Context(), auth.Admin), http.MethodGet, "/api/v1/seen?value=192.0.2.1", nil)
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	admin := auth.Who{Name: "admin", Roles: []auth.Role{auth.Admin}, Via: auth.ViaToken}
	want := []apitest.Asked{
		{Method: "seen", Who: admin},
		{Method: "intel-add", Who: admin},
		{Method: "ingest", Who: admin},
		{Method: "intel-remove", Who: admin},
		{Method: "seen", Who: auth.Who{Name: "owner", Roles: []auth.Role{auth.Admin}, Via: auth.ViaSocket}},
	}
	if diff := cmp.Diff(want, w.service.Asked()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if log := w.log.String(); !strings.Contains(log, `"intelligence was handed in" who="admin (token)" name=feed.txt`) {
		t.Errorf("the log:\n%s", log)
	}
}

// On the machine itself figures and readiness are open, and nothing else; not through a proxy.
func TestOpenOnLoopback(t *testing.T) {
	w := newWorld(t, nil)
	for name, tt := range requests {
		for addr, local := range map[string]bool{"127.0.0.1:1": true, "[::1]:1": true, "192.0.2.1:1": false, "": false} {
			method, target, _ := strings.Cut(tt.request, " ")
			for _, proxy := range []bool{false, true} {
				r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(tt.body))
				r.RemoteAddr = addr
				if proxy {
					r.Header.Set("X-Forwarded-For", "127.0.0.1")
				}
				rec := httptest.NewRecorder()
				w.handler.ServeHTTP(rec, r)
				open := name == "GET /healthz" || local && !proxy && (name == "GET /readyz" || name == "GET /metrics")
				if (rec.Code == http.StatusOK) != open || !open && rec.Code != http.StatusUnauthorized {
					t.Errorf("%s from %q, proxy %v: status %d", name, addr, proxy, rec.Code)
				}
			}
		}
	}
}

// A service without tokens tells any user of the machine that it lives, and nothing of what it holds.
func TestWithoutTokens(t *testing.T) {
	for _, given := range [][]auth.Role{nil, {auth.Read}} {
		w := newWorld(t, func(c *api.Config) {
			a, err := auth.Open(auth.Config{Loopback: given, Log: c.Log})
			if err != nil {
				t.Fatal(err)
			}
			c.Auth = a
		})
		for name, tt := range requests {
			method, target, _ := strings.Cut(tt.request, " ")
			r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(tt.body))
			r.RemoteAddr = "127.0.0.1:1"
			rec := httptest.NewRecorder()
			w.handler.ServeHTTP(rec, r)
			want := http.StatusUnauthorized
			switch need := tt.need; {
			case name == "GET /healthz" || name == "GET /readyz" || name == "GET /metrics" || need == auth.Read && given != nil:
				want = http.StatusOK
			case given != nil:
				want = http.StatusForbidden
			}
			if rec.Code != want {
				t.Errorf("%s, loopback has %v: status %d, want %d", name, given, rec.Code, want)
			}
		}
	}
}

func TestNoSuchRoute(t *testing.T) {
	w := newWorld(t, nil)
	for request, want := range map[string]int{
		"GET /": 404, "GET /api/v1": 404, "GET /api/v1/": 404, "GET /api/v1/findings/": 404, "GET /api/v2/status": 404, "GET /docs": 404, "GET /schemas/Status.json": 404,
		"GET /openapi.json": 404, "POST /api/v1/status": 405, "DELETE /api/v1/findings/abcd": 405, "PUT /api/v1/intel": 405, "TRACE /healthz": 405, "GET /local/v1/command": 404,
	} {
		rec := w.do("admin", request, "")
		p := problem(t, rec)
		if p.Status != want {
			t.Errorf("%s: %+v", request, p)
		}
		if want == 405 && rec.Header().Get("Allow") == "" {
			t.Errorf("%s: it does not say what is allowed", request)
		}
	}
	if n := len(w.service.Asked()); n != 0 {
		t.Errorf("%d requests came through", n)
	}
	if got := w.do("admin", "PUT /api/v1/intel", "").Header().Get("Allow"); got != "GET, POST" {
		t.Errorf("Allow: %s", got)
	}
	if rec := w.do("read", "HEAD /api/v1/status", ""); rec.Code != http.StatusOK {
		t.Errorf("HEAD: status %d", rec.Code)
	}
}

// A page of somebody else, open in the browser of an operator, cannot change anything.
func TestCrossOrigin(t *testing.T) {
	w := newWorld(t, nil)
	for _, headers := range [][]string{{"Sec-Fetch-Site: cross-site"}, {"Sec-Fetch-Site: same-site"}, {"Origin: https://evil.example"}, {"Origin: null"}} {
		for _, name := range []string{"POST /api/v1/intel", "POST /api/v1/ingest", "DELETE /api/v1/intel/{id}"} {
			rec := w.do("admin", requests[name].request, requests[name].body, headers...)
			if p := problem(t, rec); p.Status != http.StatusForbidden {
				t.Errorf("%s with %v: %+v", name, headers, p)
			}
		}
	}
	if n := len(w.service.Asked()); n != 0 {
		t.Errorf("%d requests came through", n)
	}
	if rec := w.do("ingest", requests["POST /api/v1/ingest"].request, "{}\n", "Origin: http://example.com"); rec.Code != http.StatusOK {
		t.Errorf("from the same origin: status %d: %s", rec.Code, rec.Body)
	}
}

// Nor can it make the service work: even what only asks is refused, for every route.
func TestCrossSiteAsksNothing(t *testing.T) {
	w := newWorld(t, nil)
	for name, tt := range requests {
		if p := problem(t, w.do("admin", tt.request, tt.body, "Sec-Fetch-Site: cross-site")); p.Status != http.StatusForbidden || p.Kind != "denied" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if n := len(w.service.Asked()); n != 0 {
		t.Errorf("%d requests came through", n)
	}
	for _, site := range []string{"none", "same-origin"} { // typed by the person, or from a page of the service
		if rec := w.do("read", "GET /api/v1/status", "", "Sec-Fetch-Site: "+site); rec.Code != http.StatusOK {
			t.Errorf("%s: status %d", site, rec.Code)
		}
	}
}

func TestReady(t *testing.T) {
	w := newWorld(t, nil)
	if rec := w.do("read", "GET /readyz", ""); rec.Code != 200 || rec.Body.String() != `{"ready":true,"reasons":[]}` {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	w.service.Down = []string{"the log is being read"}
	if rec := w.do("read", "GET /readyz", ""); rec.Code != 503 || rec.Body.String() != `{"ready":false,"reasons":["the log is being read"]}` {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	w.service.Err = errors.New("disk gone")
	if rec := w.do("read", "GET /readyz", ""); rec.Code != 500 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := w.do("nobody", "GET /healthz", ""); rec.Code != 200 || !json.Valid(rec.Body.Bytes()) {
		t.Errorf("the process lives, and answers %d %s", rec.Code, rec.Body)
	}
}

func TestWithoutMetrics(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Metrics = nil })
	if p := problem(t, w.do("read", "GET /metrics", "")); p.Status != http.StatusNotFound {
		t.Errorf("%+v", p)
	}
}
