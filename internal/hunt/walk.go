package hunt

import (
	"net/netip"
	"strings"

	"stormglass/internal/observable"
	"stormglass/internal/observable/scan"
	"stormglass/internal/telemetry"
)

// visitor takes what a walk meets. There is one walk over the records of a batch: the matcher looks
// up what it meets, the Observer hands it on. Only the loop over plain flows is written for each, for
// speed.
type visitor interface {
	metEnds(e *telemetry.Ends, a telemetry.Answer)
	metAddr(a netip.Addr, at place)
	metPrefix(p netip.Prefix, s string, at place)
	metName(s string, at place)  // ASCII, in any case, perhaps with a trailing dot; it may be no proper name
	metURL(key string, at place) // as observable.URLKey writes it
	metText(k observable.Kind, s string, at place)
	done() // with the record
}

// walk goes over all values in a batch that an indicator could name.
type walk struct {
	batch    *telemetry.Batch
	networks Networks
	record   int
	to       visitor
	want     wanted
	scanner  scan.Scanner
	key      []byte // of a URL being put together
	marks    fieldMarks
}

// wanted says which values the visitor has a use for: it is spared the others.
type wanted struct{ names, urls, files, hashes, ja3, ja4, emails bool }

// place says where in a record a value stands, and for whom and how it counts.
type place struct {
	field    telemetry.FieldID
	port     uint16
	whose    whose
	role     Role             // 0: that of the conversation, by answer
	answer   telemetry.Answer // whether the conversation was answered
	borrowed bool             // the text is gone with the next value
}

// whose says how the subject of a value is found. It is worked out when it is needed: most records
// hold no indicator.
type whose uint8

const (
	ofRecord whose = iota // its own end, the device it names, else its source
	ofEnds                // the operator's end of the conversation
	ofSource              // the source
	numWhose
)

func (p place) in(f telemetry.FieldID) place {
	p.field = f
	return p
}

// typed goes over a batch of any kind but flows.
func (w *walk) typed() {
	b := w.batch
	switch b.Kind { //nolint:exhaustive // flows have a loop of their own; kinds without a decoder have no batches
	case telemetry.KindDNS:
		w.each(len(b.DNS), w.dns)
	case telemetry.KindHTTP:
		w.each(len(b.HTTP), w.http)
	case telemetry.KindTLS:
		w.each(len(b.TLS), w.tls)
	case telemetry.KindCert:
		w.each(len(b.Cert), w.cert)
	case telemetry.KindFile:
		w.each(len(b.File), w.file)
	case telemetry.KindMail:
		w.each(len(b.Mail), w.mail)
	case telemetry.KindEvent, telemetry.KindDerived:
		w.each(len(b.Event), w.event)
	}
}

func (w *walk) each(n int, record func(i int)) {
	for i := range n {
		w.record = i
		record(i)
		w.pairs(w.batch.Head(i).Extra)
		w.to.done()
	}
}

// translated goes over what address translation made of a flow's ends.
func (w *walk) translated(f *telemetry.Flow) {
	at := place{whose: ofEnds, answer: answerOfFlow(f)}
	if f.NATSrc.IsValid() && f.NATSrc != f.Src {
		w.to.metAddr(f.NATSrc, at.in(telemetry.FieldSourceNATIP))
	}
	if f.NATDst.IsValid() && f.NATDst != f.Dst {
		w.to.metAddr(f.NATDst, at.in(telemetry.FieldDestinationNATIP))
	}
}

func (w *walk) dns(i int) {
	d := &w.batch.DNS[i]
	w.to.metEnds(&d.Ends, telemetry.AnswerUnknown)
	at := place{whose: ofEnds, answer: telemetry.AnswerUnknown}
	w.name(d.Query, at.in(telemetry.FieldDNSQuestionName))
	at.field, at.role = telemetry.FieldDNSAnswers, RoleResolved
	for _, a := range w.batch.TextsOf(d.Answers) {
		w.addrOrName(a, at)
	}
}

func (w *walk) http(i int) {
	h := &w.batch.HTTP[i]
	w.to.metEnds(&h.Ends, telemetry.Answered)
	at := place{whose: ofEnds, answer: telemetry.Answered, port: h.DstPort}
	name, _ := cutPort(h.Host)
	w.addrOrName(name, at.in(telemetry.FieldURLDomain))
	if strings.HasPrefix(h.URI, "/") || h.URI == "" {
		w.request(h, at.in(telemetry.FieldURLOriginal))
	} else { // a request to a proxy: the whole URL, or host:port of CONNECT; or no path at all
		w.scan(h.URI, at.in(telemetry.FieldURLOriginal))
	}
	w.scan(h.Referrer, at.in(telemetry.FieldHTTPReferrer))
	for _, f := range w.batch.TextsOf(h.Files) {
		w.fileName(f, at.in(telemetry.FieldHTTPFiles))
	}
}

// request meets the URL of a request, with the port as written and as spoken to.
func (w *walk) request(h *telemetry.HTTP, at place) {
	if !w.want.urls || h.Host == "" {
		return
	}
	uri := h.URI
	if uri == "" {
		uri = "/"
	}
	name, written := cutPort(h.Host)
	if written == "80" || written == "443" {
		written = ""
	}
	if port := h.DstPort; written == "" && port != 80 && port != 443 && port != 0 {
		w.urlOf(name, utoa(port), uri, at)
	}
	w.urlOf(name, written, uri, at)
}

func (w *walk) urlOf(host, port, uri string, at place) {
	w.key = w.key[:0]
	for i := range len(host) {
		c := host[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		w.key = append(w.key, c)
	}
	if port != "" {
		w.key = append(append(w.key, ':'), port...)
	}
	w.key = append(w.key, uri...)
	w.to.metURL(telemetry.View(w.key), at)
}

func (w *walk) tls(i int) {
	t := &w.batch.TLS[i]
	w.to.metEnds(&t.Ends, t.Established)
	at := place{whose: ofEnds, answer: t.Established, port: t.DstPort}
	w.name(t.ServerName, at.in(telemetry.FieldTLSServerName))
	w.text(observable.JA3, t.JA3, at.in(telemetry.FieldTLSJA3))
	w.text(observable.JA3, t.JA3S, at.in(telemetry.FieldTLSJA3S))
	w.text(observable.JA4, t.JA4, at.in(telemetry.FieldTLSJA4))
	w.scan(t.Subject, at.in(telemetry.FieldTLSSubject))
	for _, f := range w.batch.TextsOf(t.Fingerprints) {
		w.hash(f, at.in(telemetry.FieldTLSFingerprints))
	}
}

func (w *walk) cert(i int) {
	c := &w.batch.Cert[i]
	at := place{whose: ofSource, role: RoleMentioned}
	w.hash(c.Fingerprint, at.in(telemetry.FieldCertFingerprint))
	w.scan(c.Subject, at.in(telemetry.FieldCertSubject))
	for _, n := range w.batch.TextsOf(c.Names) {
		w.addrOrName(strings.TrimPrefix(n, "*."), at.in(telemetry.FieldCertNames))
	}
}

func (w *walk) file(i int) {
	f := &w.batch.File[i]
	w.to.metEnds(&f.Ends, answerUnclear) // the source is who sent the file, not who opened the conversation
	at := place{whose: ofEnds, role: RoleSpoke}
	w.text(observable.MD5, f.MD5, at.in(telemetry.FieldFileMD5))
	w.text(observable.SHA1, f.SHA1, at.in(telemetry.FieldFileSHA1))
	w.text(observable.SHA256, f.SHA256, at.in(telemetry.FieldFileSHA256))
	w.fileName(f.Name, at.in(telemetry.FieldFileName))
}

func (w *walk) mail(i int) {
	x := &w.batch.Mail[i]
	w.to.metEnds(&x.Ends, telemetry.Answered)
	at := place{whose: ofEnds, answer: telemetry.Answered}
	w.scan(x.From, at.in(telemetry.FieldMailFrom))
	w.addrOrName(x.HELO, at.in(telemetry.FieldMailHELO))
	for _, a := range w.batch.TextsOf(x.Addresses) {
		w.scan(a, at.in(telemetry.FieldMailAddresses))
	}
	for _, a := range w.batch.TextsOf(x.Path) {
		w.addrOrName(a, at.in(telemetry.FieldMailPath))
	}
}

func (w *walk) event(i int) {
	e := &w.batch.Event[i]
	w.to.metEnds(&e.Ends, telemetry.AnswerUnknown)
	w.pairs(e.Pairs)
}

// pairs goes over named texts: the fields of an event, and what a typed record carries besides its own.
func (w *walk) pairs(s telemetry.Span) {
	if s.Len == 0 {
		return
	}
	for _, p := range w.batch.PairsOf(s) {
		at := place{role: RoleMentioned, field: p.Field}
		w.scan(p.Text, at)
		if w.want.files && len(p.Text) < 256 && w.marks.of(p.Field)&markFile != 0 {
			w.fileName(p.Text, at)
		}
	}
}
