package seen

import (
	"net/netip"
	"slices"

	"stormglass/internal/depot"
	"stormglass/internal/observable"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// notKept says why the ledger never holds a value, empty when it may. "Not kept" must not read as
// "not seen".
func notKept(v *depot.View, value observable.Value) string {
	if value.Kind().Subscriber() {
		return "numbers of subscribers are masked before anything is kept"
	}
	text := value.String()
	if value.Kind() == observable.URL {
		text = observable.URLKey(text)
	}
	if value.Kind() == observable.Prefix {
		if whole, _ := ofSubscribers(v.Registers.Networks, value.Prefix()); whole {
			return subscribersNotKept
		}
	} else if depot.NamesSubscriber(v.Registers.Networks, value.Kind(), value.Addr(), text, 0) {
		return subscribersNotKept
	}
	switch value.Kind() { //nolint:exhaustive // the others are kept
	case observable.CommunityID:
		return "it is computed from flows and not kept; look for the addresses of the conversation"
	case observable.ASN, observable.CVE, observable.UserName:
		return "values of this kind are not looked for in records"
	case observable.URL:
		if telemetry.RedactField(telemetry.FieldURLOriginal.String(), text) != text {
			return "it holds what is blanked before anything is kept: a secret, or a subscriber's number"
		}
	}
	return ""
}

const subscribersNotKept = "addresses of subscribers are not kept as values (networks.yaml), and not looked up where they were before it said so"

// ofSubscribers reports whether a prefix lies in one of subscribers, and whether it holds addresses of
// subscribers at all.
func ofSubscribers(n register.Networks, p netip.Prefix) (whole, some bool) {
	for _, q := range n.Prefixes() {
		if !q.Overlaps(p) || n.Class(q.Addr(), 0) != register.Subscriber {
			continue
		}
		some = true
		if q.Bits() <= p.Bits() && n.Class(p.Addr(), 0) == register.Subscriber {
			whole = true
		}
	}
	return whole, some
}

// kindNote says when no records are held of the kind that is made of values like one that was not met.
func kindNote(v *depot.View, value observable.Value) string {
	need, others := telemetry.KindFile, "hashes can only have been met in TLS, certificate and event records"
	switch value.Kind() {
	case observable.MD5, observable.SHA1, observable.SHA256, observable.SHA512:
	case observable.Email:
		need, others = telemetry.KindMail, "mail addresses can only have been met in event records"
	default:
		return ""
	}
	for _, f := range v.State.Files {
		if f.Kind == need {
			return ""
		}
	}
	return "no " + need.String() + " records are held: " + others
}

// NeedsFiles reports whether questions can only be answered with what is known of the lake's files.
func NeedsFiles(questions []Question) bool {
	return slices.ContainsFunc(questions, func(q Question) bool {
		switch q.Value.Kind() {
		case observable.MD5, observable.SHA1, observable.SHA256, observable.SHA512, observable.Email:
			return true
		default:
			return false
		}
	})
}
