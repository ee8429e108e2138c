package zeek

import (
	"stormglass/internal/telemetry"
)

// row is the record being filled. Its pointers go into the batch and hold until the next record.
type row struct {
	set   *telemetry.Set
	batch *telemetry.Batch
	mark  telemetry.Mark
	log   *log
	line  uint64
	head  *telemetry.Head
	ends  *telemetry.Ends
	pairs *telemetry.Span
	noEnd telemetry.Ends // stands in for kinds without ends
	buf   []byte

	flow  *telemetry.Flow
	dns   *telemetry.DNS
	http  *telemetry.HTTP
	tls   *telemetry.TLS
	cert  *telemetry.Cert
	file  *telemetry.File
	mail  *telemetry.Mail
	event *telemetry.Event

	origIPBytes, respIPBytes uint64         // of conn
	history                  string         // of conn
	fromResponder            bool           // of files: the responder sent it
	seenBytes                uint64         // of files
	envelopeFrom             string         // of smtp
	noticed                  telemetry.Ends // of notice
}

// begin adds a record of the log's kind.
func (r *row) begin(l *log, line uint64, raw string) {
	b := r.set.Batch(l.kind)
	r.batch, r.mark, r.log, r.line = b, b.Mark(), l, line
	i := b.Append(line)
	r.ends = &r.noEnd
	switch l.kind {
	case telemetry.KindFlow:
		r.flow = &b.Flow[i]
		r.head, r.ends = &r.flow.Head, &r.flow.Ends
		r.origIPBytes, r.respIPBytes, r.history = telemetry.NoCount, telemetry.NoCount, ""
	case telemetry.KindDNS:
		r.dns = &b.DNS[i]
		r.head, r.ends = &r.dns.Head, &r.dns.Ends
	case telemetry.KindHTTP:
		r.http = &b.HTTP[i]
		r.head, r.ends = &r.http.Head, &r.http.Ends
	case telemetry.KindTLS:
		r.tls = &b.TLS[i]
		r.head, r.ends = &r.tls.Head, &r.tls.Ends
	case telemetry.KindCert:
		r.cert = &b.Cert[i]
		r.head = &r.cert.Head
	case telemetry.KindFile:
		r.file = &b.File[i]
		r.head, r.ends = &r.file.Head, &r.file.Ends
		r.fromResponder, r.seenBytes = false, telemetry.NoCount
	case telemetry.KindMail:
		r.mail = &b.Mail[i]
		r.head, r.ends = &r.mail.Head, &r.mail.Ends
		r.envelopeFrom = ""
	default:
		r.event = &b.Event[i]
		r.head, r.ends = &r.event.Head, &r.event.Ends
		r.event.Dataset, r.event.Raw = l.dataset, raw
		r.noticed = telemetry.Ends{}
	}
	r.pairs = &r.head.Extra
	if r.log.kind == telemetry.KindEvent {
		r.pairs = &r.event.Pairs
	}
}

// drop takes the record back.
func (r *row) drop() { r.batch.Undo(r.mark) }

// end counts the record.
func (r *row) end() {
	if r.log.finish != nil {
		r.log.finish(r)
	}
	r.set.Read++
	if !r.head.Occurred.Known() {
		r.set.Undated++
	}
}

// put gives a value to a column: to its field, and to a pair when there is no field for it, or the
// column is kept besides.
func (r *row) put(c *column, v string, typ valueType) {
	if c.set != nil {
		switch c.set(r, v) {
		case done:
			if !c.also {
				return
			}
		case refused:
			r.set.Skip(r.line, "value not understood", c.name)
		case surplus:
		}
	}
	r.extra(c, v, typ)
}

// extra keeps a value as a pair.
func (r *row) extra(c *column, v string, typ valueType) {
	if typ != typeText {
		v = r.pair(typ, v)
	}
	if v != "" {
		r.batch.AddPair(r.pairs, c.field, v)
	}
}
