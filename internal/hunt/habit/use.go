package habit

import (
	"cmp"
	"net/netip"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/logged"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// use is one use of an account.
type use struct {
	account string // by which it is known: the name of the register, in lower case
	user    string // as the record writes it
	host    string
	from    netip.Addr // invalid: not told
	at      telemetry.Instant
	line    *logged.Line
}

// uses gives the uses of accounts in a batch.
func uses(n *analyse.Notes, b *telemetry.Batch, do func(u *use)) {
	for i := range b.Event {
		e := &b.Event[i]
		l := logged.Read(b, e)
		if !l.Uses() || !e.Occurred.Known() {
			continue
		}
		u := use{user: logged.User(l.User), host: logged.Name(e.Host), from: e.Src, at: e.Occurred, line: &l}
		if u.user == "" {
			continue
		}
		u.account = logged.Account(n.Registers, u.user, u.at)
		do(&u)
	}
}

// expected reports whether a program's account is used from where it runs: that is no news.
func (u *use) expected(r *register.Registers) bool {
	a, ok := r.Account(u.user, u.at)
	return ok && a.Kind == register.Automation && len(a.Hosts) > 0 && u.from.IsValid() && a.From(u.from)
}

// sight is what is kept of a use.
type sight struct {
	at         int64 // ns since 1970
	user, host string
	from       netip.Addr
}

func (s *sight) append(b []byte) []byte {
	b = appendInt(b, s.at)
	return analyse.AppendAddr(analyse.AppendText(analyse.AppendText(b, s.user), s.host), s.from)
}

func sightOf(v *analyse.Value) sight {
	return sight{at: v.Int(), user: v.Text(), host: v.Text(), from: v.Addr()}
}

// before orders sights in time; of equal times (logs state whole seconds) those that say from where come first, and else the order in which
// they were read does not matter.
func (s *sight) before(o *sight) bool {
	return cmp.Or(cmp.Compare(s.at, o.at), cmp.Compare(s.sourceless(), o.sourceless()), cmp.Compare(s.host, o.host), cmp.Compare(s.user, o.user), s.from.Compare(o.from)) < 0
}

func (s *sight) sourceless() int {
	if s.from.IsValid() {
		return 0
	}
	return 1
}

// record begins a derived record about an account that was used.
func (s *sight) record() *analyse.Record {
	r := &analyse.Record{At: telemetry.Instant(s.at), Host: s.host}
	r.Ends.Src = s.from
	r.Text("user.name", s.user)
	return r
}

const day = int64(24 * time.Hour)
