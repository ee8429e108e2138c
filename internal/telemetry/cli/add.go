package cli

import (
	"stormglass/internal/telemetry"
)

// Dialect is how the commands of a device are written, shortened and wrapped.
type Dialect uint8

// The dialects.
const (
	Unknown Dialect = iota // a record of accounting does not tell what device it is of
	IOS                    // IOS, IOS XE, ASA
	IOSXR
	NXOS
	EOS
	Junos
	VRP // Comware too
	numDialects
)

var (
	fieldCommand = telemetry.FieldNamed("process.command_line")
	fieldTyped   = telemetry.FieldNamed("stormglass.command.typed")
)

// maxParts bounds the commands of one line that become values each. The whole line is a value in any case.
const maxParts = 64

// Add adds the pairs of a command to an event, whose pairs must be the last of the batch. A command of which a message leaves open what
// was typed is added once for each way to read it.
func Add(b *telemetry.Batch, pairs *telemetry.Span, typed string, d Dialect) {
	a := adder{b, pairs, d}
	typed = a.squeezed(typed)
	if typed == "" {
		return
	}
	typed = withoutPager(typed)
	several := separator(typed, d) >= 0
	var whole string
	if several {
		whole = a.joined(typed)
	} else {
		whole = a.plain(typed)
	}
	a.value(whole)
	if whole != typed {
		b.AddPair(pairs, fieldTyped, typed)
	}
	if several && separator(whole, d) >= 0 { // behind the last there may have been nothing
		a.parts(whole)
	} else {
		a.inner(whole)
	}
}

// adder adds the values of one command.
type adder struct {
	batch   *telemetry.Batch
	pairs   *telemetry.Span
	dialect Dialect
}

func (a *adder) value(s string) {
	if s != "" {
		a.batch.AddPair(a.pairs, fieldCommand, s)
	}
}

// plain takes off what stands around a command, and writes its first words out.
func (a *adder) plain(s string) string {
	s = withoutPager(s)
	for range 4 {
		rest := unwrapped(s, wrappers[a.dialect])
		if rest == "" {
			break
		}
		s = rest
	}
	return a.expanded(s)
}

// inner adds what stands behind words that may be commands by themselves: run and admin of IOS XR.
func (a *adder) inner(s string) {
	for range 3 {
		if s = unwrapped(s, outer[a.dialect]); s == "" {
			return
		}
		s = a.plain(s)
		a.value(s)
	}
}
