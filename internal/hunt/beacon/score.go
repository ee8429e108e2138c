package beacon

import (
	"math"
	"slices"

	"stormglass/internal/hunt/analyse"
)

// Score is how regular a pair is: Total is the mean of the others, rounded to three places.
type Score struct {
	Total, Timestamp, Size, Histogram, Duration float64
}

// The figures of RITA's default configuration.
const (
	MinConnections = 4      // fewer are not scored
	Strobe         = 86_400 // as many or more a day are no beacon: something calls all the time
	minIntervals   = 3      // that are not zero
	minSizes       = 3
	minSpread      = 10 // of the quartiles, below which no skew is seen
	bins           = 24
	bimodalHours   = 11   // from which on two heights of bars may stand for two modes
	heightBuckets  = 0.05 // of the highest bar
	durationHours  = 6    // from which on a duration is seen
	idealRun       = 12   // hours in a row that are a full score
)

// Of scores a pair: times in seconds, sizes in bytes (of those connections of which they are known), and the span of all that was read,
// first to last, in seconds. Both slices are sorted in place.
func Of(times, sizes []int64, first, last int64) Score {
	slices.Sort(times)
	slices.Sort(sizes)
	s := Score{Timestamp: ofTimes(times), Size: ofSizes(sizes)}
	bars := histogram(times, first, last)
	s.Histogram = ofBars(bars)
	s.Duration = ofDuration(times, bars, first, last)
	s.Total = analyse.Round((s.Timestamp + s.Size + s.Histogram + s.Duration) / 4)
	return s
}

// ofTimes scores the intervals between sorted times.
func ofTimes(times []int64) float64 {
	if len(times) < MinConnections {
		return 0
	}
	intervals := intervalsOf(times)
	if len(intervals) < minIntervals {
		return 0
	}
	return regular(intervals, 1)
}

// intervalsOf gives the intervals between sorted times that are not zero, sorted.
func intervalsOf(times []int64) []int64 {
	out := make([]int64, 0, len(times))
	for i := 1; i < len(times); i++ {
		if d := times[i] - times[i-1]; d > 0 {
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return out
}

func ofSizes(sorted []int64) float64 {
	if len(sorted) < minSizes {
		return 0
	}
	return regular(sorted, 0)
}

// regular is the mean of how even and how narrow sorted values lie. narrow stands for the second where the median is below 1.
func regular(sorted []int64, narrow float64) float64 {
	mid := median(sorted)
	if mid >= 1 {
		narrow = max(0, (mid-deviation(sorted, mid))/mid)
	}
	return (1 - math.Abs(skew(sorted)) + narrow) / 2
}

// median is that of sorted values, of which there is at least one.
func median(sorted []int64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return float64(sorted[n/2])
	}
	return (float64(sorted[n/2-1]) + float64(sorted[n/2])) / 2
}

// skew is Bowley's: how far the median lies from the middle of the quartiles, which are the medians of the lower and the upper half. It
// is 0 where the quartiles are close, or one of them is the median.
func skew(sorted []int64) float64 {
	n := len(sorted)
	if n < 2 {
		return 0
	}
	low, mid, high := median(sorted[:n/2]), median(sorted), median(sorted[(n+1)/2:])
	if high-low < minSpread || mid == low || mid == high {
		return 0
	}
	return (low + high - 2*mid) / (high - low)
}

// deviation is the median of the distances from the median.
func deviation(sorted []int64, mid float64) float64 {
	d := make([]float64, len(sorted))
	for i, v := range sorted {
		d[i] = math.Abs(float64(v) - mid)
	}
	slices.Sort(d)
	n := len(d)
	if n%2 == 1 {
		return d[n/2]
	}
	return (d[n/2-1] + d[n/2]) / 2
}

// histogram counts times in 24 bins over a span.
func histogram(times []int64, first, last int64) (bars [bins]int) {
	if last <= first {
		return bars
	}
	for _, t := range times {
		if t < first || t > last {
			continue
		}
		bars[min(bins-1, (t-first)*bins/(last-first))]++
	}
	return bars
}

// seen is the number of bars that are not empty: the hours in which the pair was active, where the span is a day.
func seen(bars [bins]int) int {
	n := 0
	for _, h := range bars {
		if h > 0 {
			n++
		}
	}
	return n
}

// ofBars is the better of two: that all bars are alike, and that they are of two heights.
func ofBars(bars [bins]int) float64 {
	return min(1, max(alike(bars), bimodal(bars)))
}

// alike is 1 less the coefficient of variation, at least 0.
func alike(bars [bins]int) float64 {
	sum := 0
	for _, h := range bars {
		sum += h
	}
	if sum == 0 {
		return 0
	}
	mean, squares := float64(sum)/bins, 0.0
	for _, h := range bars {
		squares += (float64(h) - mean) * (float64(h) - mean)
	}
	return max(0, 1-math.Sqrt(squares/bins)/mean)
}

// bimodal is the share of bars that have one of the two most frequent heights, those within 5 % of the highest being one; one bar may
// be cut by the end of the span. Empty bars are none.
func bimodal(bars [bins]int) float64 {
	total := seen(bars)
	if total < bimodalHours {
		return 0
	}
	size := max(1, int(math.Ceil(float64(slices.Max(bars[:]))*heightBuckets)))
	heights := map[int]int{}
	for _, h := range bars {
		if h > 0 {
			heights[h/size]++
		}
	}
	most, second := 0, 0
	for _, n := range heights {
		switch {
		case n > most:
			most, second = n, most
		case n > second:
			second = n
		}
	}
	return min(1, float64(most+second)/float64(max(1, total-1)))
}

// ofDuration is the better of two: how much of the span lies between first and last connection, and the longest run of bars, by 12. The
// last bar is followed by the first.
func ofDuration(sorted []int64, bars [bins]int, first, last int64) float64 {
	if seen(bars) < durationHours || last <= first {
		return 0
	}
	covered := float64(sorted[len(sorted)-1]-sorted[0]) / float64(last-first)
	return min(1, max(covered, float64(longestRun(bars))/idealRun))
}

func longestRun(bars [bins]int) int {
	best, now := 0, 0
	for i := range 2 * bins {
		if bars[i%bins] == 0 {
			now = 0
			continue
		}
		now++
		best = max(best, now)
	}
	return min(best, bins)
}

// Regular gives the score of the times alone, and the median of the intervals between them, in seconds; not ok where they are too few.
// Times are sorted.
func Regular(times []int64) (score, interval float64, ok bool) {
	intervals := intervalsOf(times)
	if len(times) < MinConnections || len(intervals) < minIntervals {
		return 0, 0, false
	}
	return regular(intervals, 1), median(intervals), true
}
