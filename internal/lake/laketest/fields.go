package laketest

import (
	"maps"

	"stormglass/internal/telemetry"
)

// Fields gives what a row of record i holds, by column name: strings, lists of strings, booleans,
// and numbers as int64 or uint64, times as nanoseconds since 1970. What is absent is not in it. It is
// written from telemetry.Schema and the records alone, so that it can judge the lake.
func Fields(b *telemetry.Batch, i int) map[string]any {
	all := make(map[string]any)
	for _, f := range telemetry.Schema(b.Kind) {
		switch name := f.ID.String(); f.Type {
		case telemetry.TypeText:
			text(all, name, f.Text(b, i))
		case telemetry.TypeInt:
			if n, ok := f.Int(b, i); ok {
				all[name] = n
			}
		case telemetry.TypeAddr:
			if a := f.Addr(b, i); a.IsValid() {
				all[name] = a.String()
			}
		case telemetry.TypeTime:
			instant(all, name, f.Time(b, i))
		case telemetry.TypeTexts:
			if t := f.Texts(b, i); len(t) > 0 {
				all[name] = append([]string{}, t...)
			}
		}
	}
	head(all, b, b.Head(i))
	if e := b.Ends(i); e != nil {
		port(all, telemetry.FieldSourcePort, e.SrcPort)
		port(all, telemetry.FieldDestinationPort, e.DstPort)
		local(all, "stormglass.source.local", e.SrcLocal)
		local(all, "stormglass.destination.local", e.DstLocal)
	}
	maps.Copy(all, own(b, i))
	return all
}

func head(all map[string]any, b *telemetry.Batch, h *telemetry.Head) {
	all["stormglass.ordinal"] = h.Ordinal
	instant(all, "stormglass.stated", h.Stated)
	instant(all, "stormglass.received", h.Received)
	if h.Doubt != 0 {
		all["stormglass.doubt"] = int64(h.Doubt)
	}
	pairs(all, "stormglass.extra", b.PairsOf(h.Extra))
	if s := b.Source; s != nil {
		text(all, "stormglass.source.name", s.Name)
		text(all, "stormglass.sensor", s.Sensor)
		if s.ID != (telemetry.SourceID{}) {
			all["stormglass.source.id"] = s.ID.String()
		}
	}
}

// own gives the fields of one kind that the schema lacks.
func own(b *telemetry.Batch, i int) map[string]any {
	all := make(map[string]any)
	words := []string{"", "answered", "unanswered", "refused"}
	switch b.Kind { //nolint:exhaustive // the others have none
	case telemetry.KindFlow:
		f := &b.Flow[i]
		text(all, "stormglass.flow.answer", words[f.Answered])
		all["stormglass.flow.one_way"] = f.OneWay
		if f.ICMPType != 0 || f.ICMPCode != 0 {
			all["stormglass.icmp.type"], all["stormglass.icmp.code"] = int64(f.ICMPType), int64(f.ICMPCode)
		}
	case telemetry.KindTLS:
		text(all, "stormglass.tls.answer", words[b.TLS[i].Established])
	case telemetry.KindEvent:
		pairs(all, "stormglass.event", b.PairsOf(b.Event[i].Pairs))
	}
	return all
}

func text(all map[string]any, name, v string) {
	if v != "" {
		all[name] = v
	}
}

// port keeps a port also in a record without addresses, where the schema has none.
func port(all map[string]any, id telemetry.FieldID, v uint16) {
	if v != 0 {
		all[id.String()] = int64(v)
	}
}

func instant(all map[string]any, name string, v telemetry.Instant) {
	if v.Known() {
		all[name] = int64(v)
	}
}

func local(all map[string]any, name string, v telemetry.Local) {
	if v != telemetry.LocalUnknown {
		all[name] = v == telemetry.LocalYes
	}
}

func pairs(all map[string]any, name string, list []telemetry.Pair) {
	if len(list) == 0 {
		return
	}
	var names, texts []string
	for _, p := range list {
		names, texts = append(names, p.Field.String()), append(texts, p.Text)
	}
	all[name+".names"], all[name+".texts"] = names, texts
}
