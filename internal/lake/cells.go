package lake

import "unsafe"

// cells is a column of numbers in memory. As long as all are the same it holds one of them; then
// blocks, so that growing copies little and leaves little idle.
type cells[T uint8 | uint32 | uint64] struct {
	same   T
	n      int
	blocks [][]T // nil while all n are the same; all but the last are full
}

const (
	blockBits  = 13
	blockCells = 1 << blockBits
)

func (c *cells[T]) add(in []uint64) {
	if len(in) == 0 {
		return
	}
	if c.blocks == nil {
		if c.n == 0 {
			c.same = T(in[0])
		}
		k := 0
		for k < len(in) && T(in[k]) == c.same {
			k++
		}
		if k == len(in) {
			c.n += k
			return
		}
		c.spread()
	}
	c.n += len(in)
	for len(in) > 0 {
		b := c.room(len(in))
		n := min(len(in), cap(*b)-len(*b))
		to := (*b)[len(*b) : len(*b)+n]
		for i, x := range in[:n] {
			to[i] = T(x)
		}
		*b = (*b)[:len(*b)+n]
		in = in[n:]
	}
}

// spread writes out the cells that were held as one.
func (c *cells[T]) spread() {
	c.blocks = [][]T{}
	for n := c.n; n > 0; n -= blockCells {
		b := make([]T, min(n, blockCells), max(64, min(n, blockCells)))
		for i := range b {
			b[i] = c.same
		}
		c.blocks = append(c.blocks, b)
	}
}

// room gives the block that takes the next cells, with room for more of them, or as many as fit.
func (c *cells[T]) room(more int) *[]T {
	last := len(c.blocks) - 1
	if last < 0 || len(c.blocks[last]) == blockCells {
		size := blockCells
		if last < 0 {
			size = max(64, min(blockCells, more))
		}
		c.blocks = append(c.blocks, make([]T, 0, size))
		return &c.blocks[last+1]
	}
	b := &c.blocks[last]
	if len(*b) == cap(*b) {
		grown := make([]T, len(*b), min(blockCells, max(2*cap(*b), len(*b)+more)))
		copy(grown, *b)
		*b = grown
	}
	return b
}

func (c *cells[T]) at(i int) T {
	if c.blocks == nil {
		return c.same
	}
	return c.blocks[i>>blockBits][i&(blockCells-1)]
}

// gather gives the cells of rows in out.
func (c *cells[T]) gather(rows []uint32, out []uint64) {
	out = out[:len(rows)]
	if c.blocks == nil {
		for i := range out {
			out[i] = uint64(c.same)
		}
		return
	}
	block, at := c.blocks[0], uint32(0)
	for i, r := range rows {
		if r>>blockBits != at {
			at = r >> blockBits
			block = c.blocks[at]
		}
		out[i] = uint64(block[r&(blockCells-1)])
	}
}

// size gives the bytes of memory that the cells take.
func (c *cells[T]) size() int64 {
	if len(c.blocks) == 0 {
		return 0
	}
	full := len(c.blocks) - 1
	held := full*blockCells + cap(c.blocks[full])
	return int64(held)*int64(unsafe.Sizeof(c.same)) + int64(24*cap(c.blocks))
}
