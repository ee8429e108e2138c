package hunt

import (
	"bytes"
	"net/netip"
	"unsafe"

	"stormglass/internal/observable"
	"stormglass/internal/observable/scan"
	"stormglass/internal/telemetry"
)

// scan matches every value that stands in a running text.
func (m *matcher) scan(text string, at place) {
	if len(text) < minToken {
		return
	}
	m.scanner.Reset(bytesOf(text))
	for m.scanner.Next() {
		m.token(m.scanner.Token(), at)
	}
}

// minToken is the length of the shortest value found in text, "a.bc" or "::1".
const minToken = 3

func (m *matcher) token(t *scan.Token, at place) {
	at.port = t.Port
	switch t.Class {
	case scan.Addr:
		m.address(t.Addr, at)
	case scan.Prefix:
		m.matches = m.index.Prefix(prefixOf(t), m.matches[:0])
		at.addAll(m, m.matches, m.seen(t))
	case scan.Domain:
		m.tokenName(t, t.Text, at)
	case scan.Hash:
		if s := telemetry.View(t.Text); m.hasHashes || m.index.Count(observable.JA3) > 0 {
			m.hashToken(t, s, at)
		}
	case scan.Email:
		if s := telemetry.View(t.Text); m.index.Count(observable.Email) > 0 {
			at.addAll(m, m.text(observable.Email, s), m.seen(t))
		}
		m.tokenName(t, t.Text[t.HostStart:t.HostEnd], at)
	case scan.URL:
		m.tokenURL(t, at)
	case scan.JA4:
		if m.index.Count(observable.JA4) > 0 {
			at.addAll(m, m.text(observable.JA4, telemetry.View(t.Text)), m.seen(t))
		}
	}
}

func (m *matcher) hashToken(t *scan.Token, s string, at place) {
	kinds := [...]observable.Kind{observable.MD5, observable.JA3}
	switch len(s) {
	case 40:
		kinds = [...]observable.Kind{observable.SHA1, observable.Unknown}
	case 64:
		kinds = [...]observable.Kind{observable.SHA256, observable.Unknown}
	case 128:
		kinds = [...]observable.Kind{observable.SHA512, observable.Unknown}
	}
	for _, k := range kinds {
		if k != observable.Unknown {
			at.addAll(m, m.text(k, s), m.seen(t))
		}
	}
}

// tokenName looks a name up before it keeps a copy: text that stands in a refanged token is the
// scanner's own.
func (m *matcher) tokenName(t *scan.Token, name []byte, at place) {
	if !m.hasNames {
		return
	}
	if !t.Fanged {
		m.name(telemetry.View(name), at)
		return
	}
	before := len(m.hits)
	m.name(telemetry.View(name), at)
	for i := before; i < len(m.hits); i++ {
		m.hits[i].Seen = m.batch.Copy([]byte(m.hits[i].Seen))
	}
}

func (m *matcher) tokenURL(t *scan.Token, at place) {
	host := t.Text[t.HostStart:t.HostEnd]
	if a := telemetry.ParseAddr(telemetry.View(host)); a.IsValid() {
		m.address(a, at)
	} else {
		m.tokenName(t, host, at)
	}
	if m.index.Count(observable.URL) == 0 {
		return
	}
	if key, ok := m.keyOfToken(t); ok {
		m.lookupURL(key, at)
	} else if v, err := observable.ParseAs(observable.URL, string(t.Text)); err == nil {
		m.lookupURL(observable.URLKey(v.String()), at)
	}
}

// keyOfToken writes the key of a plain URL as observable.URLKey would; not ok when the URL needs
// the full parser (user information, names outside ASCII, brackets).
func (m *matcher) keyOfToken(t *scan.Token) (string, bool) {
	scheme, _, ok := bytes.Cut(t.Text[:t.HostStart], []byte(":"))
	if !ok || len(scheme)+len("://") != t.HostStart {
		return "", false
	}
	m.key = m.key[:0]
	for _, c := range t.Text[t.HostStart:t.HostEnd] {
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c >= 0x80 || c == '[' || c == '%':
			return "", false
		}
		m.key = append(m.key, c)
	}
	rest := t.Text[t.HostEnd:]
	if len(rest) > 0 && rest[0] == ':' {
		if t.Port == 0 {
			return "", false
		}
		rest = bytes.TrimLeft(rest[1:], "0123456789")
		https := bytes.EqualFold(scheme, []byte("https")) || bytes.EqualFold(scheme, []byte("wss"))
		http := bytes.EqualFold(scheme, []byte("http")) || bytes.EqualFold(scheme, []byte("ws"))
		switch {
		case https && t.Port == 443, http && t.Port == 80:
		case https || http:
			m.key = append(append(m.key, ':'), utoa(t.Port)...)
		default:
			return "", false
		}
	}
	if i := bytes.IndexByte(rest, '#'); i >= 0 {
		rest = rest[:i]
	}
	if len(rest) == 0 || rest[0] != '/' {
		m.key = append(m.key, '/')
	}
	m.key = append(m.key, rest...)
	return telemetry.View(m.key), true
}

// seen gives a token's text for a hit: a view into the record, or a copy when the scanner made it.
func (m *matcher) seen(t *scan.Token) string {
	if t.Fanged {
		return m.batch.Copy(t.Text)
	}
	return telemetry.View(t.Text)
}

func prefixOf(t *scan.Token) netip.Prefix { return netip.PrefixFrom(t.Addr, t.Bits) }

// bytesOf gives a text's bytes for reading.
func bytesOf(s string) []byte {
	return unsafe.Slice(unsafe.StringData(s), len(s)) //nolint:gosec // the scanner only reads
}
