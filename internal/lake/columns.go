package lake

import (
	"net/netip"
	"slices"

	"stormglass/internal/telemetry"
)

// Columns that code asks for by their place: the head comes first in every kind.
const (
	colOccurred = iota
	colSourceID
	colSourceName
	colSensor
	colOrdinal
)

// columns gives the columns of a kind, nil for kinds without records.
func columns(k telemetry.Kind) []column {
	if k < telemetry.NumKinds {
		return kindColumns[k]
	}
	return nil
}

var kindColumns = [telemetry.NumKinds][]column{
	telemetry.KindFlow: slices.Concat(head(), ends(), flow(), export()),
	telemetry.KindDNS: slices.Concat(head(), ends(), []column{
		texts("dns.question.name", holdsHost, func(b *telemetry.Batch, i int) *string { return &b.DNS[i].Query }),
		texts("dns.question.type", holdsNothing, func(b *telemetry.Batch, i int) *string { return &b.DNS[i].QType }),
		texts("dns.response_code", holdsNothing, func(b *telemetry.Batch, i int) *string { return &b.DNS[i].RCode }),
		lists("dns.answers.data", holdsHost, func(b *telemetry.Batch, i int) *telemetry.Span { return &b.DNS[i].Answers }),
	}),
	telemetry.KindHTTP: slices.Concat(head(), ends(), http()),
	telemetry.KindTLS: slices.Concat(head(), ends(), []column{
		texts("tls.client.server_name", holdsHost, func(b *telemetry.Batch, i int) *string { return &b.TLS[i].ServerName }),
		texts("tls.version", holdsNothing, func(b *telemetry.Batch, i int) *string { return &b.TLS[i].Version }),
		texts("tls.cipher", holdsNothing, func(b *telemetry.Batch, i int) *string { return &b.TLS[i].Cipher }),
		texts("tls.client.ja3", holdsDigest, func(b *telemetry.Batch, i int) *string { return &b.TLS[i].JA3 }),
		texts("tls.server.ja3s", holdsDigest, func(b *telemetry.Batch, i int) *string { return &b.TLS[i].JA3S }),
		texts("tls.client.ja4", holdsDigest, func(b *telemetry.Batch, i int) *string { return &b.TLS[i].JA4 }),
		texts("tls.server.subject", holdsText, func(b *telemetry.Batch, i int) *string { return &b.TLS[i].Subject }),
		texts("tls.server.issuer", holdsText, func(b *telemetry.Batch, i int) *string { return &b.TLS[i].Issuer }),
		codes("stormglass.tls.answer", answers, func(b *telemetry.Batch, i int) *telemetry.Answer { return &b.TLS[i].Established }),
		lists("tls.server.certificate_chain", holdsDigest, func(b *telemetry.Batch, i int) *telemetry.Span { return &b.TLS[i].Fingerprints }),
	}),
	telemetry.KindCert: slices.Concat(head(), []column{
		texts("x509.fingerprint", holdsDigest, func(b *telemetry.Batch, i int) *string { return &b.Cert[i].Fingerprint }),
		texts("x509.serial_number", holdsText, func(b *telemetry.Batch, i int) *string { return &b.Cert[i].Serial }),
		texts("x509.subject.distinguished_name", holdsText, func(b *telemetry.Batch, i int) *string { return &b.Cert[i].Subject }),
		texts("x509.issuer.distinguished_name", holdsText, func(b *telemetry.Batch, i int) *string { return &b.Cert[i].Issuer }),
		times("x509.not_before", func(b *telemetry.Batch, i int) *telemetry.Instant { return &b.Cert[i].NotBefore }),
		times("x509.not_after", func(b *telemetry.Batch, i int) *telemetry.Instant { return &b.Cert[i].NotAfter }),
		lists("x509.alternative_names", holdsHost, func(b *telemetry.Batch, i int) *telemetry.Span { return &b.Cert[i].Names }),
	}),
	telemetry.KindFile: slices.Concat(head(), ends(), []column{
		texts("file.name", holdsText, func(b *telemetry.Batch, i int) *string { return &b.File[i].Name }),
		texts("file.mime_type", holdsNothing, func(b *telemetry.Batch, i int) *string { return &b.File[i].MIME }),
		texts("file.hash.md5", holdsDigest, func(b *telemetry.Batch, i int) *string { return &b.File[i].MD5 }),
		texts("file.hash.sha1", holdsDigest, func(b *telemetry.Batch, i int) *string { return &b.File[i].SHA1 }),
		texts("file.hash.sha256", holdsDigest, func(b *telemetry.Batch, i int) *string { return &b.File[i].SHA256 }),
		counts("file.size", func(b *telemetry.Batch, i int) *uint64 { return &b.File[i].Size }),
		texts("network.protocol", holdsNothing, func(b *telemetry.Batch, i int) *string { return &b.File[i].Protocol }),
	}),
	telemetry.KindMail: slices.Concat(head(), ends(), []column{
		texts("email.from.address", holdsText, func(b *telemetry.Batch, i int) *string { return &b.Mail[i].From }),
		texts("email.subject", holdsText, func(b *telemetry.Batch, i int) *string { return &b.Mail[i].Subject }),
		texts("stormglass.mail.helo", holdsHost, func(b *telemetry.Batch, i int) *string { return &b.Mail[i].HELO }),
		texts("email.x_mailer", holdsText, func(b *telemetry.Batch, i int) *string { return &b.Mail[i].UserAgent }),
		texts("email.message_id", holdsText, func(b *telemetry.Batch, i int) *string { return &b.Mail[i].MessageID }),
		lists("stormglass.mail.addresses", holdsText, func(b *telemetry.Batch, i int) *telemetry.Span { return &b.Mail[i].Addresses }),
		lists("stormglass.mail.path", holdsHost, func(b *telemetry.Batch, i int) *telemetry.Span { return &b.Mail[i].Path }),
	}),
	telemetry.KindEvent: event(),
	telemetry.KindAAA:   event(),
}

func event() []column {
	return slices.Concat(head(), ends(), []column{
		texts("event.dataset", holdsNothing, func(b *telemetry.Batch, i int) *string { return &b.Event[i].Dataset }),
		texts("host.name", holdsHost, func(b *telemetry.Batch, i int) *string { return &b.Event[i].Host }),
		texts("event.original", holdsText, func(b *telemetry.Batch, i int) *string { return &b.Event[i].Raw }),
	}, pairs("stormglass.event", func(b *telemetry.Batch, i int) *telemetry.Span { return &b.Event[i].Pairs }))
}

// answers are the words for telemetry.Answer.
var answers = []string{telemetry.Answered: "answered", telemetry.Unanswered: "unanswered", telemetry.Refused: "refused"}

func head() []column {
	ordinal := numbers("stormglass.ordinal", typeUint64, func(b *telemetry.Batch, i int) *uint64 { return &b.Head(i).Ordinal })
	ordinal.delta, ordinal.never = true, true
	doubt := numbers("stormglass.doubt", typeInt64, func(b *telemetry.Batch, i int) *int64 { return (*int64)(&b.Head(i).Doubt) })
	return slices.Concat([]column{
		colOccurred:    times("@timestamp", func(b *telemetry.Batch, i int) *telemetry.Instant { return &b.Head(i).Occurred }),
		colSourceID:    {name: "stormglass.source.id", form: formSource, typ: sourceID},
		colSourceName:  {name: "stormglass.source.name", form: formSource, typ: sourceName},
		colSensor:      {name: "stormglass.sensor", form: formSource, typ: sourceSensor},
		colOrdinal:     ordinal,
		colOrdinal + 1: times("stormglass.stated", func(b *telemetry.Batch, i int) *telemetry.Instant { return &b.Head(i).Stated }),
		colOrdinal + 2: times("stormglass.received", func(b *telemetry.Batch, i int) *telemetry.Instant { return &b.Head(i).Received }),
		colOrdinal + 3: doubt,
	}, pairs("stormglass.extra", func(b *telemetry.Batch, i int) *telemetry.Span { return &b.Head(i).Extra }))
}

func ends() []column {
	return []column{
		addrs("source.ip", func(b *telemetry.Batch, i int) *netip.Addr { return &b.Ends(i).Src }),
		port("source.port", func(e *telemetry.Ends) *uint16 { return &e.SrcPort }),
		addrs("destination.ip", func(b *telemetry.Batch, i int) *netip.Addr { return &b.Ends(i).Dst }),
		port("destination.port", func(e *telemetry.Ends) *uint16 { return &e.DstPort }),
		small("network.iana_number", func(b *telemetry.Batch, i int) *uint8 { return &b.Ends(i).Proto }),
		local("stormglass.source.local", func(b *telemetry.Batch, i int) *telemetry.Local { return &b.Ends(i).SrcLocal }),
		local("stormglass.destination.local", func(b *telemetry.Batch, i int) *telemetry.Local { return &b.Ends(i).DstLocal }),
		texts("stormglass.session.uid", holdsNothing, func(b *telemetry.Batch, i int) *string { return &b.Ends(i).UID }),
	}
}

func flow() []column {
	duration := numbers("event.duration", typeInt64, func(b *telemetry.Batch, i int) *int64 { return (*int64)(&b.Flow[i].Duration) })
	duration.never = true
	return []column{
		counts("source.bytes", func(b *telemetry.Batch, i int) *uint64 { return &b.Flow[i].SrcBytes }),
		counts("destination.bytes", func(b *telemetry.Batch, i int) *uint64 { return &b.Flow[i].DstBytes }),
		counts("source.packets", func(b *telemetry.Batch, i int) *uint64 { return &b.Flow[i].SrcPackets }),
		counts("destination.packets", func(b *telemetry.Batch, i int) *uint64 { return &b.Flow[i].DstPackets }),
		duration,
		codes("stormglass.flow.answer", answers, func(b *telemetry.Batch, i int) *telemetry.Answer { return &b.Flow[i].Answered }),
		oneWay(),
		small("stormglass.flow.tcp_flags", func(b *telemetry.Batch, i int) *uint8 { return &b.Flow[i].TCPFlags }),
		icmp("stormglass.icmp.type", func(f *telemetry.Flow) *uint8 { return &f.ICMPType }),
		icmp("stormglass.icmp.code", func(f *telemetry.Flow) *uint8 { return &f.ICMPCode }),
		texts("network.protocol", holdsNothing, func(b *telemetry.Batch, i int) *string { return &b.Flow[i].Service }),
		texts("stormglass.flow.state", holdsNothing, func(b *telemetry.Batch, i int) *string { return &b.Flow[i].State }),
		texts("network.community_id", holdsDigest, func(b *telemetry.Batch, i int) *string { return &b.Flow[i].CommunityID }),
	}
}

func http() []column {
	status := numbers("http.response.status_code", typeUint16, func(b *telemetry.Batch, i int) *uint16 { return &b.HTTP[i].Status })
	status.width = 4
	return []column{
		texts("http.request.method", holdsNothing, func(b *telemetry.Batch, i int) *string { return &b.HTTP[i].Method }),
		texts("url.domain", holdsHost, func(b *telemetry.Batch, i int) *string { return &b.HTTP[i].Host }),
		texts("url.original", holdsText, func(b *telemetry.Batch, i int) *string { return &b.HTTP[i].URI }),
		texts("http.request.referrer", holdsText, func(b *telemetry.Batch, i int) *string { return &b.HTTP[i].Referrer }),
		texts("user_agent.original", holdsText, func(b *telemetry.Batch, i int) *string { return &b.HTTP[i].UserAgent }),
		texts("user.name", holdsText, func(b *telemetry.Batch, i int) *string { return &b.HTTP[i].UserName }),
		status,
		counts("http.request.body.bytes", func(b *telemetry.Batch, i int) *uint64 { return &b.HTTP[i].RequestBytes }),
		counts("http.response.body.bytes", func(b *telemetry.Batch, i int) *uint64 { return &b.HTTP[i].ResponseBytes }),
		lists("stormglass.http.files", holdsText, func(b *telemetry.Batch, i int) *telemetry.Span { return &b.HTTP[i].Files }),
	}
}
