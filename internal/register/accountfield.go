package register

import (
	"slices"

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

func accountCommand(_ *Registers, a *Account, v *value, b *telemetry.Batch, i int) (string, bool) {
	_, s := v.one(b, i)
	switch {
	case s == "":
		return "", false
	case a.commands.empty():
		return notStated, true
	case a.Runs(s):
		return Approved.String(), true
	}
	return Unknown.String(), true
}

// fromNamed reports whether an account is used from a device, by its name.
func (r *Registers) fromNamed(a *Account, name string, at telemetry.Instant) bool {
	d, ok := r.DeviceNamed(name, at)
	return ok && slices.ContainsFunc(d.Addresses, a.From)
}
