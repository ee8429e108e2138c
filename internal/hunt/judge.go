package hunt

import (
	"net/netip"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// judge completes a gathered finding with what is known of its indicator.
type judge struct {
	index    *intel.Index
	lib      *intel.Library
	warnings *intel.Warnings
	networks Networks
	names    aliases
	refs     map[intel.EntryID][]Ref // shared by the findings of a value
}

func (j *judge) refsOf(id intel.EntryID) []Ref {
	refs, ok := j.refs[id]
	if !ok {
		for _, r := range j.index.Refs(id) {
			refs = append(refs, Ref{Ref: r, Source: j.lib.Sources[r.Source]})
		}
		j.refs[id] = refs
	}
	return refs
}

func (j *judge) finding(k key, g *gathered) *Finding {
	v := j.index.Value(k.entry)
	f := &Finding{ID: IndicatorFindingID(v, k.subject), Value: v, Subject: k.subject}
	g.into(f)
	f.Refs, f.Statements = j.refsOf(k.entry), j.index.Statements(k.entry)
	for i := range f.Refs {
		f.TLP = max(f.TLP, f.Refs[i].TLP, f.Refs[i].Source.TLP)
	}
	f.Also = j.names.others(f.Refs)
	f.Warnings = j.warnings.Names(v, j.own(v))
	f.Level, f.Because = levelOf(f)
	return f
}

// own reports whether an address or prefix lies in what the operator stated as its own, or in the
// private ranges once it stated anything.
func (j *judge) own(v observable.Value) bool {
	var a netip.Addr
	switch v.Kind() {
	case observable.Addr, observable.Prefix:
		a = v.Prefix().Addr()
	default:
		return false
	}
	return j.networks.Stated() && j.networks.Own(a, telemetry.LocalUnknown)
}
