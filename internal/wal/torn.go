package wal

import (
	"encoding/binary"
	"errors"
	"io"
)

// tornError says that the bytes from the scanner's offset on are no frame. Whether they are a torn
// tail or damage settle decides.
type tornError struct {
	err error
}

func (e *tornError) Error() string { return e.err.Error() }

// settle decides what it means that step ended so. The end of the file and a torn tail are nil.
//
// A segment is synced before the next is made, so only the last of a log has a torn tail. A loss of
// power leaves there whatever it likes behind the last Sync: frames cut short, holes, whole frames
// behind holes. But when a frame behind them vouches that the frame that should be here had been synced,
// or vouched, up to where the log was when it was closed, says so, it is damage.
func (s *scanner) settle(end error, last bool, vouched Position) error {
	torn, isTorn := errors.AsType[*tornError](end)
	switch {
	case errors.Is(end, errEnd) && last && vouched > s.next:
		return s.damage(errMissing)
	case errors.Is(end, errEnd):
		return nil
	case !isTorn:
		return end
	case !last || vouched > s.next:
		return s.damage(torn.err)
	}
	found, err := s.vouched()
	if err == nil && found {
		err = s.damage(torn.err)
	}
	return err
}

// vouched looks behind the scanner's offset for a frame that vouches for the frame at s.next.
func (s *scanner) vouched() (bool, error) {
	const window = 1 << 20
	buf := make([]byte, min(window, s.size-s.offset))
	for base := s.offset + 1; s.size-base >= frameHeadSize; base += int64(len(buf)) - frameHeadSize + 1 {
		n := min(int64(len(buf)), s.size-base)
		if err := s.readAt(buf[:n], base); err != nil {
			return false, err
		}
		for i := int64(0); i+frameHeadSize <= n; i++ {
			if found, err := s.vouchedAt(buf[i:n], base+i); found || err != nil {
				return found, err
			}
		}
	}
	return false, nil
}

// vouchedAt tells whether b, at an offset of the file, begins with a frame of this segment that says
// that the frame at s.next had been synced.
func (s *scanner) vouchedAt(b []byte, offset int64) (bool, error) {
	left := s.size - offset - frameHeadSize
	position := Position(binary.LittleEndian.Uint64(b[8:]))
	if position <= s.next || position-s.next > Position(s.size/frameHeadSize) {
		return false, nil // most offsets end here
	}
	f, ok := s.seals.decodeHead(b)
	if ok {
		ok = f.check(position) == nil && int64(f.length) <= left && f.synced > s.next
	}
	if !ok {
		return false, nil
	}
	payload := make([]byte, f.length)
	if err := s.readAt(payload, offset+frameHeadSize); err != nil {
		return false, err
	}
	return s.seals.payloadSum(payload) == f.payloadSum, nil
}

func (s *scanner) readAt(b []byte, offset int64) error {
	if _, err := io.ReadFull(io.NewSectionReader(s.file, offset, int64(len(b))), b); err != nil {
		return s.cut(err)
	}
	return nil
}
