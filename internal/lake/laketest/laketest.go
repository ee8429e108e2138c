// Package laketest makes records for tests of the lake: of every kind, with every field set to
// values that are usual, at a limit, absent, or hostile. All of it is made up.
package laketest

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// Kinds are the kinds that have records.
func Kinds() []telemetry.Kind {
	return []telemetry.Kind{
		telemetry.KindFlow, telemetry.KindDNS, telemetry.KindHTTP, telemetry.KindTLS,
		telemetry.KindCert, telemetry.KindFile, telemetry.KindMail, telemetry.KindEvent,
	}
}

// Maker makes records. Nasty makes texts that are not UTF-8, numbers at their limits and lists of
// odd lengths more likely.
type Maker struct {
	Rand  *rand.Rand
	Nasty bool
	Start telemetry.Instant // of the first hour
	Hours int               // that records fall into
	Next  uint64            // the next ordinal
}

// New gives a maker of records in the hours from 2026-11-20 06:00 UTC on.
func New(seed uint64, hours int) *Maker {
	start := telemetry.InstantOf(time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC))
	return &Maker{Rand: rand.New(rand.NewPCG(seed, 42)), Start: start, Hours: hours, Next: 1}
}

// Source gives the n-th source.
func (m *Maker) Source(n int) *telemetry.Source {
	s := &telemetry.Source{Name: fmt.Sprintf("logs/day-%d.tar!conn.log", n), Sensor: []string{"zeek", "edge-r1", ""}[n%3]}
	if n%4 != 3 {
		s.ID[0], s.ID[31] = byte(n+1), 0xee
	}
	return s
}

// Batch makes n records of a kind.
func (m *Maker) Batch(k telemetry.Kind, src *telemetry.Source, n int) *telemetry.Batch {
	b := &telemetry.Batch{Kind: k, Source: src}
	for range n {
		i := b.Append(m.Next)
		m.Next += 1 + m.Rand.Uint64N(3)
		m.fill(b, records(b).Index(i))
		h := b.Head(i)
		h.Occurred = m.Start + telemetry.Instant(m.Rand.Int64N(int64(m.Hours)*int64(time.Hour)))
		switch m.Rand.IntN(20) {
		case 0:
			h.Occurred = 0
		case 1, 2, 3:
			h.Occurred -= h.Occurred % telemetry.Instant(time.Minute) // so that times are equal
		}
	}
	return b
}

// records gives the slice of structs of a batch.
func records(b *telemetry.Batch) reflect.Value {
	v := reflect.ValueOf(b).Elem()
	for i := range v.NumField() {
		if strings.EqualFold(v.Type().Field(i).Name, b.Kind.String()) {
			return v.Field(i)
		}
	}
	panic("no records of kind " + b.Kind.String())
}

func (m *Maker) fill(b *telemetry.Batch, v reflect.Value) {
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch p := f.Addr().Interface().(type) {
		case *telemetry.Head, *telemetry.Ends, *telemetry.Export:
			m.fill(b, f)
		case *netip.Addr:
			*p = m.addr()
		case *telemetry.Span:
			if name == "Extra" || name == "Pairs" {
				m.pairs(b, p)
			} else {
				m.texts(b, p)
			}
		case *string:
			*p = m.text()
		case *telemetry.Local:
			*p = telemetry.Local(m.Rand.IntN(3))
		case *telemetry.Answer:
			*p = telemetry.Answer(m.Rand.IntN(4))
		case *telemetry.Direction:
			*p = telemetry.Direction(m.Rand.IntN(3))
		case *bool:
			*p = m.Rand.IntN(8) == 0
		case *uint64:
			if name != "Ordinal" {
				*p = m.count()
			}
		default:
			m.number(f)
		}
	}
}

func (m *Maker) number(f reflect.Value) {
	if f.CanInt() { // times and durations
		n := m.Rand.Int64N(1 << 40)
		if m.Rand.IntN(3) == 0 {
			n = 0
		}
		if m.Nasty && m.Rand.IntN(10) == 0 {
			n = []int64{-1, -1 << 63, 1<<63 - 1}[m.Rand.IntN(3)]
		}
		f.SetInt(n)
		return
	}
	n := m.Rand.Uint64() >> (64 - f.Type().Bits())
	if m.Rand.IntN(4) == 0 {
		n = 0
	}
	f.SetUint(n)
}

func (m *Maker) count() uint64 {
	switch m.Rand.IntN(6) {
	case 0:
		return telemetry.NoCount
	case 1:
		return 0
	case 2:
		if m.Nasty {
			return telemetry.NoCount - m.Rand.Uint64N(2)
		}
		return 40
	}
	return m.Rand.Uint64N(1500)
}

func (m *Maker) addr() netip.Addr {
	low := byte(m.Rand.IntN(64))
	switch m.Rand.IntN(8) {
	case 0:
		return netip.Addr{}
	case 1:
		return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 15: low})
	case 2:
		if m.Nasty {
			return netip.AddrFrom16(netip.AddrFrom4([4]byte{192, 0, 2, low}).As16())
		}
		return netip.AddrFrom4([4]byte{203, 0, 113, low})
	case 3:
		return netip.AddrFrom4([4]byte{198, 51, 100, low})
	}
	return netip.AddrFrom4([4]byte{192, 0, 2, low})
}

var odd = []string{
	"\x00", "\xff\xfe", "caf\xe9", "\U0010ff80", "\U0010ffff", "\U0010fff4x", "\xf4\x8f\xbf", "\xf4\x90\x80\x80", "日本.example",
	"\xed\xa0\x80", "'\"\\\n\t", "\U0010ff7f", "a\xcc", strings.Repeat("long ", 300), "\u2028", "�",
}

func (m *Maker) text() string {
	switch m.Rand.IntN(6) {
	case 0:
		return ""
	case 1:
		if m.Nasty {
			return odd[m.Rand.IntN(len(odd))]
		}
		return "SF"
	case 2:
		return fmt.Sprintf("host-%d.example.net", m.Rand.IntN(50))
	case 3:
		return fmt.Sprintf("%032x", m.Rand.IntN(40))
	case 4:
		return m.addr().String()
	}
	return fmt.Sprintf("C%x.example.org", m.Rand.Uint64())
}

func (m *Maker) some() int {
	if m.Nasty && m.Rand.IntN(40) == 0 {
		return 300
	}
	return max(0, m.Rand.IntN(6)-2)
}

func (m *Maker) texts(b *telemetry.Batch, s *telemetry.Span) {
	for range m.some() {
		b.AddText(s, m.text())
	}
}

func (m *Maker) pairs(b *telemetry.Batch, s *telemetry.Span) {
	for range m.some() {
		name := fmt.Sprintf("field.%d", m.Rand.IntN(20))
		if m.Nasty && m.Rand.IntN(5) == 0 {
			name = odd[m.Rand.IntN(len(odd))]
		}
		b.AddPair(s, telemetry.FieldNamed(name), m.text())
	}
}
