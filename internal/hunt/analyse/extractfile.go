package analyse

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"stormglass/internal/telemetry"
)

// fileMagic begins the file of an extract. What follows (docs/analysers.md): the length of the analyser's name and the name; as unsigned
// varints the version of its rows, the day, first, last and number of the records read of it, the rows and the notes left out, the entry of the
// manifest up to which records are in it, the length of the rows; 32 bytes, the version of the registers; the rows; SHA-256 over all that.
const fileMagic = "SGAX\x02"

// Made says of what state of a data folder an extract was made.
type Made struct {
	Entry     uint64 // of the manifest
	Registers [32]byte
}

// ErrDamaged says that the file of an extract is not one, or not whole. It is made again from the records.
var ErrDamaged = errors.New("the extract is damaged")

// Write writes the extract as a file.
func (x *Extract) Write(to io.Writer, m Made) error {
	h := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(to, h), 1<<16)
	head := append([]byte(fileMagic), byte(len(x.Analyser)))
	head = append(head, x.Analyser...)
	for _, n := range [...]uint64{
		uint64(x.Version), uint64(uint32(x.Day)), uint64(x.Span.First), uint64(x.Span.Last), x.Span.Records, x.Dropped, x.Missing, m.Entry, uint64(x.size),
	} {
		head = binary.AppendUvarint(head, n)
	}
	head = append(head, m.Registers[:]...)
	_, err := w.Write(head)
	if err == nil {
		_, err = io.Copy(w, io.NewSectionReader(x.rows, 0, x.size))
	}
	if err = errors.Join(err, w.Flush()); err != nil {
		return err
	}
	_, err = to.Write(h.Sum(nil))
	return err
}

// Read reads what Write wrote. It keeps data.
func Read(data []byte) (x *Extract, m Made, err error) {
	if len(data) < len(fileMagic)+1+sha256.Size || string(data[:len(fileMagic)]) != fileMagic {
		return nil, m, ErrDamaged
	}
	body, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if got := sha256.Sum256(body); !bytes.Equal(got[:], sum) {
		return nil, m, ErrDamaged
	}
	rest := body[len(fileMagic):]
	name := int(rest[0])
	if len(rest) < 1+name {
		return nil, m, ErrDamaged
	}
	x = &Extract{Analyser: string(rest[1 : 1+name])}
	rest = rest[1+name:]
	var numbers [9]uint64
	for i := range numbers {
		n, size := binary.Uvarint(rest)
		if size <= 0 {
			return nil, m, ErrDamaged
		}
		numbers[i], rest = n, rest[size:]
	}
	if len(rest) < len(m.Registers) || numbers[8] != uint64(len(rest)-len(m.Registers)) {
		return nil, m, ErrDamaged
	}
	copy(m.Registers[:], rest)
	rest = rest[len(m.Registers):]
	x.Version, x.Day = uint32(numbers[0]), telemetry.Day(uint32(numbers[1]))
	x.Span = Span{First: telemetry.Instant(numbers[2]), Last: telemetry.Instant(numbers[3]), Records: numbers[4]}
	x.Dropped, x.Missing, m.Entry = numbers[5], numbers[6], numbers[7]
	x.rows, x.size = bytes.NewReader(rest), int64(len(rest))
	return x, m, x.check()
}

// check reads all rows once: their order is what merging rests on.
func (x *Extract) check() error {
	r := x.reader()
	var last []byte
	for {
		switch err := r.next(0); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		case bytes.Compare(r.key, last) < 0:
			return ErrDamaged
		}
		last = append(last[:0], r.key...)
	}
}
