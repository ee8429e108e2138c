package metrics

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"stormglass/internal/web/api"
)

// Source gives the status of the service: api.Service is one.
type Source interface {
	Status(ctx context.Context) (*api.Status, error)
}

// statusWait is how long the status may take.
const statusWait = 5 * time.Second

// collector makes figures of a status each time it is asked.
type collector struct {
	source  Source
	log     *slog.Logger
	figures []figure
	descs   []*prometheus.Desc // of figures
	up      *prometheus.Desc
	failed  prometheus.Counter

	mu    sync.Mutex
	named map[exporterKey]bool // exporters that have labels of their own
}

func newCollector(source Source, log *slog.Logger) *collector {
	c := &collector{source: source, log: log, figures: figures(), named: map[exporterKey]bool{}}
	for i := range c.figures {
		f := &c.figures[i]
		c.descs = append(c.descs, prometheus.NewDesc(f.name, f.help, f.labels, nil))
	}
	c.up = prometheus.NewDesc("stormglass_up", "1 when the service could tell its status.", nil, nil)
	c.failed = prometheus.NewCounter(prometheus.CounterOpts{Name: "stormglass_status_failures_total", Help: "Times that the service could not tell its status."})
	return c
}

// Describe tells of all figures.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range c.descs {
		ch <- d
	}
	ch <- c.up
	c.failed.Describe(ch)
}

// Collect reads the status and tells its figures. Without a status there are none but those of its lack.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), statusWait)
	defer cancel()
	st, err := c.source.Status(ctx)
	if err != nil {
		c.failed.Inc()
		c.log.WarnContext(ctx, "the status cannot be told as figures", slog.Any("error", err))
	}
	ch <- prometheus.MustNewConstMetric(c.up, gauge, truth(err == nil))
	c.failed.Collect(ch)
	if err != nil {
		return
	}
	shown := *st
	shown.Exporters = c.bound(st.Exporters)
	for i := range c.figures {
		c.tell(ch, c.descs[i], &c.figures[i], &shown)
	}
}

// value is one value of a figure.
type value struct {
	labels []string
	v      float64
}

// tell passes on the values of one figure. Two with the same labels would spoil the whole answer: they are added up.
func (c *collector) tell(ch chan<- prometheus.Metric, d *prometheus.Desc, f *figure, st *api.Status) {
	var values []*value
	at := map[string]*value{}
	f.read(st, func(v float64, labels ...string) {
		for i := range labels {
			labels[i] = label(labels[i])
		}
		key := strings.Join(labels, "\xff") // which no label holds
		if known := at[key]; known != nil {
			known.v += v
			return
		}
		at[key] = &value{labels, v}
		values = append(values, at[key])
	})
	for _, v := range values {
		m, err := prometheus.NewConstMetric(d, f.kind, v.v, v.labels...)
		if err != nil {
			m = prometheus.NewInvalidMetric(d, err)
		}
		ch <- m
	}
}
