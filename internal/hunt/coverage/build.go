package coverage

import (
	"net/netip"
	"slices"
	"strings"

	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// builder makes the devices of a survey.
type builder struct {
	survey    *Survey
	registers *register.Registers
	byName    map[string]*Device
	cells     int
}

// registered makes a device of each that the register states for any of the hours.
func (b *builder) registered() {
	if b.registers == nil {
		return
	}
	s := b.survey
	for i := range b.registers.Devices {
		d := &b.registers.Devices[i]
		if s.Hours > 0 && (d.Over(s.From) || d.From >= s.To) {
			continue
		}
		x := b.device(d.ID)
		if !x.Registered {
			s.Registered++
		}
		x.Registered, x.Platform, x.Role = true, d.Platform, d.Role
		if len(d.Exporters) > 0 && !x.Exports {
			x.Exports = true
			s.Exporters++
		}
	}
}

func (b *builder) device(name string) *Device {
	d := b.byName[name]
	if d == nil {
		d = &Device{Name: name, got: map[Sort][]uint32{}, max: map[Sort][]uint32{}}
		b.byName[name] = d
		b.survey.Devices = append(b.survey.Devices, d)
	}
	return d
}

// rows counts rows in, those of registered devices first: names that somebody made up must not take their room.
func (b *builder) rows(all []*Row) {
	var later []*Row
	for _, r := range all {
		if w := b.named(r, r.Day.Start()+1); w.registered || w.sensor || r.Class == lost {
			b.row(r)
		} else {
			later = append(later, r)
		}
	}
	for _, r := range later {
		b.row(r)
	}
}

// row counts a row in, hour by hour: which device it is of may change within a day.
func (b *builder) row(r *Row) {
	s := b.survey
	begin := int(r.Day)*24 - Hour(s.From)
	if begin >= s.Hours || begin+24 <= 0 {
		return
	}
	if r.Class == lost && r.Host == "" && !r.Exporter.IsValid() { // to whomever the sensor heard
		for h := range r.Hours {
			if n, some := r.lossAt(h); some {
				if at(s.lost[r.Kind], begin+h) {
					n-- // one more stands there already
				}
				s.mark(s.lost, r.Kind, begin+h, n)
			}
		}
		return
	}
	morning := b.named(r, r.Day.Start()+1)
	evening := b.named(r, (r.Day+1).Start()-1)
	for h, n := range r.Hours {
		at := begin + h
		if r.Class == lost {
			n, _ = r.lossAt(h)
		}
		if n == 0 || at < 0 || at >= s.Hours {
			continue
		}
		who := morning
		if morning != evening {
			who = b.named(r, r.Day.Start()+telemetry.Instant(h)*hour+1)
		}
		d := b.who(who)
		if r.Class == lost {
			b.count(d, r.Sort, at, n, 0)
			continue
		}
		class, byAAA := strings.CutSuffix(r.Class, told)
		b.count(d, Sort{r.Kind, class}, at, n, r.Sampling[h])
		if class != "" {
			b.count(d, Sort{Kind: r.Kind}, at, n, 0)
		}
		if !byAAA && r.Kind == telemetry.KindEvent {
			b.count(d, Sort{r.Kind, own}, at, n, 0)
		}
		d.Exports = d.Exports || r.Exporter.IsValid()
		if who.claim {
			hours := Hour(s.From) + at
			sender, _ := b.registers.LineFrom(r.From, r.Origin, telemetry.Instant(hours)*hour+1)
			d.Claim.by(sender, n, hours)
			continue // whoever wrote it: that anybody was heard is for others to show
		}
		if who.unproven && d.Registered {
			d.Unproven += uint64(n)
		}
		s.mark(s.any, r.Kind, at, n)
	}
}

// who is a name of a device and what sort of name it is.
type who struct {
	name       string
	registered bool
	sensor     bool
	claim      bool // the name of a device in a line that another machine sent
	unproven   bool // nobody states from where the device speaks
}

func (b *builder) who(w who) *Device {
	d, known := b.byName[w.name], true
	if d == nil {
		d, known = b.device(w.name), false
	}
	d.Sensor = w.sensor
	if w.claim && d.Claim == nil {
		d.Claim = &Claim{Device: strings.TrimPrefix(w.name, claimPrefix)}
	}
	if !known && !w.registered && !w.sensor && !w.claim {
		b.survey.Unknown++
	}
	return d
}

// named gives the device that the speaker of a row is at a time.
func (b *builder) named(row *Row, at telemetry.Instant) who {
	s, r := row.Speaker, b.registers
	if r == nil {
		r = &register.Registers{}
	}
	var d *register.Device
	var ok bool
	switch {
	case s.Host != "":
		if d, ok = r.DeviceNamed(s.Host, at); !ok {
			if a, err := netip.ParseAddr(s.Host); err == nil {
				d, ok = r.DeviceAt(a, at)
			}
		}
	case s.Exporter.IsValid():
		d, ok = r.DeviceExporting(s.Exporter, s.Domain, at)
	case s.Sensor != "":
		return who{name: "sensor " + s.Sensor, sensor: true}
	default:
		return who{name: "further devices, more than are counted apart"}
	}
	switch {
	case ok && s.Host != "":
		switch believed(r, d, row, at) {
		case register.Doubted:
			return who{name: claimPrefix + d.ID, claim: true}
		case register.Unproven:
			return who{name: d.ID, registered: true, unproven: s.From.IsValid()}
		case register.Proven:
		}
		return who{name: d.ID, registered: true}
	case ok:
		return who{name: d.ID, registered: true}
	case s.Host != "":
		return who{name: "unregistered:" + s.Host}
	}
	return who{name: "unregistered:" + s.Exporter.String()}
}

// count counts an hour of a device, as long as there is room.
func (b *builder) count(d *Device, s Sort, at int, n, sampling uint32) {
	hours := b.survey.Hours
	if d.got[s] == nil {
		if b.cells += hours; b.cells > maxCells {
			b.survey.Cut += uint64(n)
			return
		}
		d.got[s] = make([]uint32, hours)
	}
	if s.Class == lost && d.got[s][at] > 0 {
		n-- // one more stands there already
	}
	d.got[s][at] = more(d.got[s][at], n)
	if s.Kind != telemetry.KindFlow || s.Class == lost {
		return
	}
	if d.max[s] == nil {
		d.max[s] = make([]uint32, hours)
	}
	d.max[s][at] = max(d.max[s][at], sampling)
}

// lines judges what came, and what somebody asks for.
func (b *builder) lines(asked []Sort) {
	for _, d := range b.survey.Devices {
		sorts := slices.Clone(asked)
		for s := range d.got {
			sorts = append(sorts, s)
		}
		sorts = slices.DeleteFunc(sorts, func(s Sort) bool { return s.Class == lost || s.Class == own })
		slices.SortFunc(sorts, compareSorts)
		for _, s := range slices.Compact(sorts) {
			if _, came := d.got[s]; !came && d.Sensor {
				continue // a sensor is asked for nothing that it never gave
			}
			if _, came := d.got[s]; !came && d.Claim != nil {
				continue // nor is a device in whose name another machine writes
			}
			d.Lines = append(d.Lines, b.line(d, s))
		}
		d.got, d.max = nil, nil
	}
}

func (b *builder) line(d *Device, sort Sort) *Line {
	s := b.survey
	l := &Line{Sort: sort, from: Hour(s.From)}
	got := d.got[sort]
	for h, n := range got {
		if n == 0 {
			continue
		}
		l.Records += uint64(n)
		l.Last = s.From + telemetry.Instant(h)*hour
		if l.First == 0 {
			l.First = l.Last
		}
		if sort.Kind == telemetry.KindFlow {
			l.Sampling = max(l.Sampling, d.max[sort][h])
			if d.max[sort][h] == 0 && !d.Sensor { // what a sensor sees it sees whole
				l.Unstated++
			}
		}
	}
	all := d.got[Sort{Kind: sort.Kind}]
	if sort.Unswitched() { // what others tell of the device is no sign that it would tell itself
		all = d.got[Sort{sort.Kind, own}]
	}
	if all == nil || got == nil && !sort.Unswitched() {
		l.Hours[Absent] = s.Hours
		return l
	}
	if got == nil {
		got = make([]uint32, s.Hours)
	}
	heard := func(h int) bool { return h >= 0 && h < len(all) && all[h] > 0 }
	losses := d.got[Sort{sort.Kind, lost}]
	lossy := func(h int) bool { return at(s.lost[sort.Kind], h) || at(losses, h) }
	whole := func(h int) bool { return at(s.any[sort.Kind], h) && !lossy(h) && !at(s.holes[sort.Kind], h) }
	l.judge(got, heard, whole)
	for h, n := range got {
		if n > 0 && lossy(h) {
			l.hole(h)
		}
	}
	if losses != nil {
		l.came, l.lost = all, losses
	}
	return l
}
