package lease

import (
	"bytes"
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// File reads ISC dhcpd's database of leases (dhcpd.leases(5)), to which the daemon appends whatever changes:
//
//	lease 100.64.0.9 {
//	  starts 2 2024/01/02 03:04:05;
//	  ends 2 2024/01/02 04:04:05;
//	  binding state active;
//	  hardware ethernet 00:00:5e:00:53:01;
//	}
//
// Times are in UTC. A lease that is free, released, expired or abandoned ends when it says. Prepare serves one goroutine, Decode any number.
type File struct{ records telemetry.Records }

const (
	maxRecord    = 64 << 10
	reasonLong   = "lease longer than 64 KiB"
	reasonOpen   = "the last lease has no end: it is read once it is whole"
	reasonUnread = "not a lease of an address"
)

// Sniff reports whether head is of a file of leases.
func Sniff(head []byte, _ string) bool {
	for line := range bytes.Lines(head) {
		s := strings.TrimSpace(string(line[:min(len(line), 128)]))
		switch {
		case s == "", s[0] == '#', strings.HasPrefix(s, "authoring-byte-order "), strings.HasPrefix(s, "server-duid "):
			continue
		}
		return isLease(s)
	}
	return false
}

func isLease(s string) bool {
	addr, ok := strings.CutPrefix(s, "lease ")
	addr, brace := strings.CutSuffix(addr, "{")
	return ok && brace && telemetry.ParseAddr(strings.TrimSpace(addr)).IsValid()
}

// New makes a decoder.
func New() *File {
	return &File{records: telemetry.Records{Max: maxRecord, End: func(line []byte) bool { return string(bytes.TrimSpace(line)) == "}" && line[0] == '}' }}}
}

// Name gives the format's name.
func (f *File) Name() string { return "dhcpd leases" }

// Prepare keeps the start of a record for the next block.
func (f *File) Prepare(b *telemetry.Block) { f.records.Prepare(b) }

// Decode makes records of kind aaa of the block's leases.
func (f *File) Decode(b *telemetry.Block, s *telemetry.Set) {
	open := f.records.Each(b, func(line uint64, text []byte) {
		if text == nil {
			s.Lines++
			s.Skip(line, reasonLong, "")
			return
		}
		decodeLease(s, line, string(text))
	})
	if open {
		s.Lines++
		s.Skip(0, reasonOpen, "")
	}
}

func decodeLease(s *telemetry.Set, line uint64, text string) {
	var l Lease
	var starts, ends telemetry.Instant
	state, inside := "", false
	for statement := range strings.Lines(text) {
		statement = strings.TrimSpace(statement)
		if isLease(statement) {
			l = Lease{Address: telemetry.ParseAddr(strings.TrimSpace(statement[len("lease ") : len(statement)-1]))}
			inside = true
			continue
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(statement, ";"), " ")
		switch name {
		case "starts":
			starts = leaseTime(value)
		case "ends":
			ends = leaseTime(value)
		case "binding":
			state = strings.TrimPrefix(value, "state ")
		case "hardware":
			_, mac, _ := strings.Cut(value, " ")
			l.Kind, l.Who = Hardware(mac)
		}
	}
	if !inside {
		s.Pass(line, reasonUnread) // a declaration of another sort
		return
	}
	b := s.Batch(telemetry.KindAAA)
	i := b.Append(line)
	e := &b.Event[i]
	switch state {
	case "free", "released", "expired", "abandoned", "backup":
		l.Verb, e.Occurred = End, ends
	default:
		e.Occurred, l.Until = starts, ends
	}
	Fill(b, i, &l)
	s.Lines++
	s.Read++
	if !e.Occurred.Known() {
		s.Undated++
	}
}

// leaseTime reads 2 2024/01/02 03:04:05, with the day of the week first, and epoch 1704164645.
func leaseTime(s string) telemetry.Instant {
	if count, ok := strings.CutPrefix(s, "epoch "); ok {
		count, _, _ = strings.Cut(count, ";")
		return telemetry.ParseEpoch(count)
	}
	_, stamp, _ := strings.Cut(s, " ")
	t, err := time.Parse("2006/01/02 15:04:05", strings.TrimSpace(stamp))
	if err != nil {
		return 0
	}
	return telemetry.InstantOf(t)
}
