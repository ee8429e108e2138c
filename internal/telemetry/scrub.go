package telemetry

import (
	"strings"
	"sync"
)

// Scrub blanks passwords, keys and communities and masks subscriber numbers in the texts of a batch
// that is about to be stored, in place. A text that holds none stays as it is and costs no memory;
// one that changes no longer shares the memory of its block. Scrubbing twice is scrubbing once.
//
// A text changes as RedactField changes it under the name of its field. Left as they are: addresses,
// hashes, fingerprints of TLS and of certificates, serial numbers, ids of conversations, and the words
// of protocols and sensors (methods, services, states, versions, ciphers, types, codes). Domain names
// and mailboxes are not subscriber numbers; they change only where the rules find one in them
// ("imsi-001010123456789.example"), or a secret.
//
// The raw line of an event loses also what only the name of a field tells to be a secret: the columns of a
// table are named in the first line of its file and not in its own.
func Scrub(b *Batch) {
	s, _ := scrubbers.Get().(*scrubber)
	s.scrub(b)
	scrubbers.Put(s)
}

var scrubbers = sync.Pool{New: func() any { return &scrubber{} }}

// scrubber is the working memory of Scrub.
type scrubber struct {
	batch  *Batch
	fields []scrubField // by FieldID
	buf    []byte       // a field's name and its text together
}

func (s *scrubber) scrub(b *Batch) {
	s.batch = b
	switch b.Kind { //nolint:exhaustive // flows hold no texts but pairs; kinds without a decoder have no batches
	case KindDNS:
		s.dns()
	case KindHTTP:
		s.http()
	case KindTLS:
		s.tls()
	case KindCert:
		s.cert()
	case KindFile:
		s.file()
	case KindMail:
		s.mail()
	case KindEvent, KindAAA, KindDerived:
		s.event()
	}
	if !b.Kind.Eventful() {
		var list listState
		for i := range b.Pairs {
			s.element(&list, &b.Pairs[i])
		}
	}
	s.batch = nil
}

func (s *scrubber) dns() {
	for i := range s.batch.DNS {
		d := &s.batch.DNS[i]
		s.field(FieldDNSQuestionName, &d.Query)
		s.texts(FieldDNSAnswers, d.Answers)
	}
}

func (s *scrubber) http() {
	for i := range s.batch.HTTP {
		h := &s.batch.HTTP[i]
		s.field(FieldURLDomain, &h.Host)
		s.field(FieldURLOriginal, &h.URI)
		s.field(FieldHTTPReferrer, &h.Referrer)
		s.field(FieldUserAgent, &h.UserAgent)
		s.field(FieldUserName, &h.UserName)
		s.texts(FieldHTTPFiles, h.Files)
	}
}

func (s *scrubber) tls() {
	for i := range s.batch.TLS {
		t := &s.batch.TLS[i]
		s.field(FieldTLSServerName, &t.ServerName)
		s.field(FieldTLSSubject, &t.Subject)
		s.field(FieldTLSIssuer, &t.Issuer)
	}
}

func (s *scrubber) cert() {
	for i := range s.batch.Cert {
		c := &s.batch.Cert[i]
		s.field(FieldCertSubject, &c.Subject)
		s.field(FieldCertIssuer, &c.Issuer)
		s.texts(FieldCertNames, c.Names)
	}
}

func (s *scrubber) file() {
	for i := range s.batch.File {
		s.field(FieldFileName, &s.batch.File[i].Name)
	}
}

func (s *scrubber) mail() {
	for i := range s.batch.Mail {
		m := &s.batch.Mail[i]
		s.field(FieldMailFrom, &m.From)
		s.field(FieldMailSubject, &m.Subject)
		s.field(FieldMailHELO, &m.HELO)
		s.field(FieldMailUserAgent, &m.UserAgent)
		s.field(FieldMailMessageID, &m.MessageID)
		s.texts(FieldMailAddresses, m.Addresses)
		s.texts(FieldMailPath, m.Path)
	}
}

func (s *scrubber) event() {
	for i := range s.batch.Event {
		e := &s.batch.Event[i]
		s.field(FieldDataset, &e.Dataset)
		s.field(FieldHostName, &e.Host)
		for _, span := range [...]Span{e.Pairs, e.Extra} {
			pairs := s.batch.PairsOf(span)
			var list listState
			for k := range pairs {
				if was := pairs[k].Text; s.element(&list, &pairs[k]) {
					e.Raw = replaced(e.Raw, was, pairs[k].Text)
				}
			}
		}
		s.field(FieldOriginal, &e.Raw)
	}
}

func (s *scrubber) texts(id FieldID, span Span) {
	list := s.batch.TextsOf(span)
	for i := range list {
		s.field(id, &list[i])
	}
}

// element is pair for one that may belong to a list with those before it.
func (s *scrubber) element(list *listState, p *Pair) (changed bool) {
	if list.takes(p) && p.Text != blanked {
		p.Text, changed = blanked, true
	}
	return s.pair(p) || changed
}

// pair scrubs a named text, and the name itself, which may come from outside too. The name that takes
// its place may tell less, when no more names can be interned.
func (s *scrubber) pair(p *Pair) (changed bool) {
	changed = s.field(p.Field, &p.Text)
	if clean := s.of(p.Field).clean; clean != p.Field {
		p.Field = clean
		changed = s.field(clean, &p.Text) || changed
	}
	return changed
}

// minReplaced is the length of the shortest text that is looked for in a raw line.
const minReplaced = 3

// replaced gives a raw line with a new text in place of one that was blanked or masked because of its
// field's name, wherever it stands on its own.
func replaced(raw, was, is string) string {
	if len(was) < minReplaced || hasWord(nothings, was) || hasWord(notSecrets, was) || strings.IndexFunc(was, isWordRune) < 0 {
		return raw
	}
	var b strings.Builder
	done := 0
	for at := 0; ; {
		n := strings.Index(raw[at:], was)
		if n < 0 {
			break
		}
		start, end := at+n, at+n+len(was)
		if start > 0 && isAlnum(raw[start-1]) && isAlnum(was[0]) || end < len(raw) && isAlnum(raw[end]) && isAlnum(was[len(was)-1]) {
			at = start + 1
			continue
		}
		b.WriteString(raw[done:start])
		b.WriteString(is)
		done, at = end, end
	}
	if done == 0 {
		return raw
	}
	b.WriteString(raw[done:])
	return b.String()
}

func isWordRune(r rune) bool { return r >= 0x80 || isAlnum(byte(r)) }
