package hunt

import (
	"strings"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

func (w *walk) text(k observable.Kind, s string, at place) {
	if s != "" {
		w.to.metText(k, s, at)
	}
}

func (w *walk) fileName(s string, at place) {
	if w.want.files {
		w.text(observable.FileName, s[strings.LastIndexAny(s, `/\`)+1:], at)
	}
}

// hash meets a digest of a kind that its length tells.
func (w *walk) hash(s string, at place) {
	if w.want.hashes || w.want.ja3 {
		for _, k := range hashKinds(len(s)) {
			w.to.metText(k, s, at)
		}
	}
}

// hashKinds gives the kinds of value that a number of hex digits may be.
func hashKinds(digits int) []observable.Kind {
	switch digits {
	case 32:
		return digits32
	case 40:
		return digits40
	case 64:
		return digits64
	case 128:
		return digits128
	}
	return nil
}

var (
	digits32  = []observable.Kind{observable.MD5, observable.JA3}
	digits40  = []observable.Kind{observable.SHA1}
	digits64  = []observable.Kind{observable.SHA256}
	digits128 = []observable.Kind{observable.SHA512}
)

// name meets a domain name, in A-labels.
func (w *walk) name(s string, at place) {
	if s == "" || !w.want.names {
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
	w.to.metName(s, at)
}

// addrOrName meets a text that is an address or a domain name as a whole.
func (w *walk) addrOrName(s string, at place) {
	if s == "" {
		return
	}
	if a := telemetry.ParseAddr(s); a.IsValid() {
		w.to.metAddr(a, at)
		return
	}
	w.name(s, at)
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
