package imports

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"
)

// tacPlus reads the users, groups and hosts of a tac_plus.conf, of the classic server and its descendants. Keys and passwords are
// passed over.
func (r *reading) tacPlus(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("it is not UTF-8: save it so")
	}
	in := &tacReader{data: string(data), line: 1}
	all, err := in.block(0)
	if err != nil {
		r.left(in.line, "%v", err)
	}
	t := &tacFile{reading: r, groups: map[string]*tacNode{}}
	t.gather(all)
	for _, u := range t.users {
		t.account(u)
	}
	return nil
}

// tacFile is what a file states.
type tacFile struct {
	*reading
	users  []*tacNode
	groups map[string]*tacNode // groups and profiles
}

// tacPassed are statements of a file of which nothing is taken.
var tacPassed = words2set("key accounting acl default logging log maxsess maxsessions authentication authorization access profile ruleset rewrite mavis debug include " +
	"prompt enable login pap chap arap ms-chap opap global password message nopassword trace device realm dns syslog listen spawn background cap warning user-file " +
	"retire single connection context haproxy umask script set optional protocol addr inacl outacl timeout idletime session tag time net host-file port num_backend separation")

func words2set(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[w] = true
	}
	return out
}

// passed reports whether a statement is known and nothing is taken of it.
func (n *tacNode) passed() bool {
	return len(n.key) > 0 && tacPassed[strings.ToLower(n.key[0])]
}

func (t *tacFile) gather(nodes []tacNode) {
	for i := range nodes {
		n := &nodes[i]
		switch {
		case n.is("id"):
			if strings.HasPrefix(strings.ToLower(n.value()), "tac_plus") {
				t.gather(n.block)
			}
		case n.is("user") && n.opened:
			t.users = append(t.users, n)
		case (n.is("group") || n.is("profile")) && n.opened:
			t.groups[strings.ToLower(n.value())] = n
		case n.is("host") && n.opened:
			t.host(n)
		case n.passed():
		default:
			t.left(n.line, "the statement is not understood")
		}
	}
}

// host proposes the device of a host block.
func (t *tacFile) host(n *tacNode) {
	address := n.value()
	for i := range n.block {
		if n.block[i].is("address") && len(n.block[i].values) == 1 {
			address = n.block[i].value()
		}
	}
	text, bits, cut := strings.Cut(address, "/")
	a, ok := plainAddr(text)
	if !ok || cut && bits != "32" && bits != "128" {
		t.left(n.line, "the host is a network, or a name without an address: no device")
		return
	}
	id := n.value()
	if strings.Contains(id, "/") || !nameable(id) {
		id = a
	}
	t.proposeDevice(n.line, device{id: id, addresses: []string{a}})
}

// tacUser is what the blocks of a user and its groups say.
type tacUser struct {
	groups   []string
	name     string
	until    string
	any      bool // every command is permitted
	commands []string
	cmds     map[string]bool // commands that a nearer block states
	seen     map[*tacNode]bool
	remarks  []string
}

// account proposes a user.
func (t *tacFile) account(n *tacNode) {
	name := n.value()
	switch {
	case !nameable(name):
		t.left(n.line, "the user has no name, or one that cannot be shown")
		return
	case strings.EqualFold(name, "DEFAULT") || strings.HasPrefix(name, "$"):
		t.left(n.line, "the user stands for all others, or for enable: no account")
		return
	}
	u := &tacUser{cmds: map[string]bool{}, seen: map[*tacNode]bool{n: true}}
	t.read(u, n)
	i := &item{place: t.place(n.line), remarks: u.remarks}
	i.set("name", name)
	i.kind(name)
	switch {
	case u.any:
		i.remark("any command is permitted")
	default:
		i.list("commands", i.few(u.commands))
	}
	i.set("reason", words(u.reason()))
	i.set("valid_until", u.until)
	t.propose("accounts", i, name)
}

// maxCommands is how many commands of an account a register takes.
const maxCommands = 1000

func (i *item) few(commands []string) []string {
	if len(commands) > maxCommands {
		i.doubt("it has %d commands, of which %d are here: join some by *", len(commands), maxCommands)
		return commands[:maxCommands]
	}
	return commands
}

func (u *tacUser) reason() string {
	parts := []string{}
	if u.name != "" {
		parts = append(parts, u.name)
	}
	if len(u.groups) > 0 {
		parts = append(parts, "member of "+strings.Join(u.groups, ", "))
	}
	return strings.Join(parts, "; ")
}

// read takes what a block says, and what the groups say that it is a member of. What a nearer block states of a command counts.
func (t *tacFile) read(u *tacUser, n *tacNode) {
	var members []string
	for i := range n.block {
		s := &n.block[i]
		switch {
		case s.is("member") || s.is("profile") && !s.opened:
			members = append(members, s.values...)
		case s.is("profile"), s.is("service"):
			t.read(u, s)
		default:
			t.statement(u, s)
		}
	}
	for _, m := range members {
		if nameable(m) {
			u.groups = append(u.groups, m)
		}
		if g := t.groups[strings.ToLower(m)]; g != nil && !u.seen[g] && len(u.seen) < maxTacDepth {
			u.seen[g] = true
			t.read(u, g)
		}
	}
}

func (t *tacFile) statement(u *tacUser, s *tacNode) {
	switch {
	case s.is("default", "service"), s.is("default", "command"), s.is("default", "cmd"):
		u.any = u.any || strings.EqualFold(s.value(), "permit")
	case s.is("cmd"):
		t.command(u, s)
	case s.is("name"):
		u.name = s.value()
	case s.is("expires"), s.is("valid", "until"):
		u.until = t.until(s)
	case s.is("nopassword"):
		u.remarks = append(u.remarks, "it needs no password")
	case s.is("before"), s.is("after"):
		u.remarks = append(u.remarks, "a program decides besides")
	case s.is("priv-lvl"), s.is("valid", "from"), s.passed():
	case len(s.key) > 0 && strings.EqualFold(s.key[0], "set"), len(s.key) > 0 && strings.EqualFold(s.key[0], "optional"):
	default:
		if !s.opened && len(s.values) == 0 {
			return // a word alone, such as a mark of the server
		}
		t.left(s.line, "the statement of a user or group is not understood")
	}
}

// until gives the day on which an account ends.
func (t *tacFile) until(s *tacNode) string {
	for _, form := range [...]string{"Jan 2 2006", "Jan _2 2006", time.DateOnly} {
		if at, err := time.Parse(form, strings.Join(strings.Fields(s.value()), " ")); err == nil && at.Year() > 1970 && at.Year() < 2200 {
			return at.Format(time.DateOnly)
		}
	}
	t.left(s.line, "the day on which it ends is not understood: write it as Jan 31 2026")
	return ""
}
