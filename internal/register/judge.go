package register

import (
	"net/netip"

	"stormglass/internal/telemetry"
)

// judge says of an address or a text what the registers say of it. A judge allocates nothing for addresses.
type judge interface {
	addr(a netip.Addr, at telemetry.Instant) (string, bool)
	text(s string, at telemetry.Instant) (string, bool)
}

// listJudge: approved, expired, unknown, no_register.
type listJudge struct{ list *list }

func (j listJudge) addr(a netip.Addr, at telemetry.Instant) (string, bool) {
	return j.list.ofAddr(a, at).String(), true
}

func (j listJudge) text(s string, at telemetry.Instant) (string, bool) {
	return j.list.ofText(s, at).String(), true
}

// Of addresses that no network classes.
const (
	classOutside = "outside" // not the operator's
	classUnknown = "unknown" // private and not stated, or nothing is stated for the time
)

// classJudge: infrastructure, management, server, subscriber, outside, unknown.
type classJudge struct {
	networks Networks
	list     *list
}

func (r *Registers) class() *classJudge { return &classJudge{r.Networks, r.joins.lists["networks"]} }

func (j *classJudge) addr(a netip.Addr, at telemetry.Instant) (string, bool) {
	switch c := j.networks.Class(a, at); {
	case c == Own || c == None && j.list.silent(at):
		return classUnknown, true
	case c == None:
		return classOutside, true
	default:
		return c.String(), true
	}
}

func (j *classJudge) text(string, telemetry.Instant) (string, bool) { return "", false }

// unregistered begins what stands for a device that no register names.
const unregistered = "unregistered:"

// deviceJudge: what is stated of the device that a field names.
type deviceJudge struct {
	r  *Registers
	of func(*Device) string
	id bool
}

func (j *deviceJudge) addr(a netip.Addr, at telemetry.Instant) (string, bool) {
	d, ok := j.r.DeviceAt(a, at)
	if !ok {
		return "", false
	}
	s := j.of(d)
	return s, s != ""
}

func (j *deviceJudge) text(name string, at telemetry.Instant) (string, bool) {
	d, ok := j.r.DeviceNamed(name, at)
	if !ok {
		return unregistered + name, j.id
	}
	s := j.of(d)
	return s, s != ""
}

// What a change register says of a time.
const (
	inWindow      = "in_window"
	outsideWindow = "outside"
)

// changeJudge: in_window, outside, no_register.
type changeJudge struct {
	r    *Registers
	list *list
}

func (j *changeJudge) addr(a netip.Addr, at telemetry.Instant) (string, bool) {
	if j.list.silent(at) {
		return NoRegister.String(), true
	}
	d, ok := j.r.DeviceAt(a, at)
	return window(ok && j.r.joins.changes.ofDevice(d, at) || !ok && j.r.joins.changes.all.state(at) == Approved), true
}

func (j *changeJudge) text(name string, at telemetry.Instant) (string, bool) {
	if j.list.silent(at) {
		return NoRegister.String(), true
	}
	d, ok := j.r.DeviceNamed(name, at)
	return window(ok && j.r.joins.changes.ofDevice(d, at) || !ok && j.r.joins.changes.ofName(name, at)), true
}

func window(in bool) string {
	if in {
		return inWindow
	}
	return outsideWindow
}

// accountJudge: person, automation, break_glass, unknown, no_register.
type accountJudge struct {
	r    *Registers
	list *list
}

func (j *accountJudge) addr(netip.Addr, telemetry.Instant) (string, bool) { return "", false }

func (j *accountJudge) text(name string, at telemetry.Instant) (string, bool) {
	if j.list.silent(at) {
		return NoRegister.String(), true
	}
	if a, ok := j.r.Account(name, at); ok {
		return string(a.Kind), true
	}
	return Unknown.String(), true
}
