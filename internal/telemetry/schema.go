package telemetry

import "net/netip"

// Schema gives the fields of a kind, in the order in which output shows them. Events have, besides
// these, the fields their pairs name. Kinds without a decoder have none.
func Schema(k Kind) []Field { return schemas[k] }

var schemas = [NumKinds][]Field{
	KindFlow: join(head(), ends(), []Field{
		number(FieldSourceBytes, func(b *Batch, i int) uint64 { return b.Flow[i].SrcBytes }),
		number(FieldDestinationBytes, func(b *Batch, i int) uint64 { return b.Flow[i].DstBytes }),
		number(FieldSourcePackets, func(b *Batch, i int) uint64 { return b.Flow[i].SrcPackets }),
		number(FieldDestinationPackets, func(b *Batch, i int) uint64 { return b.Flow[i].DstPackets }),
		number(FieldDuration, func(b *Batch, i int) uint64 { return uint64(max(b.Flow[i].Duration, 0)) }),
		{ID: FieldTCPFlags, Type: TypeInt, Int: func(b *Batch, i int) (int64, bool) {
			f := b.Flow[i].TCPFlags
			return int64(f), f != 0
		}},
		text(FieldProtocol, func(b *Batch, i int) string { return b.Flow[i].Service }),
		text(FieldState, func(b *Batch, i int) string { return b.Flow[i].State }),
		text(FieldCommunityID, func(b *Batch, i int) string { return b.Flow[i].CommunityID }),
	}, export()),
	KindDNS: join(head(), ends(), []Field{
		text(FieldDNSQuestionName, func(b *Batch, i int) string { return b.DNS[i].Query }),
		text(FieldDNSQuestionType, func(b *Batch, i int) string { return b.DNS[i].QType }),
		text(FieldDNSResponseCode, func(b *Batch, i int) string { return b.DNS[i].RCode }),
		texts(FieldDNSAnswers, func(b *Batch, i int) Span { return b.DNS[i].Answers }),
	}),
	KindHTTP: join(head(), ends(), []Field{
		text(FieldHTTPMethod, func(b *Batch, i int) string { return b.HTTP[i].Method }),
		text(FieldURLDomain, func(b *Batch, i int) string { return b.HTTP[i].Host }),
		text(FieldURLOriginal, func(b *Batch, i int) string { return b.HTTP[i].URI }),
		text(FieldHTTPReferrer, func(b *Batch, i int) string { return b.HTTP[i].Referrer }),
		text(FieldUserAgent, func(b *Batch, i int) string { return b.HTTP[i].UserAgent }),
		text(FieldUserName, func(b *Batch, i int) string { return b.HTTP[i].UserName }),
		{ID: FieldHTTPStatus, Type: TypeInt, Int: func(b *Batch, i int) (int64, bool) {
			s := b.HTTP[i].Status
			return int64(s), s != 0
		}},
		number(FieldHTTPRequestBytes, func(b *Batch, i int) uint64 { return b.HTTP[i].RequestBytes }),
		number(FieldHTTPResponseBytes, func(b *Batch, i int) uint64 { return b.HTTP[i].ResponseBytes }),
		texts(FieldHTTPFiles, func(b *Batch, i int) Span { return b.HTTP[i].Files }),
	}),
	KindTLS: join(head(), ends(), []Field{
		text(FieldTLSServerName, func(b *Batch, i int) string { return b.TLS[i].ServerName }),
		text(FieldTLSVersion, func(b *Batch, i int) string { return b.TLS[i].Version }),
		text(FieldTLSCipher, func(b *Batch, i int) string { return b.TLS[i].Cipher }),
		text(FieldTLSJA3, func(b *Batch, i int) string { return b.TLS[i].JA3 }),
		text(FieldTLSJA3S, func(b *Batch, i int) string { return b.TLS[i].JA3S }),
		text(FieldTLSJA4, func(b *Batch, i int) string { return b.TLS[i].JA4 }),
		text(FieldTLSSubject, func(b *Batch, i int) string { return b.TLS[i].Subject }),
		text(FieldTLSIssuer, func(b *Batch, i int) string { return b.TLS[i].Issuer }),
		texts(FieldTLSFingerprints, func(b *Batch, i int) Span { return b.TLS[i].Fingerprints }),
	}),
	KindCert: join(head(), []Field{
		text(FieldCertFingerprint, func(b *Batch, i int) string { return b.Cert[i].Fingerprint }),
		text(FieldCertSerial, func(b *Batch, i int) string { return b.Cert[i].Serial }),
		text(FieldCertSubject, func(b *Batch, i int) string { return b.Cert[i].Subject }),
		text(FieldCertIssuer, func(b *Batch, i int) string { return b.Cert[i].Issuer }),
		{ID: FieldCertNotBefore, Type: TypeTime, Time: func(b *Batch, i int) Instant { return b.Cert[i].NotBefore }},
		{ID: FieldCertNotAfter, Type: TypeTime, Time: func(b *Batch, i int) Instant { return b.Cert[i].NotAfter }},
		texts(FieldCertNames, func(b *Batch, i int) Span { return b.Cert[i].Names }),
	}),
	KindFile: join(head(), ends(), []Field{
		text(FieldFileName, func(b *Batch, i int) string { return b.File[i].Name }),
		text(FieldFileMIME, func(b *Batch, i int) string { return b.File[i].MIME }),
		text(FieldFileMD5, func(b *Batch, i int) string { return b.File[i].MD5 }),
		text(FieldFileSHA1, func(b *Batch, i int) string { return b.File[i].SHA1 }),
		text(FieldFileSHA256, func(b *Batch, i int) string { return b.File[i].SHA256 }),
		number(FieldFileSize, func(b *Batch, i int) uint64 { return b.File[i].Size }),
		text(FieldProtocol, func(b *Batch, i int) string { return b.File[i].Protocol }),
	}),
	KindMail: join(head(), ends(), []Field{
		text(FieldMailFrom, func(b *Batch, i int) string { return b.Mail[i].From }),
		text(FieldMailSubject, func(b *Batch, i int) string { return b.Mail[i].Subject }),
		text(FieldMailHELO, func(b *Batch, i int) string { return b.Mail[i].HELO }),
		text(FieldMailUserAgent, func(b *Batch, i int) string { return b.Mail[i].UserAgent }),
		text(FieldMailMessageID, func(b *Batch, i int) string { return b.Mail[i].MessageID }),
		texts(FieldMailAddresses, func(b *Batch, i int) Span { return b.Mail[i].Addresses }),
		texts(FieldMailPath, func(b *Batch, i int) Span { return b.Mail[i].Path }),
	}),
	KindEvent:   event(),
	KindAAA:     event(),
	KindDerived: event(),
}

func event() []Field {
	return join(head(), ends(), []Field{
		text(FieldDataset, func(b *Batch, i int) string { return b.Event[i].Dataset }),
		text(FieldHostName, func(b *Batch, i int) string { return b.Event[i].Host }),
		text(FieldOriginal, func(b *Batch, i int) string { return b.Event[i].Raw }),
	})
}

// Head gives the head of record i.
func (b *Batch) Head(i int) *Head {
	switch b.Kind { //nolint:exhaustive // kinds without a decoder have no records yet
	case KindFlow:
		return &b.Flow[i].Head
	case KindDNS:
		return &b.DNS[i].Head
	case KindHTTP:
		return &b.HTTP[i].Head
	case KindTLS:
		return &b.TLS[i].Head
	case KindCert:
		return &b.Cert[i].Head
	case KindFile:
		return &b.File[i].Head
	case KindMail:
		return &b.Mail[i].Head
	case KindEvent, KindAAA, KindDerived:
		return &b.Event[i].Head
	}
	return nil
}

// Ends gives the ends of record i, nil for kinds that have none.
func (b *Batch) Ends(i int) *Ends {
	switch b.Kind { //nolint:exhaustive // the others have no ends
	case KindFlow:
		return &b.Flow[i].Ends
	case KindDNS:
		return &b.DNS[i].Ends
	case KindHTTP:
		return &b.HTTP[i].Ends
	case KindTLS:
		return &b.TLS[i].Ends
	case KindFile:
		return &b.File[i].Ends
	case KindMail:
		return &b.Mail[i].Ends
	case KindEvent, KindAAA, KindDerived:
		return &b.Event[i].Ends
	}
	return nil
}

func join(parts ...[]Field) []Field {
	var all []Field
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func head() []Field {
	return []Field{{ID: FieldTimestamp, Type: TypeTime, Time: func(b *Batch, i int) Instant { return b.Head(i).Occurred }}}
}

func ends() []Field {
	return []Field{
		{ID: FieldSourceIP, Type: TypeAddr, Addr: func(b *Batch, i int) netip.Addr { return b.Ends(i).Src }},
		port(FieldSourcePort, func(e *Ends) uint16 { return e.SrcPort }),
		{ID: FieldDestinationIP, Type: TypeAddr, Addr: func(b *Batch, i int) netip.Addr { return b.Ends(i).Dst }},
		port(FieldDestinationPort, func(e *Ends) uint16 { return e.DstPort }),
		{ID: FieldTransport, Type: TypeInt, Int: func(b *Batch, i int) (int64, bool) {
			p := b.Ends(i).Proto
			return int64(p), p != 0
		}},
		text(FieldSessionUID, func(b *Batch, i int) string { return b.Ends(i).UID }),
	}
}

func export() []Field {
	directions := [...]string{Ingress: "ingress", Egress: "egress"}
	return []Field{
		addr(FieldExporter, func(x *Export) netip.Addr { return x.Exporter }),
		stated(FieldExporterDomain, func(x *Export) uint64 { return uint64(x.Domain) }),
		stated(FieldSampling, func(x *Export) uint64 { return uint64(x.Sampling) }),
		stated(FieldInIf, func(x *Export) uint64 { return uint64(x.InIf) }),
		stated(FieldOutIf, func(x *Export) uint64 { return uint64(x.OutIf) }),
		stated(FieldSourceAS, func(x *Export) uint64 { return uint64(x.SrcAS) }),
		stated(FieldDestinationAS, func(x *Export) uint64 { return uint64(x.DstAS) }),
		addr(FieldNextHop, func(x *Export) netip.Addr { return x.NextHop }),
		addr(FieldSourceNATIP, func(x *Export) netip.Addr { return x.NATSrc }),
		stated(FieldSourceNATPort, func(x *Export) uint64 { return uint64(x.NATSrcPort) }),
		addr(FieldDestinationNATIP, func(x *Export) netip.Addr { return x.NATDst }),
		stated(FieldDestinationNATPort, func(x *Export) uint64 { return uint64(x.NATDstPort) }),
		stated(FieldVLAN, func(x *Export) uint64 { return uint64(x.SrcVLAN) }),
		stated(FieldDestinationVLAN, func(x *Export) uint64 { return uint64(x.DstVLAN) }),
		stated(FieldTOS, func(x *Export) uint64 { return uint64(x.TOS) }),
		stated(FieldSourceMask, func(x *Export) uint64 { return uint64(x.SrcMask) }),
		stated(FieldDestinationMask, func(x *Export) uint64 { return uint64(x.DstMask) }),
		text(FieldDirection, func(b *Batch, i int) string { return directions[b.Flow[i].Direction] }),
	}
}

func addr(id FieldID, get func(*Export) netip.Addr) Field {
	return Field{ID: id, Type: TypeAddr, Addr: func(b *Batch, i int) netip.Addr { return get(&b.Flow[i].Export) }}
}

// stated makes a field of a number that is zero when the exporter did not state it.
func stated(id FieldID, get func(*Export) uint64) Field {
	return Field{ID: id, Type: TypeInt, Int: func(b *Batch, i int) (int64, bool) {
		n := get(&b.Flow[i].Export)
		return int64(n), n != 0
	}}
}

func text(id FieldID, get func(*Batch, int) string) Field {
	return Field{ID: id, Type: TypeText, Text: get}
}

func texts(id FieldID, span func(*Batch, int) Span) Field {
	return Field{ID: id, Type: TypeTexts, Texts: func(b *Batch, i int) []string { return b.TextsOf(span(b, i)) }}
}

// number makes a field of a count. Decoders set a count they do not know to NoCount.
func number(id FieldID, get func(*Batch, int) uint64) Field {
	return Field{ID: id, Type: TypeInt, Int: func(b *Batch, i int) (int64, bool) {
		n := get(b, i)
		if n > 1<<63-1 {
			return 0, false
		}
		return int64(n), true
	}}
}

// NoCount marks a count that the source does not state, in fields of type uint64.
const NoCount = ^uint64(0)

func port(id FieldID, get func(*Ends) uint16) Field {
	return Field{ID: id, Type: TypeInt, Int: func(b *Batch, i int) (int64, bool) {
		e := b.Ends(i)
		return int64(get(e)), e.Src.IsValid() || e.Dst.IsValid()
	}}
}
