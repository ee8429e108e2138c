package imports

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"stormglass/internal/register"
)

// directory is what a file of LDIF holds, by distinguished name.
type directory struct {
	*reading
	byDN     map[string]*ldifRecord
	groups   []*ldifRecord
	accounts map[string]*ldifAccount // by folded name
	order    []*ldifAccount
	steps    int
}

// ldifAccount is a member of groups.
type ldifAccount struct {
	line   int
	name   string
	record *ldifRecord // nil: its entry is not in the file
	guess  bool        // the name is from the distinguished name
	groups []string
}

// ldif reads groups of a directory: their members are accounts.
func (r *reading) ldif(data []byte, only []string) error {
	l := &ldifReader{reading: r, data: bytes.TrimPrefix(data, []byte("\ufeff")), line: 1}
	d := &directory{reading: r, byDN: map[string]*ldifRecord{}, accounts: map[string]*ldifAccount{}}
	records := l.records()
	for _, x := range records {
		d.byDN[foldedDN(x.dn)] = x
		if x.group() {
			d.groups = append(d.groups, x)
		}
	}
	if err := d.known(records, only); err != nil {
		return err
	}
	for _, g := range d.groups {
		if wanted(g, only) {
			d.expand(g, g.label(), map[*ldifRecord]bool{g: true})
		}
	}
	d.claimed(records, only)
	for _, a := range d.order {
		d.account(a)
	}
	return nil
}

// group reports whether an entry has members, or is of a class that has.
func (x *ldifRecord) group() bool {
	return len(x.members) > 0 || slices.ContainsFunc(x.classes, func(c string) bool { return strings.Contains(c, "group") })
}

func (x *ldifRecord) label() string {
	if n := x.names["cn"]; n != "" {
		return n
	}
	_, n := firstOf(x.dn)
	return n
}

func wanted(g *ldifRecord, only []string) bool {
	return only == nil || slices.ContainsFunc(only, func(o string) bool { return strings.EqualFold(o, g.label()) || foldedDN(o) == foldedDN(g.dn) })
}

// known complains of groups that were asked for and that no entry is or names.
func (d *directory) known(records []*ldifRecord, only []string) error {
	for _, o := range only {
		is := func(g *ldifRecord) bool { return wanted(g, []string{o}) }
		named := func(x *ldifRecord) bool {
			return slices.ContainsFunc(x.groups, func(m ldifMember) bool { return is(d.at(m.text)) })
		}
		if !slices.ContainsFunc(d.groups, is) && !slices.ContainsFunc(records, named) {
			return fmt.Errorf("it has no group %q: name it as its cn, or by its whole dn", o)
		}
	}
	return nil
}

// maxLDIFSteps bounds how many members are looked at, groups within groups counted each time.
const maxLDIFSteps = 4_000_000

// expand takes the members of a group, and of groups that are its members.
func (d *directory) expand(g *ldifRecord, label string, seen map[*ldifRecord]bool) {
	for _, m := range g.members {
		if d.steps++; d.steps > maxLDIFSteps {
			if d.steps == maxLDIFSteps+1 {
				d.left(m.line, "there are too many members, those of groups within groups counted each time: name groups with --group")
			}
			return
		}
		x := d.byDN[foldedDN(m.text)]
		switch {
		case m.uid:
			d.member(m, m.text, nil, false, label)
		case x != nil && x.group():
			if !seen[x] && len(seen) < 64 {
				seen[x] = true
				d.expand(x, label, seen)
			}
		case x != nil:
			d.entry(m, x, label)
		default:
			attribute, name := firstOf(m.text)
			d.member(m, name, nil, attribute != "uid", label)
		}
	}
}

// entry takes a member whose entry is in the file.
func (d *directory) entry(m ldifMember, x *ldifRecord, label string) {
	for _, key := range [...]string{"samaccountname", "uid"} {
		if n := x.names[key]; n != "" {
			d.member(m, n, x, false, label)
			return
		}
	}
	attribute, name := firstOf(x.dn)
	d.member(m, name, x, attribute != "uid", label)
}

func (d *directory) member(m ldifMember, name string, x *ldifRecord, guess bool, label string) {
	if !nameable(name) {
		d.left(m.line, "the name of a member cannot be shown or is longer than %d bytes", maxText)
		return
	}
	key := strings.ToLower(name)
	a := d.accounts[key]
	if a == nil {
		a = &ldifAccount{line: m.line, name: name, record: x, guess: guess}
		d.accounts[key] = a
		d.order = append(d.order, a)
	}
	if a.record == nil && x != nil {
		a.record, a.guess = x, guess
	}
	if len(a.groups) < 20 && !slices.Contains(a.groups, label) {
		a.groups = append(a.groups, label)
	}
}

// claimed takes the entries that say themselves which groups they are in.
func (d *directory) claimed(records []*ldifRecord, only []string) {
	for _, x := range records {
		if x.group() {
			continue
		}
		for _, m := range x.groups {
			if g := d.at(m.text); wanted(g, only) {
				d.entry(m, x, g.label())
			}
		}
	}
}

// at gives the entry of a distinguished name, which may be outside the file.
func (d *directory) at(dn string) *ldifRecord {
	if g := d.byDN[foldedDN(dn)]; g != nil {
		return g
	}
	return &ldifRecord{dn: dn}
}

// account proposes an account, unless its name is a subscriber's number, which no output shows.
func (d *directory) account(a *ldifAccount) {
	if register.OfSubscriber(a.name) {
		d.left(a.line, "the name of the account looks like a subscriber's number")
		return
	}
	i := &item{place: d.place(a.line)}
	i.set("name", a.name)
	names := []string{a.name}
	if a.record != nil {
		if upn := a.record.names["userprincipalname"]; nameable(upn) && !strings.EqualFold(upn, a.name) && !register.OfSubscriber(upn) {
			i.list("aliases", []string{upn})
			names = append(names, upn)
		}
		if n, err := strconv.ParseUint(a.record.names["useraccountcontrol"], 10, 32); err == nil && n&2 != 0 {
			i.doubt("the directory says that it is disabled")
		}
	}
	i.kind(a.name)
	if a.guess {
		i.doubt("the name is from its distinguished name: does it log in by that?")
	}
	reason := "member of " + strings.Join(a.groups, ", ")
	if a.record != nil && a.record.names["displayname"] != "" && !register.OfSubscriber(a.record.names["displayname"]) {
		reason = a.record.names["displayname"] + "; " + reason
	}
	i.set("reason", words(reason))
	d.propose("accounts", i, names...)
}
