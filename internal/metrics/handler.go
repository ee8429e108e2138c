package metrics

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// What bounds asking for figures.
const (
	maxScrapes = 4 // at a time; further ones get 503
	scrapeWait = 10 * time.Second
)

// Handler answers /metrics with the figures of a service, of the Go runtime and of the process.
func Handler(source Source, log *slog.Logger) (http.Handler, error) {
	r := prometheus.NewRegistry()
	for _, c := range []prometheus.Collector{
		newCollector(source, log), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("register figures: %w", err)
		}
	}
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{
		ErrorLog: errorLog{log}, ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: maxScrapes, Timeout: scrapeWait,
	}), nil
}

// errorLog passes on what the library complains of.
type errorLog struct{ log *slog.Logger }

// Println logs a complaint.
func (l errorLog) Println(v ...any) {
	l.log.Warn("figures could not be told", slog.String("error", fmt.Sprint(v...)))
}
