package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/seen"
	"stormglass/internal/web/api"
	"stormglass/internal/web/auth"
)

// addresses gives so many values as they stand in a request.
func addresses(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"10.0.%d.%d"`, i/256, i%256)
	}
	return b.String()[1:]
}

// asked keeps what is looked up.
type asked struct {
	api.Service

	last api.SeenQuery
}

func (a *asked) Seen(_ context.Context, _ auth.Who, q api.SeenQuery) (*seen.Result, error) {
	a.last = q
	return &seen.Result{}, nil
}

func TestEqualQuestionsAreAnsweredOnce(t *testing.T) {
	var a *asked
	w := newWorld(t, func(c *api.Config) {
		a = &asked{Service: c.Service}
		c.Service = a
	})
	for body, want := range map[string][]string{
		`{"values":["evil.example","EVIL[.]example"," evil.example","192.0.2.1","192[.]0.2.1","no value!","no value!","neither!","domain:evil.example"]}`: {"evil.example", "192.0.2.1", "no value!", "neither!"},
		`{"values":["192.0.2.1` + strings.Repeat(`","192.0.2.1`, 9_999) + `"],"rows":1000}`:                                                               {"192.0.2.1"},
	} {
		rec := w.do("read", "POST /api/v1/seen", body)
		var got []string
		for _, q := range a.last.Questions {
			got = append(got, q.Given)
		}
		if diff := cmp.Diff(want, got); diff != "" || rec.Code != http.StatusOK {
			t.Errorf("%.60s: status %d, questions (-want +got):\n%s", body, rec.Code, diff)
		}
	}
	if rec := w.do("read", "GET /api/v1/seen?value=a.example&value=A.example", ""); rec.Code != http.StatusOK || len(a.last.Questions) != 1 {
		t.Errorf("GET: status %d, %d questions", rec.Code, len(a.last.Questions))
	}
}

func TestValuesTimesRows(t *testing.T) {
	w := newWorld(t, nil)
	for _, tt := range []struct {
		values, rows, want int
		hint               string
	}{{100, 1000, 200, ""}, {101, 1000, 400, "ask for 990 records a value"}, {10_000, 10, 200, ""}, {10_000, 11, 400, "ask for 10 records a value"}, {10_000, 0, 200, ""}} {
		rec := w.do("read", "POST /api/v1/seen", fmt.Sprintf(`{"values":[%s],"rows":%d}`, addresses(tt.values), tt.rows))
		if rec.Code != tt.want {
			t.Errorf("%d values, %d rows: status %d, want %d", tt.values, tt.rows, rec.Code, tt.want)
		} else if tt.want == http.StatusBadRequest {
			if p := problem(t, rec); !strings.HasPrefix(p.Hint, tt.hint) {
				t.Errorf("%d values, %d rows: hint %q, want %q", tt.values, tt.rows, p.Hint, tt.hint)
			}
		}
	}
}
