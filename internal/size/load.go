package size

import (
	"errors"
	"fmt"
	"math"

	"stormglass/internal/fault"
	"stormglass/internal/register"
)

// Load is what an instance is to bear.
type Load struct {
	FlowsPerSecond  float64 // that the exporters would send without sampling
	DNSPerSecond    float64 // answers
	EventsPerSecond float64
	Sampling        float64 // one packet of so many is looked at; 0 and 1: all

	Shares    [register.NumRowClasses]float64 // of flows and DNS by class, together 1; all 0: half subscriber, half own
	Retention register.Retention

	AddrsPerDay, NamesPerDay, TextsPerDay float64 // distinct values in the ledger in a day; 0: estimated

	Subscribers float64 // distinct subscriber values that are sealed, in all
	Indicators  float64
}

// Validate joins all that is wrong with the load; the error is fault.Invalid.
func (l *Load) Validate() error {
	var errs []error
	for _, n := range []struct {
		name string
		v    float64
	}{
		{"flows per second", l.FlowsPerSecond},
		{"dns answers per second", l.DNSPerSecond},
		{"events per second", l.EventsPerSecond},
		{"sampling", l.Sampling},
		{"distinct addresses per day", l.AddrsPerDay},
		{"distinct names per day", l.NamesPerDay},
		{"distinct texts per day", l.TextsPerDay},
		{"subscribers", l.Subscribers},
		{"indicators", l.Indicators},
	} {
		const most = 1e12
		if !(n.v >= 0 && n.v <= most) { // also refuses NaN
			errs = append(errs, fmt.Errorf("%s are %v, want 0 to %g", n.name, n.v, most))
		}
	}
	if l.Sampling > 0 && l.Sampling < 1 {
		errs = append(errs, fmt.Errorf("sampling is 1:%v, want 1:1 or more", l.Sampling))
	}
	sum := 0.0
	for c, s := range l.Shares {
		if !(s >= 0 && s <= 1) {
			errs = append(errs, fmt.Errorf("the share of %s is %v, want 0 to 1", register.RowClass(c), s))
		}
		sum += s
	}
	if sum != 0 && math.Abs(sum-1) > 1e-6 {
		errs = append(errs, fmt.Errorf("the shares of classes add up to %.3g, want 1", sum))
	}
	return fault.Wrap(fault.Invalid, errors.Join(errs...))
}

// shares gives the shares, or what is assumed of them.
func (l *Load) shares() [register.NumRowClasses]float64 {
	if l.Shares == ([register.NumRowClasses]float64{}) {
		return [register.NumRowClasses]float64{register.RowsSubscriber: 0.5, register.RowsOwn: 0.5}
	}
	return l.Shares
}

// seen gives the share of flows that sampling lets through: those of whose packets at least one is
// looked at.
func (l *Load) seen(packets float64) float64 {
	if l.Sampling <= 1 {
		return 1
	}
	return 1 - math.Pow(1-1/l.Sampling, packets)
}
