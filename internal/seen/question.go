package seen

import (
	"strings"

	"golang.org/x/net/publicsuffix"

	"stormglass/internal/hunt"
	"stormglass/internal/ledger"
	"stormglass/internal/observable"
)

// Question is one value asked for.
type Question struct {
	Given string           // as it was written
	Value observable.Value // zero when Err says why
	Exact bool             // a domain alone, without the names below it
	Err   error            // why Given is no value
}

// Parse reads a value in any spelling, defanged too; "kind:value" states its kind, which a bare value
// shows by its form ("filename:invoice.exe").
func Parse(given string, exact bool) Question {
	q := Question{Given: given, Exact: exact}
	text := strings.TrimSpace(given)
	if name, rest, ok := strings.Cut(text, ":"); ok {
		if k, err := observable.ParseKind(strings.ToLower(name)); err == nil && k != observable.Unknown {
			if q.Value, q.Err = observable.ParseAs(k, rest); q.Err == nil || k != observable.URL {
				return q
			}
		}
	}
	q.Value, q.Err = observable.Parse(text)
	return q
}

// Probes gives what a value is looked up by in the ledger, by the rules by which the engine matches:
// a domain and all names below it, the addresses of a prefix, a URL with any query.
func Probes(v observable.Value, exact bool) []ledger.Probe {
	switch v.Kind() { //nolint:exhaustive // the others are texts
	case observable.Addr:
		return []ledger.Probe{ledger.AddrProbe(v.Addr())}
	case observable.Prefix:
		from, to := hunt.PrefixKeys(v.Prefix())
		return append(ledger.PrefixProbes(v.Prefix()), ledger.Probe{
			Space: ledger.Texts, From: ledger.AppendTextKey(nil, observable.Prefix, from), To: ledger.AppendTextKey(nil, observable.Prefix, to),
		})
	case observable.Domain:
		probe := ledger.NameTreeProbe(v.String())
		if exact {
			probe = ledger.NameProbe(v.String())
		}
		if LooksLikeFile(v.String()) {
			return []ledger.Probe{probe, ledger.TextProbe(observable.FileName, v.String())}
		}
		return []ledger.Probe{probe}
	case observable.URL:
		return urlProbes(v)
	case observable.MD5: // thirty-two hex digits may be either
		return []ledger.Probe{ledger.TextProbe(observable.MD5, v.String()), ledger.TextProbe(observable.JA3, v.String())}
	}
	return []ledger.Probe{ledger.TextProbe(v.Kind(), v.String())}
}

// urlProbes gives the probes of a URL; one without a path and a port of its own stands for its host, too.
func urlProbes(v observable.Value) []ledger.Probe {
	key := observable.URLKey(v.String())
	probes := ledger.URLProbes(key)
	if host, ok := strings.CutSuffix(key, "/"); ok && !strings.ContainsAny(host, "/:?[") {
		probes = append(probes, ledger.NameProbe(host))
	}
	return probes
}

// LooksLikeFile reports whether a name ends in what is no top-level domain that is known: "invoice.exe"
// may be a file's name as well as a domain's.
func LooksLikeFile(name string) bool {
	suffix, listed := publicsuffix.PublicSuffix(name)
	return !listed && !strings.Contains(suffix, ".")
}
