package analyse

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"

	"stormglass/internal/telemetry"
)

// Record is a derived record being made: it has the form of an event.
type Record struct {
	At    telemetry.Instant // when what it tells of was last seen: it belongs to that day
	Ends  telemetry.Ends    // whom it is about; the source is the operator's
	Host  string            // the device that it is about, where that is no address
	pairs []pair
}

type pair struct{ name, text string }

// Text adds a named text, unless it is empty.
func (r *Record) Text(name, text string) {
	if text != "" {
		r.pairs = append(r.pairs, pair{name, text})
	}
}

// Int adds a whole number, as decimal text.
func (r *Record) Int(name string, n int64) { r.Text(name, strconv.FormatInt(n, 10)) }

// Number adds a number, as decimal text with at most three places.
func (r *Record) Number(name string, f float64) {
	r.Text(name, strconv.FormatFloat(Round(f), 'f', -1, 64))
}

// Time adds a time, to the second.
func (r *Record) Time(name string, at telemetry.Instant) {
	if at.Known() {
		r.Text(name, at.Time().Format(time.RFC3339))
	}
}

// Round gives a number to three places.
func Round(f float64) float64 {
	n, err := strconv.ParseFloat(strconv.FormatFloat(f, 'f', 3, 64), 64)
	if err != nil {
		return 0
	}
	return n
}

// Dataset begins the name of an analyser's dataset and of the fields of its records.
const Dataset = "stormglass."

// DatasetRan is the dataset of records that say that an analyser told of a day: event.action names it. Rules about an analyser's records
// are asked thereby, even where it found nothing.
const DatasetRan = "stormglass.analyser"

// source is where an analyser's records are from.
func source(name string) *telemetry.Source {
	return &telemetry.Source{Name: "analyser " + name, ID: sha256.Sum256([]byte("stormglass analyser\x00" + name)), Sensor: "stormglass"}
}

// into appends the record to a batch. Its ordinal is made of what it says, so that it is the same whenever the day is told of again.
func (r *Record) into(b *telemetry.Batch, dataset string, day telemetry.Day) {
	h := sha256.New()
	var bits [32]byte
	binary.BigEndian.PutUint32(bits[:], uint32(day))
	h.Write(bits[:4])
	src, dst := r.Ends.Src.As16(), r.Ends.Dst.As16()
	h.Write(src[:])
	h.Write(dst[:])
	binary.BigEndian.PutUint16(bits[:], r.Ends.SrcPort)
	binary.BigEndian.PutUint16(bits[2:], r.Ends.DstPort)
	bits[4] = r.Ends.Proto
	binary.BigEndian.PutUint64(bits[5:], uint64(r.At))
	h.Write(bits[:13])
	for _, text := range [...]string{dataset, r.Host} {
		h.Write([]byte(text))
		h.Write([]byte{0})
	}
	for _, p := range r.pairs {
		h.Write([]byte(p.name + "\x00" + p.text + "\x00"))
	}
	h.Sum(bits[:0])
	i := b.Append(binary.BigEndian.Uint64(bits[:]) | 1) // 0 is no ordinal
	e := &b.Event[i]
	e.Occurred, e.Ends, e.Dataset, e.Host = r.At, r.Ends, dataset, r.Host
	for _, p := range r.pairs {
		b.AddPair(&e.Pairs, telemetry.FieldNamed(p.name), p.text)
	}
}
