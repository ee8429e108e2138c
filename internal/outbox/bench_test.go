package outbox

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/store"
)

// BenchmarkTell measures the way of a finding from the store to a sink: taken, sealed, delivered, kept.
func BenchmarkTell(b *testing.B) {
	secret := filepath.Join(b.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		b.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer srv.Close()
	for name, sink := range map[string]Sink{
		"file":    {Type: TypeFile},
		"webhook": {Type: TypeWebhook, URL: srv.URL, SecretFile: secret},
	} {
		b.Run(name, func(b *testing.B) {
			const findings = 1000
			told := 0
			for b.Loop() {
				b.StopTimer()
				s := openStore(b, time.Now)
				must[store.Saved](b)(s.SaveFindings(b.Context(), many(findings, hunt.High), store.Scope{}))
				c := configOf([]Route{{Name: "soc", To: []string{"sink"}, Rate: Rate{maxRate, time.Second}}})
				if sink.Type == TypeFile {
					sink.Path = filepath.Join(b.TempDir(), "findings.jsonl")
				}
				c.Sinks["sink"] = sink
				o := openOutbox(b, s, c, Options{})
				b.StartTimer()
				drive(b, o)
				told += findings
				b.StopTimer()
				if st := must[Stats](b)(o.Stats(b.Context())); st.Sinks[0].Delivered != findings {
					b.Fatalf("stats are %+v", st)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(told)/b.Elapsed().Seconds(), "findings/s")
		})
	}
}
