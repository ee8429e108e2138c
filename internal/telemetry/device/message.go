package device

import (
	"maps"
	"strings"

	"stormglass/internal/telemetry"
)

// Message is a message and what the header of its line shows.
type Message struct {
	Code
	Signs
	Platform Platform
	Data     string // structured data of RFC 5424, with its brackets
	Text     string // what follows the code

	reader reader // working memory: a message is read without allocating
}

var (
	fieldVendor   = telemetry.FieldNamed("observer.vendor")
	fieldProduct  = telemetry.FieldNamed("observer.product")
	fieldCode     = telemetry.FieldNamed("event.code")
	fieldSeverity = telemetry.FieldNamed("event.severity")
)

// Fields adds what a message says to its event: maker and product, code, severity, and, where the code is known, what happened. The
// event's pairs must be the last of the batch. A message is kept from line to line by who wants no allocations.
func (m *Message) Fields(b *telemetry.Batch, e *telemetry.Event) {
	m.reader = reader{batch: b, event: e, m: m}
	r := &m.reader
	r.add(fieldVendor, m.Platform.Vendor())
	r.add(fieldProduct, m.Platform.Product())
	r.add(fieldCode, m.Code.Text)
	r.add(fieldSeverity, m.Severity)
	if p := m.parser(); p != nil {
		p(r, strings.TrimRight(m.Text, " \t"))
	}
}

// parser finds what reads a message, nil where its code is not known.
func (m *Message) parser() parser {
	if m.Mnemonic == "" {
		return nil
	}
	if p := parsers[key{m.Facility, m.Mnemonic}]; p != nil {
		return p
	}
	// The place within a device may stand behind the facility: %SYS-SW1-5-CONFIG_I.
	if first, _, ok := strings.Cut(m.Facility, "-"); ok && m.Platform != IOSXR {
		return parsers[key{first, m.Mnemonic}]
	}
	if m.Platform == ASA {
		return parsers[key{"ASA", m.Mnemonic}]
	}
	return nil
}

// key is the code of a message without its severity, which some versions change.
type key struct{ facility, mnemonic string }

// parser reads the text of a message and adds what it says, or nothing where the text does not have the form it should.
type parser func(r *reader, s string)

// parsers are those of all platforms by code. Facilities do not clash, but for those that mean the same.
var parsers = join(iosParsers, iosConfigParsers, containerParsers, aclParsers, bgpParsers, xrParsers, nxosParsers, asaParsers, eosParsers,
	junosParsers, junosConfigParsers, vrpParsers, screenParsers)

func join(tables ...map[key]parser) map[key]parser {
	all := map[key]parser{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}
