package telemetry

// Kind is the closed list of record kinds. Numbers and names are written to disk: kinds are only
// added, at the end.
type Kind uint8

// The kinds of record. A batch holds one of them.
const (
	KindFlow      Kind = iota // who spoke with whom, how much
	KindDNS                   // questions and answers
	KindHTTP                  // requests
	KindTLS                   // handshakes
	KindCert                  // certificates seen
	KindFile                  // files seen on the wire
	KindMail                  // messages in transfer
	KindEvent                 // anything else: names and texts
	KindAAA                   // which subscriber had which address, port block: leases
	KindConfig                // device configurations
	KindAccess                // access to stores of records
	KindIntercept             // interception state
	KindDerived               // what analysers emit
	NumKinds
)

var kindNames = [NumKinds]string{
	"flow", "dns", "http", "tls", "cert", "file", "mail", "event", "aaa", "config", "access", "intercept", "derived",
}

// Eventful reports whether records of the kind have the form of an Event: their fields are pairs.
func (k Kind) Eventful() bool { return k == KindEvent || k == KindAAA || k == KindDerived }

// String gives the kind's name, as in the lake's folders.
func (k Kind) String() string {
	if k < NumKinds {
		return kindNames[k]
	}
	return "invalid"
}
