package metrics

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"stormglass/internal/web/api"
)

// figure is one name with its values.
type figure struct {
	name   string
	help   string
	kind   prometheus.ValueType
	labels []string
	read   func(st *api.Status, put put)
}

// put takes one value of a figure. Values with the same labels are added up.
type put func(value float64, labels ...string)

const (
	counter = prometheus.CounterValue
	gauge   = prometheus.GaugeValue
)

// figures is all that is told besides the Go runtime and the process.
func figures() []figure {
	return slices.Concat(serviceFigures(), listenerFigures(), exporterFigures(), heardFigures(), intakeFigures(), storageFigures(), outboxFigures(), canaryFigures())
}

func number[T ~uint64 | ~int](n T) float64 { return float64(n) }

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// moment puts a time; none is no value, not 1970.
func moment(put put, t *time.Time, labels ...string) {
	if t != nil && !t.IsZero() {
		put(float64(t.UnixNano())/1e9, labels...)
	}
}

// maxLabel bounds the value of a label, in bytes.
const maxLabel = 128

// label makes any text fit to be the value of a label.
func label(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if len(s) > maxLabel {
		s = strings.ToValidUTF8(s[:maxLabel], "")
	}
	return s
}

func serviceFigures() []figure {
	return []figure{
		{"stormglass_build_info", "Always 1; the label tells the version of the program.", gauge, []string{"version"}, func(st *api.Status, put put) { put(1, st.Version) }},
		{"stormglass_start_timestamp_seconds", "When the service started.", gauge, nil, func(st *api.Status, put put) { moment(put, &st.Started) }},
		{"stormglass_ready", "1 when it takes in and answers.", gauge, nil, func(st *api.Status, put put) { put(truth(st.Ready)) }},
		{"stormglass_warnings", "Warnings that somebody should look at; the status has them in words.", gauge, nil, func(st *api.Status, put put) { put(number(len(st.Warnings))) }},
	}
}
