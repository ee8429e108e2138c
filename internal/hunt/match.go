package hunt

import (
	"net/netip"
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

const kindCommunityID = observable.CommunityID

func (m *matcher) prepare() {
	x := m.index
	m.hasNames = x.Count(observable.Domain)+x.Count(observable.URL) > 0
	m.hasFiles = x.Count(observable.FileName) > 0
	m.hasFlowIDs = x.Count(observable.CommunityID) > 0
	m.hasHashes = x.Count(observable.MD5)+x.Count(observable.SHA1)+x.Count(observable.SHA256)+x.Count(observable.SHA512) > 0
}

func (m *matcher) dns(i int) {
	d := &m.batch.DNS[i]
	m.ends(&d.Ends, telemetry.AnswerUnknown)
	at := place{subject: m.ownEnd(&d.Ends), role: m.sessionRole(&d.Ends, telemetry.AnswerUnknown), field: telemetry.FieldDNSQuestionName}
	m.name(d.Query, at)
	at.field, at.role = telemetry.FieldDNSAnswers, RoleResolved
	for _, a := range m.batch.TextsOf(d.Answers) {
		m.addrOrName(a, at)
	}
}

func (m *matcher) http(i int) {
	h := &m.batch.HTTP[i]
	m.ends(&h.Ends, telemetry.Answered)
	at := place{subject: m.ownEnd(&h.Ends), role: m.sessionRole(&h.Ends, telemetry.Answered), port: h.DstPort}
	at.field = telemetry.FieldURLDomain
	host := h.Host
	name, _ := cutPort(host)
	m.addrOrName(name, at)
	if strings.HasPrefix(h.URI, "/") || h.URI == "" {
		m.url(host, h.URI, h.DstPort, at)
	} else { // a request to a proxy: the whole URL, or host:port of CONNECT; or no path at all
		at.field = telemetry.FieldURLOriginal
		m.scan(h.URI, at)
	}
	at.field = telemetry.FieldHTTPReferrer
	m.scan(h.Referrer, at)
	at.field = telemetry.FieldHTTPFiles
	for _, f := range m.batch.TextsOf(h.Files) {
		m.fileName(f, at)
	}
}

// url looks up host, port and path of a request, with the port as written and as spoken to.
func (m *matcher) url(host, uri string, port uint16, at place) {
	if m.index.Count(observable.URL) == 0 || host == "" {
		return
	}
	if uri == "" {
		uri = "/"
	}
	at.field = telemetry.FieldURLOriginal
	name, written := cutPort(host)
	if written == "80" || written == "443" {
		written = ""
	}
	if written == "" && port != 80 && port != 443 && port != 0 {
		m.urlKey(name, utoa(port), uri, at)
	}
	m.urlKey(name, written, uri, at)
}

func (m *matcher) urlKey(host, port, uri string, at place) {
	m.key = m.key[:0]
	for i := range len(host) {
		c := host[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		m.key = append(m.key, c)
	}
	if port != "" {
		m.key = append(append(m.key, ':'), port...)
	}
	m.key = append(m.key, uri...)
	m.lookupURL(telemetry.View(m.key), at)
}

func (m *matcher) lookupURL(key string, at place) {
	m.matches = m.index.URL(key, m.matches[:0])
	if len(m.matches) > 0 {
		at.addAll(m, m.matches, m.batch.Copy([]byte(key)))
	}
}

func (m *matcher) tls(i int) {
	t := &m.batch.TLS[i]
	m.ends(&t.Ends, t.Established)
	at := place{subject: m.ownEnd(&t.Ends), role: m.sessionRole(&t.Ends, t.Established), port: t.DstPort}
	m.name(t.ServerName, at.in(telemetry.FieldTLSServerName))
	m.plain(observable.JA3, t.JA3, at.in(telemetry.FieldTLSJA3))
	m.plain(observable.JA3, t.JA3S, at.in(telemetry.FieldTLSJA3S))
	m.plain(observable.JA4, t.JA4, at.in(telemetry.FieldTLSJA4))
	m.scan(t.Subject, at.in(telemetry.FieldTLSSubject))
	for _, f := range m.batch.TextsOf(t.Fingerprints) {
		m.hash(f, at.in(telemetry.FieldTLSFingerprints))
	}
}

func (m *matcher) cert(i int) {
	c := &m.batch.Cert[i]
	at := place{subject: m.sourceSubject(), role: RoleMentioned}
	m.hash(c.Fingerprint, at.in(telemetry.FieldCertFingerprint))
	m.scan(c.Subject, at.in(telemetry.FieldCertSubject))
	for _, n := range m.batch.TextsOf(c.Names) {
		m.addrOrName(strings.TrimPrefix(n, "*."), at.in(telemetry.FieldCertNames))
	}
}

func (m *matcher) file(i int) {
	f := &m.batch.File[i]
	m.ends(&f.Ends, answerUnclear) // the source is who sent the file, not who opened the conversation
	at := place{subject: m.ownEnd(&f.Ends), role: RoleSpoke}
	m.plain(observable.MD5, f.MD5, at.in(telemetry.FieldFileMD5))
	m.plain(observable.SHA1, f.SHA1, at.in(telemetry.FieldFileSHA1))
	m.plain(observable.SHA256, f.SHA256, at.in(telemetry.FieldFileSHA256))
	m.fileName(f.Name, at.in(telemetry.FieldFileName))
}

func (m *matcher) mail(i int) {
	x := &m.batch.Mail[i]
	m.ends(&x.Ends, telemetry.Answered)
	at := place{subject: m.ownEnd(&x.Ends), role: m.sessionRole(&x.Ends, telemetry.Answered)}
	m.scan(x.From, at.in(telemetry.FieldMailFrom))
	m.addrOrName(x.HELO, at.in(telemetry.FieldMailHELO))
	for _, a := range m.batch.TextsOf(x.Addresses) {
		m.scan(a, at.in(telemetry.FieldMailAddresses))
	}
	for _, a := range m.batch.TextsOf(x.Path) {
		m.addrOrName(a, at.in(telemetry.FieldMailPath))
	}
}

func (m *matcher) event(i int) {
	e := &m.batch.Event[i]
	if e.Src.IsValid() || e.Dst.IsValid() {
		m.ends(&e.Ends, telemetry.AnswerUnknown)
	}
	m.pairs(e.Pairs)
}

// extra matches what a typed record carries besides its fields.
func (m *matcher) extra(s telemetry.Span) {
	if s.Len > 0 {
		m.pairs(s)
	}
}

// recordSubject is whom a record is about as a whole: its own end, the device it names, else its
// source.
func (m *matcher) recordSubject() Subject {
	if e := m.batch.Ends(m.record); e != nil && (e.Src.IsValid() || e.Dst.IsValid()) {
		return m.ownEnd(e)
	}
	if m.batch.Kind == telemetry.KindEvent && m.batch.Event[m.record].Host != "" {
		return deviceSubject(m.batch.Event[m.record].Host)
	}
	return m.sourceSubject()
}

func deviceSubject(host string) Subject {
	if a := telemetry.ParseAddr(host); a.IsValid() {
		return Subject{Addr: a.Unmap().WithZone("")}
	}
	return Subject{Kind: SubjectDevice, Name: telemetry.RedactName(host)}
}

func (m *matcher) pairs(s telemetry.Span) {
	for _, p := range m.batch.PairsOf(s) {
		at := place{late: true, role: RoleMentioned, field: p.Field}
		m.scan(p.Text, at)
		if m.hasFiles && len(p.Text) < 256 && namesFile(p.Field.String()) {
			m.fileName(p.Text, at)
		}
	}
}

// namesFile reports whether texts of a field are names or paths of files.
func namesFile(field string) bool {
	field = field[strings.LastIndexByte(field, '.')+1:]
	return strings.Contains(field, "file") || strings.Contains(field, "path") || strings.Contains(field, "attachment") || field == "name"
}

// place says where in a record a value stands and for whom it counts.
type place struct {
	subject Subject
	late    bool // the subject is worked out when there is a match: there seldom is
	role    Role
	field   telemetry.FieldID
	port    uint16
}

func (p place) in(f telemetry.FieldID) place {
	p.field = f
	return p
}

func (p place) addAll(m *matcher, matches []intel.Match, seen string) {
	p.addHits(m, matches, Hit{Seen: seen})
}

// addHits adds a hit for each match; h holds what was seen.
func (p place) addHits(m *matcher, matches []intel.Match, h Hit) {
	if len(matches) == 0 {
		return
	}
	h.Field, h.Subject, h.Role, h.Port = p.field, p.subject, p.role, p.port
	if p.late {
		h.Subject = m.recordSubject()
	}
	for _, x := range matches {
		h.Match = x
		m.add(h)
	}
}

func (m *matcher) text(k observable.Kind, s string) []intel.Match {
	m.matches = m.index.Text(k, s, m.matches[:0])
	return m.matches
}

func (m *matcher) plain(k observable.Kind, s string, at place) {
	if s != "" {
		at.addAll(m, m.text(k, s), s)
	}
}

func (m *matcher) fileName(s string, at place) {
	if m.hasFiles {
		m.plain(observable.FileName, s[strings.LastIndexAny(s, `/\`)+1:], at)
	}
}

func (m *matcher) hash(s string, at place) {
	if !m.hasHashes {
		return
	}
	switch len(s) {
	case 32:
		m.plain(observable.MD5, s, at)
		m.plain(observable.JA3, s, at)
	case 40:
		m.plain(observable.SHA1, s, at)
	case 64:
		m.plain(observable.SHA256, s, at)
	case 128:
		m.plain(observable.SHA512, s, at)
	}
}

// name matches a domain name and its parents.
func (m *matcher) name(s string, at place) {
	if s == "" || !m.hasNames {
		return
	}
	for i := range len(s) {
		if s[i] >= 0x80 {
			v, err := observable.ParseAs(observable.Domain, s)
			if err != nil {
				return
			}
			s = v.String()
			break
		}
	}
	m.matches = m.index.Domain(s, m.matches[:0])
	at.addAll(m, m.matches, s)
}

// addrOrName matches a text that is an address or a domain name as a whole.
func (m *matcher) addrOrName(s string, at place) {
	if s == "" {
		return
	}
	if a := telemetry.ParseAddr(s); a.IsValid() {
		m.address(a, at)
		return
	}
	m.name(s, at)
}

func (m *matcher) address(a netip.Addr, at place) {
	at.addHits(m, m.addr(a), Hit{SeenAddr: a})
}

func cutPort(host string) (name, port string) {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.Contains(host[:i], ":") {
		return host[:i], host[i+1:]
	}
	return host, ""
}

func utoa(n uint16) string {
	var b [5]byte
	i := len(b)
	for {
		i--
		b[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(b[i:])
		}
	}
}
