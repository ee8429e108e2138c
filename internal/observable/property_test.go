package observable

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// drawText draws text that comes near to values of every kind.
func drawText(t *rapid.T) string {
	label := rapid.StringMatching(`[a-zA-Z0-9_-]{1,8}|ä[a-z]|中|xn--[a-z0-9]{1,5}`)
	name := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(label, 1, 4).Draw(t, "labels"), rapid.SampledFrom([]string{".", "[.]", "。", "(dot)", `\.`, " dot ", ","}).Draw(t, "dot"))
	})
	v4 := rapid.StringMatching(`[12]?[0-9]{1,2}(\.[12]?[0-9]{1,2}){3}`)
	v6 := rapid.StringMatching(`[0-9a-f]{1,4}(:[0-9a-fA-F]{0,4}){2,7}`)
	host := rapid.OneOf(name, v4, rapid.Map(v6, func(s string) string { return "[" + s + "]" }))
	return rapid.OneOf(
		name, v4, v6, host,
		rapid.StringMatching(`[0-9./:a-f]{2,20}`),
		rapid.StringMatching(`[A-Fa-f0-9]{32}|[a-f0-9]{40}|[a-f0-9]{64}`),
		rapid.StringMatching(`(AS|as|ASN)?[0-9]{1,10}|(CVE|cve)-20[0-9]{2}-[0-9]{4,7}|\+?[0-9 ()/-]{7,18}|[0-9]{14,16}`),
		rapid.StringMatching(`[tqd]1[0-3][di][0-9]{4}h2_[0-9a-f]{12}_[0-9a-f]{12}`),
		rapid.Custom(func(t *rapid.T) string {
			return rapid.SampledFrom([]string{"http://", "hxxps[:]//", "FTP://", "tcp://", "", "//", "http:\\\\"}).Draw(t, "scheme") +
				rapid.SampledFrom([]string{"", "u:p@", "a@b@"}).Draw(t, "user") + host.Draw(t, "host") +
				rapid.SampledFrom([]string{"", ":80", ":443", ":8080", ":"}).Draw(t, "port") +
				rapid.StringMatching(`(/[a-zA-Z0-9./\[\](){}%@:,#?=_\\-]{0,20})?`).Draw(t, "path")
		}),
		rapid.Custom(func(t *rapid.T) string { return label.Draw(t, "local") + "@" + name.Draw(t, "domain") }),
		rapid.StringMatching(`[a-z\[\](){}.:/@\\_, ]{0,16}`),
		rapid.String(),
	).Draw(t, "text")
}

// laws holds every law of a value against v.
func laws(t interface{ Fatalf(string, ...any) }, v Value) {
	again, err := ParseAs(v.Kind(), v.String())
	if err != nil || again != v {
		t.Fatalf("%s %q is not canonical: %q, %v", v.Kind(), v, again, err)
	}
	back, err := ParseAs(v.Kind(), v.Defang())
	if err != nil || back != v {
		t.Fatalf("%s %q defanged %q comes back as %q, %v", v.Kind(), v, v.Defang(), back, err)
	}
	if !utf8.ValidString(v.String()) || v.String() == "" {
		t.Fatalf("%s %q is empty or not UTF-8", v.Kind(), v)
	}
	if v.Kind() == URL {
		if key := URLKey(v.String()); !strings.Contains(key, "/") || strings.HasPrefix(key, "/") {
			t.Fatalf("URLKey(%q) = %q", v, key)
		}
	}
	if v.Kind() == Addr && OfAddr(v.Addr()) != v || v.Kind() == Prefix && v.Prefix().String() != v.String() {
		t.Fatalf("%s %q is not what net/netip makes of it", v.Kind(), v)
	}
}

func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawText(t)
		if v, err := Parse(s); err == nil {
			laws(t, v)
		}
		for _, k := range Kinds() {
			if v, err := ParseAs(k, s); err == nil {
				laws(t, v)
			}
		}
	})
}

// TestDefangText: a value within text, defanged by either function, is found again.
func TestDefangText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, err := Parse(drawText(t))
		if err != nil || v.Kind() == URL {
			return
		}
		if back, err := Parse(Defang(v.String())); err != nil || back != v {
			t.Fatalf("%s %q defanged %q comes back as %q, %v", v.Kind(), v, Defang(v.String()), back, err)
		}
	})
}
