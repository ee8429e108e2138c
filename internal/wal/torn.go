package wal

import (
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

// vouched looks from the scanner's offset on for a frame that vouches for the frame at s.next.
func (s *scanner) vouched() (bool, error) {
	_, position, err := s.find(func(f frameHead, offset int64) (bool, error) {
		if f.synced <= s.next {
			return false, nil
		}
		return s.whole(f, offset)
	})
	return position != 0, err
}

func (s *scanner) readAt(b []byte, offset int64) error {
	if _, err := io.ReadFull(io.NewSectionReader(s.file, offset, int64(len(b))), b); err != nil {
		return s.cut(err)
	}
	return nil
}
