package stix

// tape holds records end to end in a few large pieces without pointers. A million objects that
// wait for the end of their file cost little more than their text, and the garbage collector
// nothing. A record lies within one piece.
type tape struct{ pieces [][]byte }

// place is where a record begins: the number of its piece, from 1, and the offset in it. 0 is
// nowhere.
type place uint64

// The pieces of a tape double from the first size to the second, in bytes.
const (
	firstPiece = 4 << 10
	fullPiece  = 256 << 10
)

// add puts a record at the end.
func (t *tape) add(record []byte) place {
	n := len(t.pieces)
	if n == 0 || cap(t.pieces[n-1])-len(t.pieces[n-1]) < len(record) {
		size := min(firstPiece<<min(n, 10), fullPiece)
		t.pieces = append(t.pieces, make([]byte, 0, max(size, len(record))))
		n++
	}
	piece := &t.pieces[n-1]
	at := place(n)<<32 | place(len(*piece))
	*piece = append(*piece, record...)
	return at
}

// at gives what stands from a place to the end of its piece. Writing to it changes the record.
func (t *tape) at(p place) []byte { return t.pieces[p>>32-1][p&(1<<32-1):] }

// drain yields the pieces in order. Each is given up for good when the next is asked for.
func (t *tape) drain(yield func([]byte) bool) {
	for n, piece := range t.pieces {
		t.pieces[n] = nil
		if !yield(piece) {
			return
		}
	}
}
