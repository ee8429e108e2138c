package hunt

import (
	"bytes"
	"net/netip"
	"unsafe"

	"stormglass/internal/observable"
	"stormglass/internal/observable/scan"
	"stormglass/internal/telemetry"
)

// scan meets every value that stands in a running text.
func (w *walk) scan(text string, at place) {
	if len(text) < minToken {
		return
	}
	w.scanner.Reset(bytesOf(text))
	for w.scanner.Next() {
		w.token(w.scanner.Token(), at)
	}
}

// minToken is the length of the shortest value found in text, "a.bc" or "::1".
const minToken = 3

func (w *walk) token(t *scan.Token, at place) {
	at.port, at.borrowed = t.Port, t.Fanged
	switch t.Class {
	case scan.Addr:
		w.to.metAddr(t.Addr, at)
	case scan.Prefix:
		w.to.metPrefix(netip.PrefixFrom(t.Addr, t.Bits), telemetry.View(t.Text), at)
	case scan.Domain:
		w.name(telemetry.View(t.Text), at)
	case scan.Hash:
		w.hash(telemetry.View(t.Text), at)
	case scan.Email:
		if w.want.emails {
			w.to.metText(observable.Email, telemetry.View(t.Text), at)
		}
		w.name(telemetry.View(t.Text[t.HostStart:t.HostEnd]), at)
	case scan.URL:
		w.tokenURL(t, at)
	case scan.JA4:
		if w.want.ja4 {
			w.to.metText(observable.JA4, telemetry.View(t.Text), at)
		}
	}
}

func (w *walk) tokenURL(t *scan.Token, at place) {
	host := telemetry.View(t.Text[t.HostStart:t.HostEnd])
	if a := telemetry.ParseAddr(host); a.IsValid() {
		w.to.metAddr(a, at)
	} else {
		w.name(host, at)
	}
	if !w.want.urls {
		return
	}
	if key, ok := w.keyOfToken(t); ok {
		w.to.metURL(key, at)
	} else if v, err := observable.ParseAs(observable.URL, string(t.Text)); err == nil {
		w.to.metURL(observable.URLKey(v.String()), at)
	}
}

// keyOfToken writes the key of a plain URL as observable.URLKey would; not ok when the URL needs
// the full parser (user information, names outside ASCII, brackets).
func (w *walk) keyOfToken(t *scan.Token) (string, bool) {
	scheme, _, ok := bytes.Cut(t.Text[:t.HostStart], []byte(":"))
	if !ok || len(scheme)+len("://") != t.HostStart {
		return "", false
	}
	w.key = w.key[:0]
	for _, c := range t.Text[t.HostStart:t.HostEnd] {
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c >= 0x80 || c == '[' || c == '%':
			return "", false
		}
		w.key = append(w.key, c)
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
			w.key = append(append(w.key, ':'), utoa(t.Port)...)
		default:
			return "", false
		}
	}
	if i := bytes.IndexByte(rest, '#'); i >= 0 {
		rest = rest[:i]
	}
	if len(rest) == 0 || rest[0] != '/' {
		w.key = append(w.key, '/')
	}
	w.key = append(w.key, rest...)
	return telemetry.View(w.key), true
}

// bytesOf gives a text's bytes for reading.
func bytesOf(s string) []byte {
	return unsafe.Slice(unsafe.StringData(s), len(s)) //nolint:gosec // the scanner only reads
}
