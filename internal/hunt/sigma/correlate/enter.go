package correlate

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"time"
	"unicode/utf8"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// given is a match whose time has come: one from outside, or that of a correlation.
type given struct {
	base    *base
	at      telemetry.Instant
	doubt   time.Duration
	ordinal uint64
	source  uint32
	subject uint32
	kind    telemetry.Kind
	absent  uint64
	values  [][]byte
}

// enter makes of m what the correlation of ed keeps, and leaves the key of its group in c.key.
func (c *Correlator) enter(ed *edge, m *given) (entry, bool) {
	e := entry{at: m.at, ordinal: m.ordinal, source: m.source, subject: m.subject, kind: m.kind, n: 1, slot: ed.slot}
	c.key = c.key[:0]
	for _, i := range ed.group {
		if m.absent>>i&1 != 0 {
			ed.to.stats.Ungrouped++
			return e, false
		}
		c.key = appendText(c.key, m.values[i])
	}
	ok := c.valued(ed, m, &e)
	if !ok {
		ed.to.stats.Valueless++
	}
	return e, ok
}

// valued sets what of m is counted.
func (c *Correlator) valued(ed *edge, m *given, e *entry) bool {
	switch ed.to.spec.Type {
	case rule.Temporal, rule.TemporalOrdered:
		e.value = uint64(ed.slot)
		return true
	case rule.EventCount:
		return true
	case rule.ValueCount, rule.ValueSum, rule.ValueAvg, rule.ValuePercentile, rule.ValueMedian:
	}
	for _, i := range ed.value {
		if m.absent>>i&1 != 0 {
			return false
		}
	}
	if ed.to.spec.Type == rule.ValueCount {
		e.value = c.hash(ed, m)
		return true
	}
	x, ok := number(string(m.values[ed.value[0]]))
	e.value = math.Float64bits(x)
	return ok
}

// hash is keyed, so that nobody can choose values that meet.
func (c *Correlator) hash(ed *edge, m *given) uint64 {
	var room [512]byte
	b := append(room[:0], c.salt[:]...)
	for _, i := range ed.value {
		b = appendText(b, m.values[i])
	}
	sum := sha256.Sum256(b)
	return binary.LittleEndian.Uint64(sum[:])
}

// matchOf is what r brings to those that refer to its rule. Absent are none: the group has all of its fields.
func matchOf(r *rise) given {
	m := given{
		at: r.at, doubt: r.group.doubt, ordinal: r.e.ordinal, source: r.e.source, subject: r.e.subject, kind: r.e.kind,
	}
	for _, v := range values(r.group.key) {
		m.values = append(m.values, []byte(v))
	}
	return m
}

const mostText = 256 // bytes of a value, source or subject

// short cuts v down to what is kept; what is cut stays different from other texts that begin alike.
func short(v string) string {
	if len(v) <= mostText {
		return v
	}
	cut := mostText - 40
	for cut > 0 && !utf8.RuneStart(v[cut]) {
		cut--
	}
	sum := sha256.Sum256([]byte(v))
	return v[:cut] + "… sha256:" + hex.EncodeToString(sum[:12])
}

func appendText[T string | []byte](b []byte, v T) []byte {
	b = binary.AppendUvarint(b, uint64(len(v)))
	return append(b, v...)
}
