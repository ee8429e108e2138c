package collect

import (
	"stormglass/internal/telemetry/aaa"
	"stormglass/internal/telemetry/csv"
	"stormglass/internal/telemetry/eve"
	"stormglass/internal/telemetry/jsonl"
	"stormglass/internal/telemetry/lease"
	"stormglass/internal/telemetry/text"
	"stormglass/internal/telemetry/zeek"
)

// recognise picks the decoder of a source by its content; nil when none can read it. The order
// matters: the special before the general, any text last.
func recognise(head []byte, m *Member) Decoder {
	switch {
	case zeek.Sniff(head, m.Name):
		return zeek.New(head, m.Name)
	case eve.Sniff(head, m.Name):
		return eve.New(head, m.Name)
	case jsonl.Sniff(head, m.Name):
		return jsonl.New(head, m.Name)
	case aaa.SniffDetail(head, m.Name):
		return aaa.NewDetail()
	case lease.Sniff(head, m.Name):
		return lease.New()
	case csv.Sniff(head, m.Name):
		return csv.New(head, m.Name)
	case text.Sniff(head, m.Name):
		d := text.New(head, m.Name)
		d.RefTime = reference(m)
		return d
	}
	return nil
}
