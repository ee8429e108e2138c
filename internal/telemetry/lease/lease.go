package lease

import (
	"net/netip"
	"strconv"
	"strings"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Dataset is that of all records of leases.
const Dataset = "stormglass.lease"

// The pairs of a lease.
var (
	FieldAction = telemetry.FieldNamed("event.action")            // lease-start, lease-end, lease-held
	FieldSecret = telemetry.FieldNamed("stormglass.lease.secret") // who it is, as KIND:VALUE; never kept
	FieldRef    = telemetry.FieldNamed("stormglass.lease.ref")    // the token in its place
	FieldPrefix = telemetry.FieldNamed("stormglass.lease.prefix") // of IPv6, that the subscriber has besides
	FieldUntil  = telemetry.FieldNamed("stormglass.lease.until")  // when it ends by itself, as seconds since 1970
	FieldBlock  = telemetry.FieldNamed("stormglass.lease.block")  // a block of ports, see Block
)

// Verb is what happened to a lease.
type Verb uint8

// The verbs.
const (
	Start Verb = iota
	End
	Held // it was there, and goes on
)

// verbs are the actions of events.
var verbs = [...]string{Start: "lease-start", End: "lease-end", Held: "lease-held"}

// String gives the event.action of a verb.
func (v Verb) String() string { return verbs[v] }

// Lease is an address that somebody had from a time on, or up to it.
type Lease struct {
	Verb    Verb
	Address netip.Addr
	Prefix  netip.Prefix
	Kind    observable.Kind // of who
	Who     string          // empty when the line does not say
	Until   telemetry.Instant
}

// Fill makes record i of a batch of kind aaa that lease.
func Fill(b *telemetry.Batch, i int, l *Lease) {
	e := &b.Event[i]
	e.Dataset, e.Raw, e.Src = Dataset, "", l.Address
	b.AddPair(&e.Pairs, FieldAction, l.Verb.String())
	if l.Who != "" {
		b.AddPair(&e.Pairs, FieldSecret, b.Copy([]byte(l.Kind.String()+":"+l.Who)))
	}
	if l.Prefix.IsValid() {
		b.AddPair(&e.Pairs, FieldPrefix, b.Copy([]byte(l.Prefix.String())))
	}
	if l.Until.Known() {
		b.AddPair(&e.Pairs, FieldUntil, b.Copy(strconv.AppendInt(nil, l.Until.Time().Unix(), 10)))
	}
}

// Named gives who a name, number or address of a device stands for, in the form that is tokenised: digits of an IMSI or a telephone number
// where it can only be one, else a user's name in lower case.
func Named(s string) (observable.Kind, string) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" || len(s) > maxWho {
		return observable.Unknown, ""
	}
	return observable.UserName, s
}

// maxWho bounds names, as those of the vault are bounded.
const maxWho = 253

// Hardware gives a device's own address as it is tokenised: mac- and twelve hexadecimal digits in lower case. Twelve decimal digits with
// nothing between them are a telephone number, and four numbers with points an address of IPv4.
func Hardware(s string) (observable.Kind, string) {
	var digits [12]byte
	n := 0
	if strings.Trim(s, "0123456789") == "" || strings.Trim(s, "0123456789.") == "" && strings.Count(s, ".") == 3 {
		return observable.Unknown, ""
	}
	for i := range len(s) {
		switch c := s[i] | 0x20; {
		case s[i]-'0' <= 9, c >= 'a' && c <= 'f':
			if n == len(digits) {
				return observable.Unknown, ""
			}
			digits[n] = c
			if s[i]-'0' <= 9 {
				digits[n] = s[i]
			}
			n++
		case s[i] == ':' || s[i] == '-' || s[i] == '.':
		default:
			return observable.Unknown, ""
		}
	}
	if n != len(digits) {
		return observable.Unknown, ""
	}
	return observable.UserName, "mac-" + string(digits[:])
}

// Digits gives an IMSI or a telephone number as it is tokenised.
func Digits(kind observable.Kind, s string) (observable.Kind, string) {
	v, err := observable.ParseAs(kind, s)
	if err != nil {
		return observable.Unknown, ""
	}
	return kind, v.String()
}
