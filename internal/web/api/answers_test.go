package api

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"stormglass/internal/web/auth"
)

// Conform holds answers to what the document says of them, and to no more: a member that is answered and not
// described fails, too. Tests outside the package make the answers.
func Conform(t *testing.T, method, path string, status string, body []byte) {
	t.Helper()
	s, err := newServer(Config{Limits: DefaultLimits(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	oapi := s.huma.OpenAPI()
	item := oapi.Paths[path]
	op := map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodDelete: item.Delete}[method]
	response := op.Responses[status]
	if response == nil {
		response = op.Responses["default"]
	}
	var schema *huma.Schema
	for _, c := range response.Content {
		schema = c.Schema
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%s %s: %v in %s", method, path, err, body)
	}
	registry := oapi.Components.Schemas
	var res huma.ValidateResult
	huma.Validate(registry, schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, v, &res)
	for _, e := range res.Errors {
		t.Errorf("%s %s answers otherwise than the document says: %v", method, path, e)
	}
	undescribed(t, registry, schema, v, method+" "+path)
}

// undescribed complains of members that the schema does not have.
func undescribed(t *testing.T, registry huma.Registry, schema *huma.Schema, v any, at string) {
	t.Helper()
	for schema != nil && schema.Ref != "" {
		schema = registry.SchemaFromRef(schema.Ref)
	}
	switch v := v.(type) {
	case map[string]any:
		extra, free := schema.AdditionalProperties.(*huma.Schema)
		for name, x := range v {
			switch p := schema.Properties[name]; {
			case p != nil:
				undescribed(t, registry, p, x, at+"."+name)
			case free:
				undescribed(t, registry, extra, x, at+"."+name)
			default:
				t.Errorf("%s.%s is answered and not described", at, name)
			}
		}
	case []any:
		for _, x := range v {
			undescribed(t, registry, schema.Items, x, at+"[]")
		}
	}
}

// FuzzQuery: whatever comes as a query, the answer is one of those that are described, and the service is asked only
// for what is within its bounds.
func FuzzQuery(f *testing.F) {
	for _, q := range []string{
		"level=high&status=open&limit=3", "value=evil.example&since=18446744073709551615", "value=a&value=b&rows=1000", "since=2026-02-30", "after=../../x", "limit=0", "limit=1e3",
		"from=2026-11-01&to=2026-11-02", "from=0001-01-01&to=9999-12-31T23:59:59Z", "status=open&status=open&status=open&status=open", "name=%00", "name=a%2Fb", "%", "a;b", "value", "value=%ff&exact=maybe", "limit=5&limit=6",
		"value=https%3A%2F%2Fevil.example%2F%3Fa%3D1&exact", "rows=-1&value=x", "until=1970-01-01&since=1970-01-02&value=x",
	} {
		f.Add(q)
	}
	b := &bounds{}
	h, err := New(Config{Service: b, Auth: everybody{}, Limits: DefaultLimits(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query string) {
		b.t = t
		for _, at := range []string{"GET /api/v1/findings", "GET /api/v1/seen", "GET /api/v1/coverage", "POST /api/v1/ingest", "POST /api/v1/intel", "GET /api/v1/intel"} {
			method, path, _ := strings.Cut(at, " ")
			r := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
			r.URL.RawQuery = query
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			if rec.Code != http.StatusOK && rec.Code != http.StatusBadRequest {
				t.Errorf("%s?%q: status %d: %s", at, query, rec.Code, rec.Body)
			}
			if rec.Code == http.StatusBadRequest {
				var p Problem
				if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || p.Status != rec.Code || p.Detail == "" {
					t.Errorf("%s?%q: %v in %s", at, query, err, rec.Body)
				}
			}
			if link := rec.Header().Get("Link"); link != "" {
				b.follow(t, h, link)
			}
		}
	})
}

// everybody may everything.
type everybody struct{}

func (everybody) Who(*http.Request) (auth.Who, error) {
	return auth.Who{Name: "all", Roles: []auth.Role{auth.Admin}, Via: auth.ViaToken}, nil
}

// drain reads a body to its end.
func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
