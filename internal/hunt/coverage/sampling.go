package coverage

import "math"

// SmallestSeen gives how many packets a flow must have to be seen with 95 % probability when one packet in rate is looked at: the smallest
// n with 1-(1-1/rate)^n >= 0.95. At a rate of 0 (not stated) or 1 it is 1.
func SmallestSeen(rate uint32) uint64 {
	if rate <= 1 {
		return 1
	}
	n := math.Log(0.05) / math.Log1p(-1/float64(rate))
	return uint64(math.Ceil(n - 1e-9))
}
