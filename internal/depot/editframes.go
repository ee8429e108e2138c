package depot

import (
	"errors"
	"slices"

	"stormglass/internal/wal"
)

// An edit that is too large for a frame, such as of an ingest that spreads over years of hours, is cut into
// several of type framePart: a byte that says which part it is, and a piece of the edit's JSON. It counts
// once its last part is there; parts without one are left from a crash.
const (
	partFirst = iota
	partNext
	partLast
	partBytes = 8 << 20 // of one part
	editBytes = 1 << 30 // of all parts of an edit
)

// appendEdit appends the frames of an edit, none of which is larger than most bytes.
func appendEdit(log *wal.Log, edit []byte, most int) error {
	if len(edit) <= most {
		_, err := log.Append(frameEdit, edit)
		return err
	}
	if len(edit) > editBytes {
		return errors.New("it is too large: take in less at once")
	}
	for n, left := 0, edit; len(left) > 0; n++ {
		which := byte(partNext)
		switch {
		case n == 0:
			which = partFirst
		case len(left) <= most:
			which = partLast
		}
		piece := left[:min(most, len(left))]
		left = left[len(piece):]
		if _, err := log.Append(framePart, append([]byte{which}, piece...)); err != nil {
			return err
		}
	}
	return nil
}

// joiner puts edits together from their frames.
type joiner struct {
	parts []byte
	begun bool
}

// frame gives the edit that a frame ends, nil when it ends none.
func (j *joiner) frame(kind uint8, payload []byte) ([]byte, error) {
	switch {
	case kind == frameEdit:
		j.parts, j.begun = nil, false
		return payload, nil
	case kind != framePart:
		return nil, nil
	case len(payload) == 0 || payload[0] > partLast || len(j.parts)+len(payload) > editBytes:
		return nil, errors.New("a part of an edit that is none")
	case payload[0] == partFirst:
		j.parts, j.begun = nil, true
	case !j.begun: // a snapshot stands for its beginning
		return nil, nil
	}
	j.parts = append(j.parts, payload[1:]...)
	if payload[0] != partLast {
		return nil, nil
	}
	edit := slices.Clip(j.parts)
	j.parts, j.begun = nil, false
	return edit, nil
}
