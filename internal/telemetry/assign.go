package telemetry

import (
	"net/netip"
	"time"
)

// Assigned says what Assign made of a value.
type Assigned uint8

// What may become of a value.
const (
	Taken         Assigned = iota
	NotTaken               // the kind has no such field, or it is set already
	NotUnderstood          // the value is not what the field holds
)

// Assign gives field id of record i its value from text. A field that is set already keeps its
// value, save those of several texts, which gain one more. Durations are decimal seconds.
func (b *Batch) Assign(i int, id FieldID, v string) Assigned {
	switch id {
	case FieldTimestamp:
		h := b.Head(i)
		if h.Occurred.Known() {
			return NotTaken
		}
		var zoned bool
		h.Occurred, zoned = parseInstant(v)
		if h.Occurred.Known() && !zoned {
			h.Doubt = NoZoneDoubt
		}
		return understood(h.Occurred.Known())
	case FieldSourceIP, FieldDestinationIP, FieldSourcePort, FieldDestinationPort, FieldTransport, FieldSessionUID:
		if e := b.Ends(i); e != nil {
			return e.assign(id, v)
		}
		return NotTaken
	}
	switch b.Kind { //nolint:exhaustive // kinds without a decoder have no records yet
	case KindFlow:
		return b.Flow[i].assign(id, v)
	case KindDNS:
		return b.assignDNS(&b.DNS[i], id, v)
	case KindHTTP:
		return b.assignHTTP(&b.HTTP[i], id, v)
	case KindTLS:
		return b.assignTLS(&b.TLS[i], id, v)
	case KindCert:
		return b.assignCert(&b.Cert[i], id, v)
	case KindFile:
		return b.File[i].assign(id, v)
	case KindMail:
		return b.assignMail(&b.Mail[i], id, v)
	case KindEvent, KindAAA, KindDerived:
		return b.Event[i].assign(id, v)
	}
	return NotTaken
}

// NoZoneDoubt is the doubt of a time that was written without its zone and read as UTC: clocks of
// the world are at most 14 hours ahead of it.
const NoZoneDoubt = 14 * time.Hour

// ParseInstant reads a time as ISO 8601 or as a count since 1970 in any usual unit.
func ParseInstant(v string) Instant {
	t, _ := parseInstant(v)
	return t
}

func parseInstant(v string) (t Instant, zoned bool) {
	t, n, zoned := ParseISO8601(v)
	switch n {
	case 0:
		return ParseEpochAny(v), true
	case len(v):
		return t, zoned
	}
	return 0, false
}

func understood(ok bool) Assigned {
	if ok {
		return Taken
	}
	return NotUnderstood
}

func takeText(to *string, v string) Assigned {
	if *to != "" {
		return NotTaken
	}
	*to = v
	return Taken
}

func takeCount(to *uint64, v string) Assigned {
	if *to != NoCount {
		return NotTaken
	}
	n, ok := ParseUint(v)
	if ok {
		*to = n
	}
	return understood(ok)
}

func takeAddr(to *netip.Addr, v string) Assigned {
	if to.IsValid() {
		return NotTaken
	}
	*to = ParseAddr(v)
	return understood(to.IsValid())
}

func takePort(to *uint16, v string) Assigned {
	if *to != 0 {
		return NotTaken
	}
	n, ok := ParsePort(v)
	if ok {
		*to = n
	}
	return understood(ok)
}

func (b *Batch) takeTexts(to *Span, v string) Assigned {
	// Two spans of a record that alternate would be copied at every step.
	if to.Len > 0 && int(to.Start+to.Len) != len(b.Texts) && to.Len >= 64 {
		return NotTaken
	}
	b.AddText(to, v)
	return Taken
}

func (e *Ends) assign(id FieldID, v string) Assigned {
	switch id {
	case FieldSourceIP, FieldDestinationIP:
		to := &e.Src
		if id == FieldDestinationIP {
			to = &e.Dst
		}
		return takeAddr(to, v)
	case FieldSourcePort:
		return takePort(&e.SrcPort, v)
	case FieldDestinationPort:
		return takePort(&e.DstPort, v)
	case FieldTransport:
		if e.Proto != 0 {
			return NotTaken
		}
		e.Proto = ParseTransport(v)
		if e.Proto == 0 {
			return NotTaken
		}
		return Taken
	}
	return takeText(&e.UID, v)
}

func (f *Flow) assign(id FieldID, v string) Assigned {
	if a, ok := f.Export.assign(id, v); ok {
		return a
	}
	switch id {
	case FieldSourceBytes:
		return takeCount(&f.SrcBytes, v)
	case FieldDestinationBytes:
		return takeCount(&f.DstBytes, v)
	case FieldSourcePackets:
		return takeCount(&f.SrcPackets, v)
	case FieldDestinationPackets:
		return takeCount(&f.DstPackets, v)
	case FieldDuration:
		return takeDuration(&f.Duration, v)
	case FieldProtocol:
		return takeText(&f.Service, v)
	case FieldState:
		return takeText(&f.State, v)
	case FieldCommunityID:
		return takeText(&f.CommunityID, v)
	}
	return NotTaken
}

func takeDuration(to *time.Duration, v string) Assigned {
	if *to != 0 {
		return NotTaken
	}
	d, ok := ParseSeconds(v)
	if ok = ok && d >= 0; ok {
		*to = d
	}
	return understood(ok)
}

func (e *Event) assign(id FieldID, v string) Assigned {
	switch id {
	case FieldHostName:
		return takeText(&e.Host, v)
	case FieldDataset:
		return takeText(&e.Dataset, v)
	}
	return NotTaken
}
