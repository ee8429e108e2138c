package unheard

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/logged"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// Accounting tells of devices that somebody worked on while no AAA server heard of it, though they hear of the device at other times.
type Accounting struct{}

const accountingDays = 8

// Name implements analyse.Analyser.
func (Accounting) Name() string { return "aaasilent" }

// Kinds implements analyse.Analyser.
func (Accounting) Kinds() []telemetry.Kind {
	return []telemetry.Kind{telemetry.KindEvent, telemetry.KindFlow}
}

// Bounds implements analyse.Analyser.
func (Accounting) Bounds() analyse.Bounds {
	return analyse.Bounds{Version: 1, Days: accountingDays, Keep: true, Values: 16_384, Rows: 8 << 20, Known: known}
}

// A day has so many slots of five minutes: for each is kept whether an AAA server told of the device.
const (
	slot  = int64(5 * time.Minute)
	slots = int(day / slot)
)

type slotBits [slots / 8]byte

func (b *slotBits) set(i int)      { b[i/8] |= 1 << (i % 8) }
func (b *slotBits) has(i int) bool { return b[i/8]>>(i%8)&1 != 0 }

// Kinds of note: that AAA servers told of the device, and signs that somebody worked on it.
const (
	noteAccounted = iota
	noteFlow
	noteLogin
	noteChange
)

var signNames = [...]string{noteFlow: "flow", noteLogin: "login", noteChange: "config-change"}

// sign is a sign that somebody worked on a device.
type sign struct {
	at   int64
	kind uint64
	user string
	host string // the device as it was written
	from netip.Addr
}

// worker is the key of an account on a device; the account is empty where none is told.
func worker(id string, stated bool, account string) string {
	return keyOf(id, stated) + "\x00" + account
}

// Note implements analyse.Analyser. A key is the device and the account; a value a kind, and what it says.
func (Accounting) Note(n *analyse.Notes, b *telemetry.Batch) {
	if b.Kind == telemetry.KindFlow {
		flowSigns(n, b)
		return
	}
	accounted := map[spoke]*slotBits{}
	for i := range b.Event {
		e := &b.Event[i]
		if e.Host == "" || !e.Occurred.Known() {
			continue
		}
		l := logged.Read(b, e)
		switch {
		case l.Reported && (l.Class == telemetry.ClassLogin || l.Class == telemetry.ClassSession || l.Class == telemetry.ClassCommand):
			if id, stated := logged.Device(n.Registers, e.Host, e.Occurred); id != "" {
				key := worker(id, stated, logged.Account(n.Registers, logged.User(l.User), e.Occurred))
				account(accounted, spoke{key, e.Occurred.Day()}, int64(e.Occurred), int64(l.Lasted))
			}
		case l.Reported || !l.Network || l.Outcome == "failure":
		case l.Action == "login":
			eventSign(n, e, &l, noteLogin)
		case l.Class == telemetry.ClassConfig && l.Action != "config-leave":
			eventSign(n, e, &l, noteChange)
		}
	}
	for at, bits := range accounted {
		n.Put(telemetry.Instant(int64(at.day)*day+1), []byte(at.key), append([]byte{noteAccounted}, bits[:]...))
	}
}

// account marks the slots of a record; of a session that ended all of the day in which it lasted.
func account(accounted map[spoke]*slotBits, at spoke, ended, lasted int64) {
	bits := accounted[at]
	if bits == nil {
		bits = &slotBits{}
		accounted[at] = bits
	}
	last := int(ended % day / slot)
	first := max(0, int((ended%day-min(lasted, day))/slot))
	for i := first; i <= last; i++ {
		bits.set(i)
	}
}

// eventSign notes what the device itself told. What it says of its console, and of nobody, is no sign of work over the network.
func eventSign(n *analyse.Notes, e *telemetry.Event, l *logged.Line, kind uint64) {
	user := logged.User(l.User)
	if l.Via == "console" || strings.EqualFold(user, "console") || !e.Src.IsValid() && user == "" {
		return
	}
	id, stated := logged.Device(n.Registers, e.Host, e.Occurred)
	if id == "" {
		return
	}
	s := sign{int64(e.Occurred), kind, user, logged.Name(e.Host), e.Src}
	n.Put(e.Occurred, []byte(worker(id, stated, logged.Account(n.Registers, user, e.Occurred))), s.append(nil))
}

// A session at a device's SSH or telnet is one of work when it lasts, and the device says so much; what is shorter may be a failed login,
// or a probe.
const (
	workTime  = 30 * time.Second
	workBytes = 8192
)

func flowSigns(n *analyse.Notes, b *telemetry.Batch) {
	for i := range b.Flow {
		f := &b.Flow[i]
		if f.Proto != 6 || f.DstPort != 22 && f.DstPort != 23 || f.OneWay || f.Duration < workTime || f.DstBytes < workBytes || f.DstBytes == telemetry.NoCount {
			continue
		}
		d, ok := n.Registers.DeviceAt(f.Dst, f.Occurred)
		if !ok || !manages(n.Registers, f.Src, f.Occurred) {
			continue
		}
		s := sign{at: int64(f.Occurred), kind: noteFlow, host: d.ID, from: f.Src}
		n.Put(f.Occurred, []byte(worker(d.ID, true, "")), s.append(nil))
	}
}

// manages reports whether devices are managed from an address.
func manages(r *register.Registers, a netip.Addr, at telemetry.Instant) bool {
	return r.States("jump_hosts") && r.State("jump_hosts", a, at) == register.Approved ||
		r.Networks.Stated() && r.Networks.Class(a, at) == register.Management
}

func (s *sign) append(b []byte) []byte {
	b = binary.AppendVarint(binary.AppendUvarint(b, s.kind), s.at)
	return analyse.AppendAddr(analyse.AppendText(analyse.AppendText(b, s.user), s.host), s.from)
}

func (s *sign) compare(o *sign) int {
	return cmp.Or(cmp.Compare(s.at, o.at), cmp.Compare(s.kind, o.kind), cmp.Compare(s.user, o.user), cmp.Compare(s.host, o.host), s.from.Compare(o.from))
}

// maxSigns bounds the signs of an account, device and day that are kept.
const maxSigns = 256

// worked is what is kept of an account, device and day.
type worked struct {
	accounted slotBits
	signs     []sign
}

// Extract implements analyse.Analyser. A row is the slots and the signs.
func (Accounting) Extract(d *analyse.Day, g *analyse.Group) {
	var sum worked
	for b := range g.Values {
		v := analyse.ValueOf(b)
		if kind := v.Uint(); kind == noteAccounted {
			for i, x := range v.Bytes(len(sum.accounted)) {
				sum.accounted[i] |= x
			}
		} else if s := signOf(kind, v); v.OK() {
			sum.signs = append(sum.signs, s)
		}
	}
	if g.More > 0 || g.Partial { // an AAA record may be among what is not held
		d.Drop(1)
		sum.signs = nil
	}
	slices.SortFunc(sum.signs, func(a, b sign) int { return a.compare(&b) })
	if len(sum.signs) > maxSigns {
		d.Drop(uint64(len(sum.signs) - maxSigns))
		sum.signs = sum.signs[:maxSigns]
	}
	row := slices.Clone(sum.accounted[:])
	for i := range sum.signs {
		row = sum.signs[i].append(row)
	}
	d.Row(g.Key, row)
}

func signOf(kind uint64, v *analyse.Value) sign {
	return sign{kind: kind, at: v.Int(), user: v.Text(), host: v.Text(), from: v.Addr()}
}

func workedOf(row []byte) (w worked) {
	v := analyse.ValueOf(row)
	copy(w.accounted[:], v.Bytes(len(w.accounted)))
	for v.OK() && len(w.signs) < maxSigns {
		if s := signOf(v.Uint(), v); v.OK() && int(s.kind) < len(signNames) {
			w.signs = append(w.signs, s)
		}
	}
	return w
}

// workerOf divides a key.
func workerOf(key []byte) (device, account string) {
	if n := bytes.IndexByte(key[min(1, len(key)):], 0); n > 0 {
		return string(key[:n+1]), string(key[n+2:])
	}
	return string(key), ""
}
