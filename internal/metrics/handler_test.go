package metrics

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"stormglass/internal/web/api"
)

var update = flag.Bool("update", false, "write golden files anew")

// source gives a status.
type source struct {
	status *api.Status
	err    error
}

func (s *source) Status(context.Context) (*api.Status, error) { return s.status, s.err }

// full gives a status in which every number is its own.
func full() *api.Status {
	st := &api.Status{}
	n := uint64(0)
	fill(reflect.ValueOf(st).Elem(), &n)
	return st
}

func fill(v reflect.Value, n *uint64) {
	switch v.Kind() {
	case reflect.Uint64:
		*n++
		v.SetUint(*n)
	case reflect.Int:
		*n++
		v.SetInt(int64(*n))
	case reflect.Float64:
		*n++
		v.SetFloat(float64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		*n++
		v.SetString(fmt.Sprintf("text%d", *n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			*n++
			v.Set(reflect.ValueOf(time.Unix(1_790_000_000+int64(*n), 0)))
			return
		}
		for _, f := range v.Fields() {
			fill(f, n)
		}
	default:
		panic(v.Kind().String())
	}
}

// scrape gives the lines of an answer.
func scrape(t *testing.T, s *source) []string {
	t.Helper()
	h, err := Handler(s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return ask(t, h)
}

func ask(t *testing.T, h http.Handler) []string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return strings.Split(strings.TrimSpace(w.Body.String()), "\n")
}

var ours = regexp.MustCompile(`^stormglass_`)

func values(lines []string) (out []string) {
	for _, l := range lines {
		if ours.MatchString(l) {
			out = append(out, l)
		}
	}
	return out
}

func TestGolden(t *testing.T) {
	got := strings.Join(values(scrape(t, &source{status: full()})), "\n") + "\n"
	const file = "testdata/full.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("figures (-want +got; -update writes them anew):\n%s", diff)
	}
}

// Every number of a status is told: a field that is added and forgotten here fails this.
func TestEveryNumberOfTheStatusIsTold(t *testing.T) {
	st := full()
	text := strings.Join(values(scrape(t, &source{status: st})), "\n") + "\n"
	var look func(path string, v reflect.Value)
	look = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Uint64:
			if !strings.Contains(text, fmt.Sprintf(" %d\n", v.Uint())) {
				t.Errorf("%s is in no figure", path)
			}
		case reflect.Float64:
			if !strings.Contains(text, fmt.Sprintf(" %g\n", v.Float())) {
				t.Errorf("%s is in no figure", path)
			}
		case reflect.Slice:
			for i := range v.Len() {
				look(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
			}
		case reflect.Pointer:
			look(path, v.Elem())
		case reflect.Struct:
			if v.Type() == reflect.TypeFor[time.Time]() {
				return
			}
			for f, w := range v.Fields() {
				look(path+"."+f.Name, w)
			}
		default: // not a number
		}
	}
	look("Status", reflect.ValueOf(st).Elem())
}

func TestNames(t *testing.T) {
	for _, f := range figures() {
		if !regexp.MustCompile(`^stormglass_[a-z_]+$`).MatchString(f.name) || f.help == "" {
			t.Errorf("%q: name or help", f.name)
		}
		if total := strings.HasSuffix(f.name, "_total"); total != (f.kind == prometheus.CounterValue) {
			t.Errorf("%q: counters, and only they, end in _total", f.name)
		}
		if strings.Contains(f.name, "timestamp") && !strings.HasSuffix(f.name, "_timestamp_seconds") {
			t.Errorf("%q: times are seconds", f.name)
		}
	}
}

func TestEveryFigureIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(stormglass_[a-z_]+)` \\| (counter|gauge) \\| ([^|]*) \\|").FindAllStringSubmatch(string(page), -1) {
		if documented[m[1]] != "" {
			t.Errorf("%s is documented twice", m[1])
		}
		documented[m[1]] = m[2] + " " + strings.TrimSpace(strings.ReplaceAll(m[3], "`", ""))
	}
	told := map[string]string{"stormglass_up": "gauge ", "stormglass_status_failures_total": "counter "}
	for _, f := range figures() {
		kind := "gauge "
		if f.kind == prometheus.CounterValue {
			kind = "counter "
		}
		told[f.name] = kind + strings.Join(f.labels, ", ")
	}
	for k, v := range documented {
		documented[k] = strings.TrimSuffix(v, " none")
		if strings.HasSuffix(v, " none") {
			documented[k] += " "
		}
	}
	if diff := cmp.Diff(told, documented); diff != "" {
		t.Errorf("docs/metrics.md (-figures +page):\n%s", diff)
	}
}

func TestWithoutStatus(t *testing.T) {
	s := &source{err: errors.New("no")}
	h, err := Handler(s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ask(t, h)
	want := []string{"stormglass_status_failures_total 2", "stormglass_up 0"}
	if diff := cmp.Diff(want, values(ask(t, h))); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	s.status, s.err = full(), nil
	if got := values(ask(t, h)); !slices.Contains(got, "stormglass_up 1") || !slices.Contains(got, "stormglass_status_failures_total 2") {
		t.Errorf("after it could be told again: %q", got)
	}
}

func TestLabelsOfAnybody(t *testing.T) {
	st := &api.Status{Listeners: []api.Listener{
		{Name: "net\"flow\n", Address: "a\xff", Bytes: 1}, {Name: "net\"flow\n", Address: "a\xff", Bytes: 2}, {Name: strings.Repeat("é", 200), Bytes: 4},
	}}
	var got []string
	for _, l := range values(scrape(t, &source{status: st})) {
		if strings.HasPrefix(l, "stormglass_listener_bytes_total") {
			got = append(got, l)
		}
	}
	want := []string{
		`stormglass_listener_bytes_total{address="",listener="` + strings.Repeat("é", 64) + `"} 4`,
		`stormglass_listener_bytes_total{address="a?",listener="net\"flow\n"} 3`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}
