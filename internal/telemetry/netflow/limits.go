package netflow

import "time"

// Limits bound what exporters can make a Templates hold. A zero field takes its default. Where there is no room for a
// further domain or template, what was never of use gives way, then what was not for longest; of exporters, who is not settled (telemetry.Tenure).
type Limits struct {
	Exporters      int           // addresses
	Domains        int           // observation domains of one exporter
	Templates      int           // templates of one exporter, all domains together
	Fields         int           // fields of one template
	Names          int           // names of interfaces, and of applications, of one exporter
	Samplers       int           // samplers of one domain
	Memory         int64         // bytes of templates, names and samplers, all exporters together
	ExporterMemory int64         // the same of one exporter
	Records        int           // of one datagram; what is beyond is no export of use
	HeldBytes      int           // data before its template, of one exporter
	HeldTotal      int64         // the same of all exporters
	HeldFor        time.Duration // how long it waits, by the times of the exporter's packets
	TTL            time.Duration // a template that was neither sent nor used for so long is not relied on for what is received live
	Elements       int           // element names without a registry that the process interns for this store
	EventsPerHour  int           // changes of one exporter that become events
}

// DefaultLimits suit a collector of some hundred routers.
func DefaultLimits() Limits {
	return Limits{
		Exporters: 4096, Domains: 256, Templates: 2048, Fields: 512, Names: 8192, Samplers: 256,
		Memory: 128 << 20, ExporterMemory: 8 << 20, Records: 8192, HeldBytes: 1 << 20, HeldTotal: 64 << 20, HeldFor: 10 * time.Minute,
		TTL: 24 * time.Hour, Elements: 2048, EventsPerHour: 60,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	for _, f := range [...]struct{ is, def *int }{
		{&l.Exporters, &d.Exporters},
		{&l.Domains, &d.Domains},
		{&l.Templates, &d.Templates},
		{&l.Fields, &d.Fields},
		{&l.Names, &d.Names},
		{&l.Samplers, &d.Samplers},
		{&l.HeldBytes, &d.HeldBytes},
		{&l.Elements, &d.Elements},
		{&l.EventsPerHour, &d.EventsPerHour},
		{&l.Records, &d.Records},
	} {
		if *f.is <= 0 {
			*f.is = *f.def
		}
	}
	if l.Memory <= 0 {
		l.Memory = d.Memory
	}
	if l.ExporterMemory <= 0 {
		l.ExporterMemory = d.ExporterMemory
	}
	if l.HeldTotal <= 0 {
		l.HeldTotal = d.HeldTotal
	}
	if l.HeldFor <= 0 {
		l.HeldFor = d.HeldFor
	}
	if l.TTL <= 0 {
		l.TTL = d.TTL
	}
	return l
}
