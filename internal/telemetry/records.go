package telemetry

import "bytes"

// Records cuts a source of lines into records of many lines, each of which ends with a line that End knows, wherever blocks end. A decoder
// calls Prepare in its own Prepare and Each in its Decode. A record longer than Max is told of without its text.
type Records struct {
	End func(line []byte) bool // the line has its line end, unless the source lacks it
	Max int                    // bytes of a record

	tail []byte // the start of a record that the last block did not end; empty once it is too long
	size int    // of that start
}

// recordStart is what a block holds besides: the start of its first record, from the block before.
type recordStart struct {
	head []byte
	size int // of the whole start, of which head holds all or nothing
}

// Prepare keeps what follows the last whole record of a block for the next one.
func (r *Records) Prepare(b *Block) {
	b.Context = &recordStart{r.tail, r.size}
	end := r.lastEnd(b.Data)
	if end > 0 {
		r.tail, r.size = nil, 0
	}
	rest := b.Data[end:]
	r.size += len(rest)
	switch {
	case b.Last:
		r.tail, r.size = nil, 0
	case r.size > r.Max:
		r.tail = nil
	default:
		r.tail = append(append([]byte(nil), r.tail...), rest...) // the next block's context keeps the old one
	}
}

// lastEnd gives where the last record of a block ends, behind its last line; 0 when none does.
func (r *Records) lastEnd(data []byte) int {
	for end := bytes.LastIndexByte(data, '\n') + 1; end > 0; {
		start := bytes.LastIndexByte(data[:end-1], '\n') + 1
		if r.End(data[start:end]) {
			return end
		}
		end = start
	}
	return 0
}

// Each gives the records that end in a block, each with the number of its last line, which is to be its ordinal: so a source that has
// grown is read on at a record's end. The text is nil for one that is too long. It reports whether the source ends within a record.
func (r *Records) Each(b *Block, each func(line uint64, text []byte)) (open bool) {
	start, _ := b.Context.(*recordStart)
	if start == nil {
		start = &recordStart{}
	}
	from, line := 0, b.Line
	for at := 0; ; line++ {
		n := bytes.IndexByte(b.Data[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
		if !r.End(b.Data[at-n-1 : at]) {
			continue
		}
		text := b.Data[from:at]
		switch size := start.size + len(text); {
		case size > r.Max:
			text = nil
		case start.size > 0:
			text = append(append(make([]byte, 0, size), start.head...), text...)
		}
		each(line, text)
		from, start = at, &recordStart{}
	}
	return b.Last && (len(bytes.TrimSpace(b.Data[from:])) > 0 || len(bytes.TrimSpace(start.head)) > 0 || start.size > r.Max)
}
