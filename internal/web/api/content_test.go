package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/report"
	"stormglass/internal/seen"
	"stormglass/internal/web/api"
	"stormglass/internal/web/api/apitest"
)

// What is answered is what the document says, for every route that it describes.
func TestAnswersAreAsDescribed(t *testing.T) {
	w := newWorld(t, nil)
	w.do("admin", "POST /api/v1/intel?name=before", "192.0.2.1\n")
	for name, tt := range requests {
		method, path, _ := strings.Cut(name, " ")
		if !strings.HasPrefix(path, "/api/v1/") || strings.HasSuffix(path, "openapi.json") {
			continue
		}
		rec := w.do("admin", tt.request, tt.body)
		if tt.status != 0 {
			api.Conform(t, method, path, "default", rec.Body.Bytes())
			id := regexp.MustCompile(`[0-9a-f]{64}`).FindString(w.do("admin", "GET /api/v1/intel", "").Body.String())
			rec = w.do("admin", strings.Replace(tt.request, "abcd", id, 1), "")
		}
		if rec.Code != http.StatusOK {
			t.Errorf("%s: status %d: %s", name, rec.Code, rec.Body)
		}
		if ct := rec.Header().Get("Content-Type"); ct != "application/json" {
			t.Errorf("%s: content type %s", name, ct)
		}
		api.Conform(t, method, path, "200", rec.Body.Bytes())
		if bytes.Contains(rec.Body.Bytes(), []byte(":null")) && strings.Contains(path, "status") {
			t.Errorf("%s: a list is null: %s", name, rec.Body)
		}
		rec = w.do("admin", method+" "+strings.ReplaceAll(path, "{id}", "zz")+"?no=such", "")
		if rec.Code != http.StatusBadRequest {
			t.Errorf("%s: an unknown parameter gives status %d", name, rec.Code)
		}
		api.Conform(t, method, path, "default", rec.Body.Bytes())
	}
}

// The API answers with the same bytes as the command line does with -o json.
func TestAnswersAreThoseOfTheCommandLine(t *testing.T) {
	w := newWorld(t, nil)
	page, err := w.service.Findings(t.Context(), api.FindingQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	q := []seen.Question{seen.Parse("203.0.0.1", false), seen.Parse("nothing at all!", false)}
	r, err := w.service.Seen(t.Context(), apitest.Asked{}.Who, api.SeenQuery{Questions: q})
	if err != nil {
		t.Fatal(err)
	}
	detail, err := w.service.Finding(t.Context(), apitest.Finding(3).ID.String())
	if err != nil {
		t.Fatal(err)
	}
	incidents, err := w.service.Incidents(t.Context(), api.IncidentQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	incident, err := w.service.Incident(t.Context(), apitest.Finding(1).ID.String())
	if err != nil {
		t.Fatal(err)
	}
	for request, write := range map[string]func(*bytes.Buffer) error{
		"GET /api/v1/findings": func(b *bytes.Buffer) error {
			return report.WriteFindingList(b, report.JSON, &page.FindingList, report.Options{})
		},
		"GET /api/v1/findings/" + apitest.Finding(3).ID.String()[:8]: func(b *bytes.Buffer) error {
			return report.WriteFindingDetail(b, report.JSON, detail, report.Options{})
		},
		"GET /api/v1/incidents": func(b *bytes.Buffer) error {
			return report.WriteIncidentList(b, report.JSON, &incidents.IncidentList, report.Options{})
		},
		"GET /api/v1/incidents/" + apitest.Finding(1).ID.String()[:8]: func(b *bytes.Buffer) error {
			return report.WriteIncidentDetail(b, report.JSON, incident, report.Options{})
		},
		"GET /api/v1/seen?value=203.0.0.1&value=nothing+at+all%21": func(b *bytes.Buffer) error {
			return report.WriteSeen(b, report.JSON, r, report.Options{})
		},
	} {
		var want bytes.Buffer
		if err := write(&want); err != nil {
			t.Fatal(err)
		}
		inAPI := strings.ReplaceAll(want.String(), "(--all)", "(all=true)") // the parameter of that name
		if diff := cmp.Diff(inAPI, w.do("read", request, "").Body.String()); diff != "" {
			t.Errorf("%s (-command line +API):\n%s", request, diff)
		}
	}
}

// Following the links gives every finding once.
func TestPages(t *testing.T) {
	w := newWorld(t, nil)
	var ids []string
	next := "/api/v1/findings?limit=3&all=true&level=low"
	for pages := 0; next != ""; pages++ {
		if pages > 20 {
			t.Fatal("the pages do not end")
		}
		rec := w.do("read", "GET "+next, "")
		var body struct {
			Findings []struct {
				ID    string `json:"id"`
				Level string `json:"level"`
			} `json:"findings"`
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &body); err != nil {
			t.Fatalf("%v in %s", err, rec.Body)
		}
		for _, f := range body.Findings {
			ids = append(ids, f.ID)
			if f.Level == "informational" {
				t.Error("a finding below the level asked for")
			}
		}
		m := regexp.MustCompile(`^<([^>]+)>; rel="next"$`).FindStringSubmatch(rec.Header().Get("Link"))
		if next = ""; m != nil {
			next = m[1]
		}
	}
	page, err := w.service.Findings(t.Context(), api.FindingQuery{Limit: 1000, All: true, Level: 1})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, f := range page.Findings {
		want = append(want, f.ID.String())
	}
	if diff := cmp.Diff(want, ids); diff != "" || len(ids) != 16 {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestPagesOfIncidents: the links lead over all incidents, and each page says that it is one.
func TestPagesOfIncidents(t *testing.T) {
	w := newWorld(t, nil)
	var ids, texts []string
	next := "/api/v1/incidents?limit=1"
	for pages := 0; next != "" && pages < 20; pages++ {
		rec := w.do("read", "GET "+next, "")
		var body struct {
			Text      string
			Incidents []report.IncidentJSON
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &body); err != nil {
			t.Fatalf("%v in %s", err, rec.Body)
		}
		texts = append(texts, body.Text)
		for _, x := range body.Incidents {
			ids = append(ids, x.ID)
		}
		m := regexp.MustCompile(`^<([^>]+)>; rel="next"$`).FindStringSubmatch(rec.Header().Get("Link"))
		if next = ""; m != nil {
			next = m[1]
		}
	}
	if len(ids) != 3 || ids[0] == ids[1] || ids[1] == ids[2] {
		t.Errorf("the pages hold %v", ids)
	}
	if want := "This page, of at least 2: 1 incident: 1 informational."; texts[0] != want || !strings.HasPrefix(texts[2], "This page, of 3 in all: ") {
		t.Errorf("the pages say %q, want %q first", texts, want)
	}
	for request, status := range map[string]int{"incidents?level=worst": 400, "incidents?limit=0": 400, "incidents?status=open": 400, "incidents/zz": 400, "incidents/0000": 404} {
		if rec := w.do("read", "GET /api/v1/"+request, ""); rec.Code != status {
			t.Errorf("%s: status %d, want %d", request, rec.Code, status)
		}
	}
	if rec := w.do("ingest", "GET /api/v1/incidents", ""); rec.Code != http.StatusForbidden {
		t.Errorf("who may only hand in gets status %d", rec.Code)
	}
}

func TestRequestsThatAreWrong(t *testing.T) {
	w := newWorld(t, nil)
	for _, tt := range []struct {
		request, body, want string // of the problem's detail or parts
	}{
		{"GET /api/v1/findings?levle=high", "", "query.levle: unknown query parameter"},
		{"GET /api/v1/findings?level=worst", "", "query.level: expected value to be one of"},
		{"GET /api/v1/findings?level=low&level=high", "", `the query has "level" twice`},
		{"GET /api/v1/findings?status=closed", "", "query.status[0]: expected value to be one of"},
		{"GET /api/v1/findings?limit=0", "", "query.limit: expected number >= 1"},
		{"GET /api/v1/findings?limit=1001", "", "query.limit: expected number <= 1000"},
		{"GET /api/v1/findings?since=-1", "", "query.since: invalid integer"},
		{"GET /api/v1/findings?after=%3Cscript%3E", "", "query.after: expected string to match pattern"},
		{"GET /api/v1/findings?after=99", "", "no cursor of this service"},
		{"GET /api/v1/findings?value=no+value%21", "", "query.value: no value that can be looked for"},
		{"GET /api/v1/findings?value=192.0.2.1&rule=r", "", "query.rule: a finding is of an indicator or of a rule"},
		{"GET /api/v1/findings?%zz", "", "the query is not in the form of URLs"},
		{"GET /api/v1/findings/zz", "", "path.id: expected length >= 4"},
		{"GET /api/v1/findings/zzzz", "", "path.id: expected string to match pattern"},
		{"GET /api/v1/seen", "", "query.value: required query parameter is missing"},
		{"GET /api/v1/seen?value=a&since=yesterday", "", "query.since"},
		{"GET /api/v1/seen?value=a&since=1960-01-01", "", "query.since: no record"},
		{"GET /api/v1/seen?value=a&since=2026-01-02&until=2026-01-01", "", "query.since: it is after until"},
		{"GET /api/v1/seen?value=" + strings.Repeat("a", 9000), "", "query.values[0]: longer than any value"},
		{"POST /api/v1/seen", "", "request body is required"},
		{"POST /api/v1/seen", "{", "unexpected end of JSON input"},
		{"POST /api/v1/seen", "[]", "body: expected object"},
		{"POST /api/v1/seen", `{"values":[]}`, "body.values: expected array length >= 1"},
		{"POST /api/v1/seen", `{"values":["a"],"valeus":1}`, "body.valeus: unexpected property"},
		{"POST /api/v1/seen", `{"values":["a"],"rows":2000}`, "body.rows: expected number <= 1000"},
		{"POST /api/v1/seen", `{"values":["` + strings.Repeat(`a","`, 10_000) + `a"]}`, "body.values: expected array length <= 10000"},
		{"POST /api/v1/seen", `{"values":[` + addresses(101) + `],"rows":1000}`, "body.rows: values times rows is over 100000"},
		{"POST /api/v1/seen", `{"values":[` + addresses(10_000) + `],"rows":11}`, "body.rows: values times rows is over 100000"},
		{"POST /api/v1/intel", "x", "query.name: required query parameter is missing"},
		{"POST /api/v1/intel?name=a%0Ab", "x", "query.name: too long, or with characters"},
		{"POST /api/v1/ingest?name=" + strings.Repeat("a", 257), "x", "query.name: expected length <= 256"},
		{"DELETE /api/v1/intel/..%2F..%2Fetc", "", "path.id: expected string to match pattern"},
		{"GET /api/v1/coverage?from=2026-11-02&to=2026-11-01", "", "query.from: it is not before to"},
		{"GET /api/v1/coverage?from=2024-11-02&to=2026-11-01", "", "query.from: over 366 days"},
		{"GET /api/v1/coverage?from=1800-01-01", "", "query.from: neither a day"},
		{"GET /api/v1/status?x", "", "query.x: unknown query parameter"},
	} {
		before := len(w.service.Asked())
		rec := w.do("admin", tt.request, tt.body)
		p := problem(t, rec)
		parts := []string{p.Detail}
		for _, e := range p.Errors {
			parts = append(parts, e.Where+": "+e.What)
		}
		text := strings.Join(parts, "\n")
		if rec.Code != http.StatusBadRequest || p.Kind != "invalid" || !strings.Contains(text, tt.want) {
			t.Errorf("%.60s %.40s: status %d, kind %s:\n%s\nwant %q", tt.request, tt.body, rec.Code, p.Kind, text, tt.want)
		}
		if n := len(w.service.Asked()); n != before && !strings.Contains(tt.want, "cursor") {
			t.Errorf("%s came through", tt.request)
		}
	}
}

// A value that was asked for and is wrong does not come back: it may be a subscriber's number.
func TestProblemsShowNoValue(t *testing.T) {
	w := newWorld(t, nil)
	const number = "491701234567"
	for _, request := range []string{"GET /api/v1/findings?level=" + number, "GET /api/v1/findings?since=x" + number, "GET /api/v1/seen?value=a&since=" + number, "GET /api/v1/coverage?from=" + number, "GET /api/v1/findings/zz" + number} {
		rec := w.do("read", request, "")
		if rec.Code != http.StatusBadRequest || strings.Contains(rec.Body.String(), number) {
			t.Errorf("%s: status %d: %s", request, rec.Code, rec.Body)
		}
	}
	rec := w.do("read", "POST /api/v1/seen", `{"values":"`+number+`"}`)
	if rec.Code != http.StatusBadRequest || strings.Contains(rec.Body.String(), number) {
		t.Errorf("status %d: %s", rec.Code, rec.Body)
	}
	if strings.Contains(w.log.String(), number) {
		t.Errorf("the log shows it:\n%s", w.log)
	}
}
