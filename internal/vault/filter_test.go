package vault

import (
	"math/rand/v2"
	"testing"
)

func TestFilter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	token := func() (t Token) {
		for i := range t {
			t[i] = byte(rng.Uint32())
		}
		return t
	}
	for _, n := range []int{1, 2, 7, 1000, 20000} {
		f := newFilter(uint64(n))
		added := make([]Token, n)
		for i := range added {
			added[i] = token()
			f.add(added[i])
		}
		f = parseFilter(f.append(nil))
		for _, tok := range added {
			if !f.may(tok) {
				t.Fatalf("%d values: one that was added is not found", n)
			}
		}
		passed := 0
		for range 20000 {
			if f.may(token()) {
				passed++
			}
		}
		if n >= 1000 && passed > 400 {
			t.Errorf("%d values: %d of 20000 others pass, want about 170", n, passed)
		}
	}
}
