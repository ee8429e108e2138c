package api

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stormglass/internal/casework"
	"stormglass/internal/observable"
	"stormglass/internal/report"
	"stormglass/internal/seen"
	"stormglass/internal/web/auth"
)

// bounds is a service that complains of what it should not be asked.
type bounds struct {
	t    *testing.T
	last FindingQuery
}

func (b *bounds) Status(context.Context) (*Status, error) { return &Status{}, nil }

func (b *bounds) Findings(_ context.Context, q FindingQuery) (*FindingPage, error) {
	if q.Limit < 1 || q.Limit > MaxPage || len(q.Status) > 3 || !regexp.MustCompile(`^[A-Za-z0-9._-]{0,512}$`).MatchString(q.After) {
		b.t.Errorf("asked for %+v", q)
	}
	for _, s := range q.Status {
		if s != "open" && s != "acknowledged" && s != "dismissed" {
			b.t.Errorf("asked for status %q", s)
		}
	}
	b.last = q
	return &FindingPage{Next: "n.1"}, nil
}

func (b *bounds) Finding(context.Context, string) (*report.FindingDetail, error) { return nil, nil }

func (b *bounds) Incidents(_ context.Context, q IncidentQuery) (*IncidentPage, error) {
	if q.Limit < 1 || q.Limit > MaxPage || !regexp.MustCompile(`^[A-Za-z0-9._-]{0,512}$`).MatchString(q.After) {
		b.t.Errorf("asked for %+v", q)
	}
	return &IncidentPage{Next: "n.1"}, nil
}

func (b *bounds) Incident(context.Context, string) (*report.IncidentDetail, error) {
	return &report.IncidentDetail{Incident: &casework.Incident{}}, nil
}

func (b *bounds) Seen(_ context.Context, _ auth.Who, q SeenQuery) (*seen.Result, error) {
	if len(q.Questions) < 1 || len(q.Questions) > MaxValues || q.Rows < 0 || q.Rows > MaxRows || q.Rows*len(q.Questions) > 100_000 || q.Until != 0 && q.Since > q.Until || q.Since < 0 {
		b.t.Errorf("asked for %+v", q)
	}
	return &seen.Result{}, nil
}

func (b *bounds) Intel(context.Context) ([]report.IntelFile, error) { return nil, nil }

func (b *bounds) name(name string, r io.Reader) error {
	if name == "" || len(name) > MaxName || !utf8.ValidString(name) || strings.ContainsAny(name, "\x00\n\r\x1b") {
		b.t.Errorf("handed in as %q", name)
	}
	return drain(r)
}

func (b *bounds) AddIntel(_ context.Context, _ auth.Who, name string, r io.Reader) (*report.AddedIntel, error) {
	return &report.AddedIntel{}, b.name(name, r)
}

func (b *bounds) RemoveIntel(context.Context, auth.Who, string) (*report.IntelFile, error) {
	return &report.IntelFile{}, nil
}

func (b *bounds) Ingest(_ context.Context, _ auth.Who, name string, r io.Reader) (*Ingested, error) {
	return &Ingested{}, b.name(name, r)
}

func (b *bounds) Coverage(_ context.Context, q CoverageQuery) (*Coverage, error) {
	d := q.To.Sub(q.From)
	if d <= 0 || d > MaxCoverage || q.From != q.From.Truncate(time.Hour) || q.To != q.To.Truncate(time.Hour) || q.From.Location() != time.UTC || q.From.Year() < 1969 {
		b.t.Errorf("asked for coverage %+v", q)
	}
	return &Coverage{}, nil
}

// follow asks for the next page: it is of the same question.
func (b *bounds) follow(t *testing.T, h http.Handler, link string) {
	t.Helper()
	before := b.last
	m := regexp.MustCompile(`^<(/api/v1/findings\?[^>]*)>; rel="next"$`).FindStringSubmatch(link)
	if m == nil {
		t.Fatalf("Link: %s", link)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, m[1], nil))
	before.After = "n.1"
	if diff := cmp.Diff(before, b.last, cmp.Comparer(func(x, y observable.Value) bool { return x == y }), cmpopts.EquateEmpty()); rec.Code != http.StatusOK || diff != "" {
		t.Errorf("%s: status %d; the next page is of another question (-asked +next):\n%s", link, rec.Code, diff)
	}
}
