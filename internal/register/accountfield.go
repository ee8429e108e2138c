package register

import (
	"slices"
	"strings"

	"stormglass/internal/telemetry"
)

// What an account says of a host or a command, besides approved, unknown and no_register.
const (
	notStated = "not_stated" // the account states no hosts, or no commands
	noAccount = "no_account" // the name is not in the register, or not at that time
)

// accountCheck judges a value of a record by the account that the record names.
type accountCheck func(r *Registers, a *Account, v *value, b *telemetry.Batch, i int) (string, bool)

// accountField is stormglass.account.host.FIELD or command.FIELD, for the account that user.name names.
func (r *Registers) accountField(kind telemetry.Kind, field, usual string, check accountCheck) (Getter, bool) {
	if field == "" {
		field = usual
	}
	user, ok1 := valueOf(kind, telemetry.FieldUserName.String())
	v, ok2 := valueOf(kind, field)
	if !ok1 || !ok2 || v.texts != nil {
		return nil, false
	}
	l := r.joins.lists["accounts"]
	return func(b *telemetry.Batch, i int) (string, bool) {
		_, name := user.one(b, i)
		if name == "" {
			return "", false
		}
		at := b.Head(i).Occurred
		if l.silent(at) {
			return NoRegister.String(), true
		}
		a, ok := r.Account(name, at)
		if !ok {
			return noAccount, true
		}
		return check(r, a, &v, b, i)
	}, true
}

// accountHost judges an address, or a name by the addresses of the device that has it.
func accountHost(r *Registers, a *Account, v *value, b *telemetry.Batch, i int) (string, bool) {
	addr, s := v.one(b, i)
	switch {
	case !addr.IsValid() && s == "":
		return "", false
	case len(a.Hosts) == 0:
		return notStated, true
	case addr.IsValid() && a.From(addr), s != "" && r.fromNamed(a, s, b.Head(i).Occurred):
		return Approved.String(), true
	}
	return Unknown.String(), true
}

// accountCommand judges all commands of a record. The first text is the whole of what was typed, the commands of a line follow it, each by itself
// (telemetry/cli). A line is approved as a whole, or by every one of its commands: NX-OS tells of each with its mode, "configure terminal ; A".
func accountCommand(_ *Registers, a *Account, v *value, b *telemetry.Batch, i int) (string, bool) {
	whole, before, judged := "", "", false
	for s := range v.texted(b, i) {
		first := whole == ""
		if first {
			whole = s
		}
		switch {
		case a.commands.empty():
			return notStated, true
		case a.Runs(s), before != "" && inside(before, s):
			before, judged = s, true
			if first && strings.Contains(s, ";") { // as a whole, with all that follows
				return Approved.String(), true
			}
		case first && strings.Contains(s, ";"): // by what follows, if anything does
		default:
			return Unknown.String(), true
		}
	}
	switch {
	case whole == "":
		return "", false
	case !judged:
		return Unknown.String(), true
	}
	return Approved.String(), true
}

// inside reports whether a command is what an approved one gives to another shell or mode of the device, which has it as a text of its own besides.
func inside(approved, command string) bool {
	mode, ok := strings.CutSuffix(approved, " "+command)
	return ok && (strings.EqualFold(mode, "run") || strings.EqualFold(mode, "admin") || strings.EqualFold(mode, "top"))
}

// fromNamed reports whether an account is used from a device, by its name.
func (r *Registers) fromNamed(a *Account, name string, at telemetry.Instant) bool {
	d, ok := r.DeviceNamed(name, at)
	return ok && slices.ContainsFunc(d.Addresses, a.From)
}
