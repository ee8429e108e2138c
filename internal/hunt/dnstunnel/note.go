package dnstunnel

import (
	"encoding/binary"
	"hash/fnv"
	"strings"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// Analyser adds up what names could carry.
type Analyser struct{}

// maxNames is how many questions of a client and domain on a day are told apart. One that asks more is told of with these figures.
const maxNames = 1 << 16

// Name implements analyse.Analyser.
func (Analyser) Name() string { return "dnstunnel" }

// Kinds implements analyse.Analyser.
func (Analyser) Kinds() []telemetry.Kind { return []telemetry.Kind{telemetry.KindDNS} }

// Bounds implements analyse.Analyser.
func (Analyser) Bounds() analyse.Bounds {
	return analyse.Bounds{Version: 1, Days: 1, Values: maxNames, Evict: minNames, Rows: 64 << 20}
}

// carrier says how much the answers of a type of question carry.
type carrier uint8

const (
	carriesAddress carrier = iota // A, AAAA
	carriesName                   // CNAME, MX, SRV and others
	carriesText                   // TXT
	carriesBytes                  // NULL, and types that nobody assigned to anything else
)

func carrierOf(qtype string) carrier {
	switch strings.ToUpper(qtype) {
	case "A", "AAAA", "":
		return carriesAddress
	case "TXT":
		return carriesText
	case "NULL", "PRIVATE", "TYPE65399":
		return carriesBytes
	}
	return carriesName
}

// note is one question, as it is kept.
type note struct {
	hash    uint64 // of what stands below the domain
	at      int64  // seconds
	length  uint64 // of what stands below the domain
	longest uint64 // label of it
	entropy uint64 // in hundredths of a bit a byte
	answer  uint64 // bytes of the answers, as text
	carrier carrier
}

// Note implements analyse.Analyser.
func (Analyser) Note(n *analyse.Notes, b *telemetry.Batch) {
	var key, value []byte
	for i := range b.DNS {
		d := &b.DNS[i]
		a, ok := divide(d.Query)
		if !ok || n.Subscriber(&d.Ends, d.Occurred) {
			continue
		}
		f := fnv.New64a()
		_, _ = f.Write([]byte(a.below)) // it never fails
		x := note{
			hash: f.Sum64(), at: int64(d.Occurred) / 1e9, length: uint64(len(a.below)), longest: uint64(longest(a.below)),
			entropy: uint64(entropy(a.below) * 100), carrier: carrierOf(d.QType),
		}
		for _, text := range b.TextsOf(d.Answers) {
			x.answer += uint64(len(text))
		}
		client := d.Src.As16()
		key = append(append(append(key[:0], a.domain...), 0), client[:]...)
		s := fnv.New32a()
		if b.Source != nil {
			_, _ = s.Write([]byte(b.Source.Sensor)) // it never fails
		}
		key = s.Sum(key)
		value = x.append(value[:0])
		n.Put(d.Occurred, key, value)
	}
}

func (x *note) append(b []byte) []byte {
	b = append(binary.BigEndian.AppendUint64(b, x.hash), byte(x.carrier))
	for _, n := range [...]uint64{uint64(x.at), x.length, x.longest, x.entropy, x.answer} {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

func noteOf(b []byte) (x note, ok bool) {
	if len(b) < 9 {
		return x, false
	}
	x.hash, x.carrier = binary.BigEndian.Uint64(b), carrier(b[8])
	var n [5]uint64
	if b, ok = uvarints(b[9:], n[:]); !ok {
		return x, false
	}
	x.at, x.length, x.longest, x.entropy, x.answer = int64(n[0]), n[1], n[2], n[3], n[4]
	return x, len(b) == 0
}

// uvarints reads numbers and gives the rest.
func uvarints(b []byte, to []uint64) (rest []byte, ok bool) {
	for i := range to {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			return nil, false
		}
		to[i], b = n, b[size:]
	}
	return b, true
}
