package seen

import (
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
	switch value.Kind() { //nolint:exhaustive // the others are kept
	case observable.Addr:
		if v.Registers.Networks.Class(value.Addr(), 0) == register.Subscriber {
			return "addresses of subscribers are not kept as values (networks.yaml)"
		}
	case observable.CommunityID:
		return "it is computed from flows and not kept; look for the addresses of the conversation"
	case observable.ASN, observable.CVE, observable.UserName:
		return "values of this kind are not looked for in records"
	case observable.URL:
		if key := observable.URLKey(value.String()); telemetry.RedactField(telemetry.FieldURLOriginal.String(), key) != key {
			return "it holds what is blanked before anything is kept: a secret, or a subscriber's number"
		}
	}
	return ""
}
