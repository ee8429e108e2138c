package hunt

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/telemetry"
)

// assess says what a rule could see of what it needs, and reports whether it could see anything.
func (j *verdictJudge) assess(v *RuleVerdict, wants [][]coverage.Sort) bool {
	survey := j.result.Coverage
	if survey == nil {
		return true // nobody counted: the states of the rules say all there is to say
	}
	if survey.Hours == 0 {
		return j.undated(v, wants)
	}
	var days *coverage.Days
	if e := j.result.Evaluated[v.Rule.Key]; e != nil {
		days = e.Days
	}
	var window map[telemetry.Day]bool // days on which all was there
	for n, list := range wants {
		best := reach{}
		for _, sort := range list {
			if r := reachOf(survey, sort, days, v.Rule.Product); r.hours >= best.hours {
				best = r
			}
		}
		v.Lacks = append(v.Lacks, best.lacks()...)
		v.Sampled = coarser(v.Sampled, best.sampling)
		v.Unstated = max(v.Unstated, best.unstated)
		if best.own.Hours+best.shared.Hours > 0 {
			v.Gaps = true
		}
		if n == 0 || best.hours < v.Hours {
			v.Hours, v.Of, v.Devices, v.OfDevices = best.hours, best.of, best.devices, best.total
		}
		if window == nil {
			window = best.days
		} else {
			maps.DeleteFunc(window, func(d telemetry.Day, _ bool) bool { return !best.days[d] })
		}
		if best.notAsked > 0 {
			v.Lacks = append(v.Lacks, notAskedText(best.missed, best.notAsked))
		}
	}
	v.Lacks = distinct(v.Lacks)
	v.Spans = coverage.Spans(slices.Collect(maps.Keys(window)))
	return len(window) > 0
}

// undated is assess of records of which none has a time.
func (j *verdictJudge) undated(v *RuleVerdict, wants [][]coverage.Sort) bool {
	_, kinds, _, _ := j.result.Records()
	for _, list := range wants {
		if !slices.ContainsFunc(list, func(s coverage.Sort) bool { return s.Class == "" && kinds[s.Kind] > 0 }) {
			v.Lacks = append(v.Lacks, "no "+sortNames(list)+" with a time")
			return false
		}
	}
	v.Lacks = append(v.Lacks, "no record has a time that could be read, so no window can be stated")
	return true
}

// reach is what could be seen of one sort of record.
type reach struct {
	sort     coverage.Sort
	known    bool // how many devices there are
	total    int  // devices
	devices  int  // of which anything was assessed
	hours    int
	of       int
	absent   []string
	late     []string      // from which the first came a day or more after the begin
	until    telemetry.Day // the last day on which one of late began
	gaps     int           // hours of devices
	days     map[telemetry.Day]bool
	notAsked int             // hours that were there to be asked of and were not
	missed   []telemetry.Day // whose
	sampling uint32
	unstated int      // hours with flows of exporters that state no rate of sampling
	unrated  []string // these exporters
	others   int      // devices that are in no register and were looked at besides
	sensors  int      // the same of sensors, whose records name no device

	claims []string // devices in whose name other machines sent some

	own, shared coverage.Losses // records known to be lost of devices, and of nobody knows whom
	lossy       []string        // whose
}

// reachOf tells what could be seen of a sort on some days, of devices of a product.
func reachOf(s *coverage.Survey, sort coverage.Sort, days *coverage.Days, product string) reach {
	r := reach{sort: sort, days: map[telemetry.Day]bool{}}
	devices, known := concerned(s, sort, product)
	r.known = known
	for _, d := range s.Devices {
		if l := d.Line(sort); d.Claim != nil && l != nil && l.Ever() {
			r.claims = append(r.claims, d.Claim.Device)
		}
	}
	for _, d := range devices {
		l := d.Line(sort)
		counts := !known || d.Registered
		if counts {
			r.total++
			r.of += s.Hours
		}
		if l == nil {
			l = &coverage.Line{}
		}
		asked := l.AssessedHours(days, func(day telemetry.Day) {
			if counts {
				r.days[day] = true
			}
		})
		switch {
		case counts || asked == 0:
		case d.Sensor:
			r.sensors++
		default:
			r.others++
		}
		if all := l.AssessedHours(nil, nil); all > asked {
			r.notAsked += all - asked
			l.AssessedHours(nil, func(day telemetry.Day) {
				if !days.Has(day) {
					r.missed = append(r.missed, day)
				}
			})
		}
		r.sampling = max(r.sampling, l.Sampling)
		if l.Unstated > 0 {
			r.unstated += l.Unstated
			r.unrated = append(r.unrated, d.Name)
		}
		if lost := l.Losses(days); lost.Hours > 0 {
			r.own.Add(lost)
			r.lossy = append(r.lossy, d.Name)
		}
		if counts {
			r.hours += asked
			r.device(d, l, asked, s.From)
		}
	}
	if r.total+r.others+r.sensors > 0 {
		r.shared = s.Losses(sort.Kind, days)
	}
	return r
}

// device counts a device in, of which some hours were assessed.
func (r *reach) device(d *coverage.Device, l *coverage.Line, asked int, begin telemetry.Instant) {
	if asked > 0 {
		r.devices++
	}
	r.gaps += l.Hours[coverage.Gap]
	const day = 24 * 3600 * 1e9
	switch {
	case !l.Ever() && !l.Unswitched() || l.Hours[coverage.Seen]+l.Hours[coverage.Silent]+l.Hours[coverage.Gap] == 0:
		r.absent = append(r.absent, d.Name)
	case l.First >= begin+day && !l.Unswitched():
		r.late, r.until = append(r.late, d.Name), max(r.until, l.First.Day())
	}
}

// concerned gives the devices from which a sort is to be expected, and whether it is known how many there are.
func concerned(s *coverage.Survey, sort coverage.Sort, product string) (out []*coverage.Device, known bool) {
	registered := 0
	for _, d := range s.Devices {
		switch {
		case d.Claim != nil:
			continue // another machine wrote in the device's name
		case sort.Kind == telemetry.KindFlow && d.Registered && !d.Exports && s.Exporters > 0, !d.OfProduct(product):
			continue
		case sort.Kind != telemetry.KindEvent && sort.Kind != telemetry.KindFlow && d.Line(sort) == nil:
			continue // made of what sensors see
		case sort.Kind == telemetry.KindFlow && s.Exporters == 0 && d.Line(sort) == nil:
			continue // nobody says who exports flows
		}
		out = append(out, d)
		if d.Registered {
			registered++
		}
	}
	return out, registered > 0 && (sort.Kind == telemetry.KindEvent || sort.Kind == telemetry.KindFlow && s.Exporters > 0)
}

// lacks says what is missing.
func (r *reach) lacks() (out []string) {
	name := r.sort.String()
	switch {
	case r.total+r.others+r.sensors == 0:
		out = []string{"no " + name + " from anybody"}
	case len(r.absent) > 0:
		out = append(out, fmt.Sprintf("no %s from %s (%s)", name, r.ofThem(len(r.absent)), someOf(r.absent)))
	}
	if len(r.late) > 0 {
		out = append(out, fmt.Sprintf("no %s from %s before %s (%s)", name, r.ofThem(len(r.late)), r.until, someOf(r.late)))
	}
	if r.others > 0 {
		out = append(out, plural(r.others, "device")+" that no register names sent "+name+", which was looked at besides")
	}
	if r.sensors > 0 {
		out = append(out, name+" that "+plural(r.sensors, "sensor")+" saw, which names no device, was looked at besides")
	}
	if len(r.claims) > 0 {
		out = append(out, name+" in the name of "+plural(len(r.claims), "device")+" ("+someOf(r.claims)+") came from machines that are neither the device nor a relay of the register, and counts for nobody")
	}
	if r.gaps > 0 {
		out = append(out, fmt.Sprintf("%s of %s are a gap: lost, unread, or the device was not heard", plural(r.gaps, "hour"), name))
	}
	if r.unstated > 0 {
		out = append(out, fmt.Sprintf("%s (%s) stated no rate of sampling in %s: if they sample, small flows were not seen", plural(len(r.unrated), "exporter"), someOf(r.unrated), plural(r.unstated, "hour")))
	}
	kind := r.sort.Kind.String()
	if r.own.Hours > 0 {
		out = append(out, "seen with gaps: "+lossText(r.own, kind)+" were lost ("+someOf(r.lossy)+")")
	}
	if r.shared.Hours > 0 {
		out = append(out, "seen with gaps: "+lossText(r.shared, kind)+" were lost or could not be read, and nobody knows of which device")
	}
	return out
}

// lossText writes "in 3 hours at least 120 of 4120 records of flow".
func lossText(l coverage.Losses, kind string) string {
	if l.Lost == 0 {
		return "in " + plural(l.Hours, "hour") + " some records of " + kind
	}
	return fmt.Sprintf("in %s at least %d of %s of %s", plural(l.Hours, "hour"), l.Lost, records64(l.Of, "record"), kind)
}

// ofThem writes "14 of 52 devices".
func (r *reach) ofThem(n int) string {
	if r.known {
		return fmt.Sprintf("%d of %s", n, plural(r.total, "device"))
	}
	return fmt.Sprintf("%d of the %s heard, of an unknown number of devices", n, plural(r.total, "device"))
}

// someOf names the first of a list.
func someOf(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}

func sortNames(list []coverage.Sort) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.String()
	}
	return strings.Join(out, " or ")
}

// notAskedText says of which days a rule was not asked.
func notAskedText(days []telemetry.Day, hours int) string {
	const most = 3
	spans, more := coverage.SpansText(coverage.Spans(days), most)
	text := "the rule was not asked of all records of " + spans
	if more > 0 {
		text += fmt.Sprintf(" and %d more times", more)
	}
	return text + " (" + plural(hours, "hour") + " of devices): it, or a register that it compares with, is younger"
}

// coarser gives the coarser of two samplings; nil of flows that were not sampled.
func coarser(a *Sampled, rate uint32) *Sampled {
	if rate <= 1 || a != nil && a.Rate >= rate {
		return a
	}
	return &Sampled{Rate: rate, Packets: coverage.SmallestSeen(rate)}
}

// distinct leaves out texts that stand there before.
func distinct(list []string) []string {
	known := map[string]bool{}
	return slices.DeleteFunc(list, func(s string) bool {
		was := known[s]
		known[s] = true
		return was
	})
}
