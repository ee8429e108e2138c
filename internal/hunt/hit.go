package hunt

import (
	"net/netip"

	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// Role says what part the operator's side had when an indicator was met.
type Role uint8

// The roles, as bits of a Roles set.
const (
	RoleCalled         Role = 1 << iota // we opened the conversation
	RoleCalledNoAnswer                  // we tried, nobody answered or it was refused
	RoleCalledUs                        // they opened it, and we answered
	RoleScannedBy                       // they tried, we did not answer or refused
	RoleSpoke                           // both spoke, and the record does not tell who began
	RoleResolved                        // a name of ours was answered with it
	RoleMentioned                       // it stands in a record's text
)

// Roles is a set of roles.
type Roles uint8

// Has reports whether the set holds a role.
func (r Roles) Has(x Role) bool { return r&Roles(x) != 0 }

// Codes gives the roles as stable names for machines.
func (r Roles) Codes() []string {
	return r.named([]string{"we_called", "we_called_unanswered", "called_us", "scanned_us", "spoke", "resolved", "mentioned"})
}

// Words gives the roles in words.
func (r Roles) Words() []string {
	return r.named([]string{"we called it", "we called, unanswered or refused", "it called us", "scanned us, unanswered or refused", "spoke with us", "in a DNS answer", "mentioned"})
}

func (r Roles) named(names []string) []string {
	var out []string
	for i, w := range names {
		if r&(1<<i) != 0 {
			out = append(out, w)
		}
	}
	return out
}

// SubjectKind says what a finding is about on the operator's side.
type SubjectKind uint8

// The kinds of subject.
const (
	SubjectAddr   SubjectKind = iota // an address
	SubjectDevice                    // a device by the name in its log, not resolved by a register
	SubjectSource                    // a source, where its records name nobody
	SubjectFields                    // values of fields that a rule names: "user.name=alice"
)

// String gives the kind as it enters a finding's identity.
func (k SubjectKind) String() string { return [...]string{"address", "device", "source", "fields"}[k] }

// Subject is who on the operator's side a finding is about. It is comparable.
type Subject struct {
	Kind SubjectKind
	Addr netip.Addr
	Name string
}

// String gives the subject as text: an address, "unregistered:rtr1", or a source's name.
func (s Subject) String() string {
	switch s.Kind {
	case SubjectAddr:
		return s.Addr.String()
	case SubjectDevice:
		return "unregistered:" + s.Name
	case SubjectSource, SubjectFields:
	}
	return s.Name
}

// Hit is one indicator met in one record. Texts share memory with the record's batch.
type Hit struct {
	Record   int // in the batch
	Match    intel.Match
	Field    telemetry.FieldID
	Seen     string // the value as the record holds it; empty when it is SeenAddr
	SeenAddr netip.Addr
	Subject  Subject
	Role     Role
	Ours     bool   // the subject is known to be the operator's
	Port     uint16 // the port at the indicator's end, 0 unknown
}

// Sink takes the hits of a batch. It is called from several goroutines; the batch is gone after
// the call.
type Sink interface {
	Hits(b *telemetry.Batch, hits []Hit)
}
