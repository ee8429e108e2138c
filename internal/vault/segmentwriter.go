package vault

import (
	"bufio"
	"encoding/binary"
	"io"
)

// segmentWriter writes a segment: records by ascending token, then finish.
type segmentWriter struct {
	w       *bufio.Writer
	offset  uint64
	block   []byte // head and body of the block being filled
	first   Token
	fences  []fence
	keys    [][]byte
	numbers map[string]uint32 // of content keys
	filter  filter
	records uint64
	started bool
}

// newSegmentWriter writes a segment of up to values records to w.
func newSegmentWriter(w io.Writer, values uint64) *segmentWriter {
	return &segmentWriter{
		filter: newFilter(values), w: bufio.NewWriterSize(w, 64<<10), offset: headSize, numbers: make(map[string]uint32),
		block: make([]byte, blockHead, blockHead+maxBlock),
	}
}

// number gives the number of a content key in this segment.
func (s *segmentWriter) number(wrapped []byte) uint32 {
	n, ok := s.numbers[string(wrapped)]
	if !ok {
		n = uint32(len(s.keys))
		s.numbers[string(wrapped)] = n
		s.keys = append(s.keys, wrapped)
	}
	return n
}

func (s *segmentWriter) add(r *stored) error {
	if err := s.start(); err != nil {
		return err
	}
	const most = 1 + len(Token{}) + 2*binary.MaxVarintLen32
	if len(s.block)+most+len(r.sealed) > blockHead+blockTarget {
		if err := s.closeBlock(); err != nil {
			return err
		}
	}
	if len(s.block) == blockHead {
		s.first = r.token
	}
	s.block = appendStored(s.block, r)
	s.filter.add(r.token)
	s.records++
	return nil
}

// raw adds a whole block as it is; records are what can be read of it.
func (s *segmentWriter) raw(first Token, block []byte, records []stored) error {
	if err := s.start(); err != nil {
		return err
	}
	if err := s.closeBlock(); err != nil {
		return err
	}
	s.records += uint64(max(len(records), 1)) // a damaged block counts as one
	for i := range records {
		s.filter.add(records[i].token)
	}
	return s.write(first, block)
}

func (s *segmentWriter) start() error {
	if s.started {
		return nil
	}
	s.started = true
	head := binary.LittleEndian.AppendUint32([]byte(segmentMagic), segmentVersion)
	_, err := s.w.Write(binary.LittleEndian.AppendUint32(head, checksum(head)))
	return err
}

func (s *segmentWriter) closeBlock() error {
	body := s.block[blockHead:]
	if len(body) == 0 {
		return nil
	}
	binary.LittleEndian.PutUint32(s.block, uint32(len(body)))
	binary.LittleEndian.PutUint32(s.block[4:], checksum(body))
	err := s.write(s.first, s.block)
	s.block = s.block[:blockHead]
	return err
}

func (s *segmentWriter) write(first Token, block []byte) error {
	s.fences = append(s.fences, fence{first, s.offset})
	s.offset += uint64(len(block))
	_, err := s.w.Write(block)
	return err
}

// finish writes what follows the blocks. A segment holds at least one record.
func (s *segmentWriter) finish() error {
	var keys []byte
	for _, k := range s.keys {
		keys = append(binary.LittleEndian.AppendUint16(keys, uint16(len(k))), k...)
	}
	return s.finishWith(keys, uint64(len(s.keys)), checksum(keys))
}

// finishWith is finish with n content keys as another segment has them.
func (s *segmentWriter) finishWith(keys []byte, n uint64, sum uint32) error {
	if err := s.closeBlock(); err != nil {
		return err
	}
	var fences []byte
	for _, f := range s.fences {
		fences = binary.LittleEndian.AppendUint64(append(fences, f.first[:]...), f.offset)
	}
	bits := s.filter.append(nil)
	foot := footer{
		fencesAt: s.offset, fences: uint64(len(s.fences)), fencesSum: checksum(fences),
		keysAt: s.offset + uint64(len(fences)), keys: n, keysSum: sum, records: s.records,
		filterAt: s.offset + uint64(len(fences)+len(keys)), filterSum: checksum(bits),
	}
	for _, part := range [][]byte{fences, keys, bits, foot.append(nil)} {
		if _, err := s.w.Write(part); err != nil {
			return err
		}
	}
	return s.w.Flush()
}
