package store

import (
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// details is what of a finding stands in JSON: all that has no column and no table of its own.
type details struct {
	Subjects uint64   `json:"subjects"`
	Because  []text   `json:"because,omitempty"`
	Kinds    []uint64 `json:"kinds,omitempty"` // of records
	Fields   []text   `json:"fields,omitempty"`
	Roles    uint8    `json:"roles,omitzero"`
	Foreign  bool     `json:"foreign,omitzero"`
	Part     uint8    `json:"part,omitzero"`
	Warnings []text   `json:"warnings,omitempty"`

	// What the intelligence says beside; when only this differs a finding is no news.
	Also       []text `json:"also,omitempty"`
	Statements int    `json:"statements,omitzero"`
}

func detailsOf(f *hunt.Finding) details {
	d := details{
		Subjects: f.Subjects, Because: texts(f.Because), Fields: texts(f.Fields), Roles: uint8(f.Roles), Foreign: f.Foreign,
		Part: uint8(f.Part), Warnings: texts(f.Warnings), Also: texts(f.Also), Statements: f.Statements,
	}
	for _, k := range f.Kinds {
		d.Kinds = append(d.Kinds, uint64(k))
	}
	return d
}

func (d *details) into(f *hunt.Finding) {
	f.Subjects, f.Because, f.Fields, f.Roles, f.Foreign = d.Subjects, plain(d.Because), plain(d.Fields), hunt.Roles(d.Roles), d.Foreign
	f.Part, f.Warnings, f.Also, f.Statements = intel.Part(d.Part), plain(d.Warnings), plain(d.Also), d.Statements
	for _, k := range d.Kinds {
		f.Kinds = append(f.Kinds, telemetry.Kind(k))
	}
}

// sample is a hunt.Sample in JSON.
type sample struct {
	Source   text         `json:"source,omitzero"`
	Ordinal  uint64       `json:"ordinal,omitzero"`
	Occurred int64        `json:"occurred,omitzero"` // nanoseconds since 1970
	Doubt    int64        `json:"doubt,omitzero"`    // nanoseconds
	Kind     uint8        `json:"kind,omitzero"`
	Field    text         `json:"field,omitzero"`
	Seen     text         `json:"seen,omitzero"`
	Src      text         `json:"src,omitzero"`
	Dst      text         `json:"dst,omitzero"`
	SrcPort  uint16       `json:"src_port,omitzero"`
	DstPort  uint16       `json:"dst_port,omitzero"`
	Proto    uint8        `json:"proto,omitzero"`
	SrcLocal uint8        `json:"src_local,omitzero"`
	DstLocal uint8        `json:"dst_local,omitzero"`
	UID      text         `json:"uid,omitzero"`
	Flow     text         `json:"flow,omitzero"`
	Line     text         `json:"line,omitzero"`
	Fields   []namedValue `json:"fields,omitempty"`
}

type namedValue struct {
	Name  text `json:"name"`
	Value text `json:"value"`
}

func sampleOf(s *hunt.Sample) sample {
	e := &s.Ends
	out := sample{
		Source: text(s.Source), Ordinal: s.Ordinal, Occurred: int64(s.Occurred), Doubt: int64(s.Doubt), Kind: uint8(s.Kind),
		Field: text(s.Field), Seen: text(s.Seen), Flow: text(s.Flow), Line: text(s.Line),
		Src: addrText(e.Src), Dst: addrText(e.Dst), SrcPort: e.SrcPort, DstPort: e.DstPort, Proto: e.Proto,
		SrcLocal: uint8(e.SrcLocal), DstLocal: uint8(e.DstLocal), UID: text(e.UID),
	}
	for _, f := range s.Fields {
		out.Fields = append(out.Fields, namedValue{text(f.Name), text(f.Value)})
	}
	return out
}

func (s *sample) sample() (hunt.Sample, error) {
	src, err := s.Src.addr()
	if err != nil {
		return hunt.Sample{}, err
	}
	dst, err := s.Dst.addr()
	if err != nil {
		return hunt.Sample{}, err
	}
	out := hunt.Sample{
		Source: string(s.Source), Ordinal: s.Ordinal, Occurred: telemetry.Instant(s.Occurred), Doubt: time.Duration(s.Doubt),
		Kind: telemetry.Kind(s.Kind), Field: string(s.Field), Seen: string(s.Seen), Flow: string(s.Flow), Line: string(s.Line),
		Ends: telemetry.Ends{
			Src: src, Dst: dst, SrcPort: s.SrcPort, DstPort: s.DstPort, Proto: s.Proto,
			SrcLocal: telemetry.Local(s.SrcLocal), DstLocal: telemetry.Local(s.DstLocal), UID: string(s.UID),
		},
	}
	for _, f := range s.Fields {
		out.Fields = append(out.Fields, hunt.SampleField{Name: string(f.Name), Value: string(f.Value)})
	}
	return out, nil
}

func encodeSamples(list []hunt.Sample) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	out := make([]sample, len(list))
	for i := range list {
		out[i] = sampleOf(&list[i])
	}
	return encode(out)
}

func decodeSamples(s string) ([]hunt.Sample, error) {
	if s == "[]" {
		return nil, nil
	}
	var list []sample
	if err := decode(s, &list); err != nil {
		return nil, err
	}
	out := make([]hunt.Sample, len(list))
	for i := range list {
		var err error
		if out[i], err = list[i].sample(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
