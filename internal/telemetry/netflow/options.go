package netflow

import (
	"math"
	"strconv"

	"stormglass/internal/telemetry"
)

// Scopes of NetFlow v9, which have numbers of their own.
const (
	scopeInterface = 2
	scopeTemplate  = 5
)

var scopeNames = [...]string{1: "system", 2: "interface", 3: "line_card", 4: "cache", 5: "template"}

// tables are the elements of options that are applied, or that only say how the exporter is set up: a record of nothing
// else is no event.
var tables = setOf(
	0, 10, 14, 34, 35, 36, 37, 38, 39, 48, 49, 50, 82, 83, 84, 94, 95, 96, 130, 131, 138, 141, 142, 143, 144, 145, 149, 160, 210,
	252, 253, 302, 304, 305, 306, 307, 308, 309, 310, 311, 335, 346, 372, 373, 374,
)

func setOf(ids ...uint16) map[elementID]bool {
	set := make(map[elementID]bool, len(ids))
	for _, id := range ids {
		set[elementOf(0, id)] = true
	}
	return set
}

// option is what of a record of options is applied.
type option struct {
	r            record // as of a flow: ways to state a rate
	iface        uint64
	hasInterface bool
	name, desc   []byte // of the interface
	app          uint64
	hasApp       bool
	appName      []byte
	appDesc      []byte
	domain       uint64
	hasDomain    bool
	template     uint64
	hasTemplate  bool
	tells        bool // it holds more than tables
}

// option reads one record of options.
func (d *Decoder) option(t *template, b []byte) {
	d.x.stats.Options++
	var o option
	off := 0
	for _, f := range t.fields {
		start, n, ok := span(b, off, f.length)
		if !ok {
			return // the caller measured the record
		}
		off = start + n
		if n > 0 {
			o.read(f, d.m.version, b[start:off])
		}
	}
	d.applyOption(&o)
	if o.tells {
		d.tell(t, b)
	}
}

func (o *option) read(f fieldSpec, version uint16, b []byte) {
	n := be(b)
	if f.scope && version == 9 {
		switch f.element.id() {
		case scopeInterface:
			o.iface, o.hasInterface = n, true
		case scopeTemplate:
			o.template, o.hasTemplate = n, true
		}
		return
	}
	if !f.scope && !tables[f.element] {
		o.tells = true
	}
	if f.element.pen() != 0 {
		return
	}
	switch f.element.id() {
	case elInIf, elOutIf:
		o.iface, o.hasInterface = n, true
	case elInterfaceName:
		o.name = b
	case elInterfaceDesc:
		o.desc = b
	case elApplication:
		o.app, o.hasApp = applicationKey(b)
	case elApplicationName:
		o.appName = b
	case elApplicationDesc:
		o.appDesc = b
	case elSystemInit:
		o.r.start = instantOf(formMillis, b)
	case elDomain:
		o.domain, o.hasDomain = n, f.scope
	case 145:
		o.template, o.hasTemplate = n, f.scope
	default:
		o.sampling(f.element.id(), n, b)
	}
}

func (o *option) sampling(id uint16, n uint64, b []byte) {
	r := &o.r
	switch id {
	case elSampling:
		r.interval = n
	case elRandomInterval:
		r.random = n
	case elSamplerID, elSelector:
		r.sampler, r.has = n, r.has|hasSampler
	case elPacketInterval:
		r.count = n
	case elPacketSpace:
		r.space = n
	case elSize:
		r.size = n
	case elPopulation:
		r.population = n
	case elProbability:
		r.probability, _ = floatOf(b)
	}
}

// applyOption keeps what a record of options says for the flows that follow.
func (d *Decoder) applyOption(o *option) {
	if o.hasInterface && o.iface <= math.MaxUint32 {
		if name := firstText(o.name, o.desc); name != nil {
			d.x.nameInterface(uint32(o.iface), name)
		}
	}
	if o.hasApp {
		if name := firstText(o.appName, o.appDesc); name != nil {
			d.x.nameApplication(o.app, name)
		}
	}
	dom := d.dom
	if o.hasDomain && o.domain != uint64(d.m.domainID) && o.domain <= math.MaxUint32 {
		if dom = d.x.domain(d.m.version, uint32(o.domain), d.m.now()); dom == nil {
			d.x.stats.NamesRefused++
			return
		}
	}
	if o.r.start.Known() {
		dom.boot = o.r.start
	}
	if n := o.r.ownRate(); n != 0 {
		d.applyRate(dom, o, n)
	}
}

// applyRate keeps a rate for what the record says that it is of.
func (d *Decoder) applyRate(dom *domain, o *option, rate uint32) {
	switch {
	case o.r.has&hasSampler != 0 && o.r.sampler < 1<<63:
		d.setSampler(dom, o.r.sampler, rate, fieldSampler, o.r.sampler)
	case o.hasTemplate && o.template <= math.MaxUint16:
		d.setSampler(dom, ofTemplate(uint16(o.template)), rate, fieldOfTemplate, o.template)
	default:
		d.setRate(&dom.rate, rate)
	}
}

// setRate keeps the rate of a domain; 0 says nothing.
func (d *Decoder) setRate(to *uint32, rate uint32) {
	if rate == 0 || rate == *to {
		return
	}
	was := *to
	*to = rate
	if was != 0 {
		d.samplingChanged(was, rate, telemetry.FieldOther, 0)
	}
}

func (d *Decoder) setSampler(dom *domain, key uint64, rate uint32, field telemetry.FieldID, of uint64) {
	was, known := dom.samplers[key]
	if was != rate && d.x.setSampler(dom, key, rate) && known {
		d.samplingChanged(was, rate, field, of)
	}
}

// setSampler keeps the rate of a sampler; false when there is no room for a further one.
func (x *exporter) setSampler(dom *domain, key uint64, rate uint32) bool {
	if _, known := dom.samplers[key]; !known {
		if len(dom.samplers) >= x.store.limits.Samplers || !x.take(entryCost) {
			x.stats.NamesRefused++
			return false
		}
	}
	dom.samplers[key] = rate
	return true
}

func firstText(names ...[]byte) []byte {
	for _, n := range names {
		if len(trimNil(n)) > 0 {
			return n
		}
	}
	return nil
}

// tell makes an event of a record of options. What it holds of 0 is kept: here it is stated.
func (d *Decoder) tell(t *template, b []byte) {
	batch, e := d.event(DatasetOptions)
	d.rec.batch = batch
	off := 0
	for _, f := range t.fields {
		start, n, _ := span(b, off, f.length)
		off = start + n
		if n == 0 || isPadding(f.element) && !f.scope {
			continue
		}
		value := b[start:off]
		if f.scope && d.m.version == 9 {
			batch.AddPair(&e.Pairs, scopeField(f.element.id()), d.text(fieldTemplate, f.element, formUnknown, value))
			continue
		}
		x, _ := lookUp(f.element)
		field := d.store.fieldOf(f.element)
		batch.AddPair(&e.Pairs, field, d.text(field, f.element, x.form, value))
	}
}

// scopeField names a scope of v9.
func scopeField(id uint16) telemetry.FieldID {
	if int(id) < len(scopeNames) && scopeNames[id] != "" {
		return telemetry.FieldNamed("stormglass.netflow.scope." + scopeNames[id])
	}
	if id > 64 { // such a number is not worth a name of its own
		return telemetry.FieldNamed("stormglass.netflow.scope")
	}
	return telemetry.FieldNamed("stormglass.netflow.scope." + strconv.Itoa(int(id)))
}
