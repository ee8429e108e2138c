package telemetry

// Append adds an empty record with its ordinal and gives its index. Counts start as NoCount.
func (b *Batch) Append(ordinal uint64) int {
	h := Head{Ordinal: ordinal}
	switch b.Kind { //nolint:exhaustive // kinds without a decoder have no records yet
	case KindFlow:
		b.Flow = append(b.Flow, Flow{Head: h, SrcBytes: NoCount, DstBytes: NoCount, SrcPackets: NoCount, DstPackets: NoCount})
	case KindDNS:
		b.DNS = append(b.DNS, DNS{Head: h})
	case KindHTTP:
		b.HTTP = append(b.HTTP, HTTP{Head: h, RequestBytes: NoCount, ResponseBytes: NoCount})
	case KindTLS:
		b.TLS = append(b.TLS, TLS{Head: h})
	case KindCert:
		b.Cert = append(b.Cert, Cert{Head: h})
	case KindFile:
		b.File = append(b.File, File{Head: h, Size: NoCount})
	case KindMail:
		b.Mail = append(b.Mail, Mail{Head: h})
	case KindEvent, KindAAA, KindDerived:
		b.Event = append(b.Event, Event{Head: h})
	}
	return b.Len() - 1
}

// Mark is a state of a batch to which Undo can go back.
type Mark struct{ records, texts, pairs int }

// Mark notes how much the batch holds.
func (b *Batch) Mark() Mark { return Mark{b.Len(), len(b.Texts), len(b.Pairs)} }

// Undo drops what was added since m: a record that turned out to be unreadable halfway.
func (b *Batch) Undo(m Mark) {
	b.Texts, b.Pairs = b.Texts[:m.texts], b.Pairs[:m.pairs]
	switch b.Kind { //nolint:exhaustive // kinds without a decoder have no records yet
	case KindFlow:
		b.Flow = b.Flow[:m.records]
	case KindDNS:
		b.DNS = b.DNS[:m.records]
	case KindHTTP:
		b.HTTP = b.HTTP[:m.records]
	case KindTLS:
		b.TLS = b.TLS[:m.records]
	case KindCert:
		b.Cert = b.Cert[:m.records]
	case KindFile:
		b.File = b.File[:m.records]
	case KindMail:
		b.Mail = b.Mail[:m.records]
	case KindEvent, KindAAA, KindDerived:
		b.Event = b.Event[:m.records]
	}
}

// AddText adds a text to a span of Texts. A span that is no longer at the end is moved there
// first, so a decoder must not let two spans of one record alternate without bound.
func (b *Batch) AddText(s *Span, text string) {
	if end := int(s.Start + s.Len); end != len(b.Texts) {
		old := b.Texts[s.Start:end]
		s.Start = uint32(len(b.Texts))
		b.Texts = append(b.Texts, old...)
	}
	b.Texts = append(b.Texts, text)
	s.Len++
}

// AddPair adds a pair to a span of Pairs, with the same care as AddText.
func (b *Batch) AddPair(s *Span, id FieldID, text string) {
	if end := int(s.Start + s.Len); end != len(b.Pairs) {
		old := b.Pairs[s.Start:end]
		s.Start = uint32(len(b.Pairs))
		b.Pairs = append(b.Pairs, old...)
	}
	b.Pairs = append(b.Pairs, Pair{id, text})
	s.Len++
}
