package beacon

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.0005 {
		t.Errorf("%s: %.4f, want %.4f", what, got, want)
	}
}

// TestIntervals: cases computed by hand.
func TestIntervals(t *testing.T) {
	for _, c := range []struct {
		name  string
		times []int64
		want  float64
	}{
		{"three times are too few", []int64{0, 60, 120}, 0},
		{"two intervals are not zero", []int64{0, 0, 60, 120}, 0},
		{"as a clock", []int64{0, 60, 120, 180, 240}, 1},
		// 10 20 60 100: quartiles 15 and 80, median 40; skew (15+80-80)/65 = 0.2308; distances 30 20 20 60, median 25; (40-25)/40 = 0.375.
		{"uneven", []int64{0, 10, 30, 90, 190}, (1 - 15.0/65 + 0.375) / 2},
		// 1 2 3 4 5: the quartiles 1.5 and 4.5 are closer than 10, so no skew; distances 2 1 0 1 2, median 1; (3-1)/3.
		{"close quartiles", []int64{0, 1, 3, 6, 10, 15}, (1 + 2.0/3) / 2},
		// 1 1 1 1000: quartiles 1 and 500.5, the median is the lower one: no skew; distances 0 0 0 999, median 0.
		{"the median is a quartile", []int64{0, 1, 2, 3, 1003}, 1},
		// 1 2 1000 2000 3000: quartiles 1.5 and 2500, median 1000; skew (2501.5-2000)/2498.5; distances 999 998 0 1000 2000, median 999.
		{"wide", []int64{0, 1, 3, 1003, 3003, 6003}, (1 - 501.5/2498.5 + 0.001) / 2},
	} {
		near(t, c.name, ofTimes(c.times), c.want)
	}
}

func TestSizes(t *testing.T) {
	near(t, "too few", ofSizes([]int64{100, 100}), 0)
	near(t, "all alike", ofSizes([]int64{100, 100, 100}), 1)
	near(t, "all empty: even, but of no breadth to speak of", ofSizes([]int64{0, 0, 0, 0}), 0.5)
	// 100 110 300: quartiles 100 and 300, median 110; skew (400-220)/200 = 0.9; distances 10 0 190, median 10.
	near(t, "skewed", ofSizes([]int64{100, 110, 300}), (1-0.9+100.0/110)/2)
}

func TestBars(t *testing.T) {
	even, two, cut := [bins]int{}, [bins]int{}, [bins]int{}
	for i := range bins {
		even[i] = 12
		two[i] = []int{3, 9}[i%2]
		if i < 12 {
			cut[i] = 40
		}
	}
	near(t, "none", ofBars([bins]int{}), 0)
	near(t, "even", ofBars(even), 1)
	near(t, "two heights vary", alike(two), 0.5) // mean 6, deviation 3
	near(t, "two heights fit", ofBars(two), 1)
	near(t, "half a day is even in itself", ofBars(cut), 1)
	cut[11] = 0
	near(t, "eleven hours", bimodal(cut), 1)
	cut[10] = 0
	near(t, "ten hours are too few", bimodal(cut), 0)
	// eleven bars, buckets of 5 % of 100: two are alike, the others each by itself: (2+1)/10.
	odd := [bins]int{100, 100, 90, 80, 70, 60, 50, 40, 30, 20, 10}
	near(t, "odd", bimodal(odd), 0.3)
	// one call in a bar: mean 1/24, deviation sqrt(1/24 - 1/576).
	near(t, "one", alike([bins]int{1}), 0)
}

func TestDuration(t *testing.T) {
	const day = 86400
	bars := func(at ...int) (b [bins]int) {
		for _, i := range at {
			b[i]++
		}
		return b
	}
	near(t, "five hours are too few", ofDuration([]int64{0, day}, bars(0, 1, 2, 3, 4), 0, day), 0)
	near(t, "a quarter of the span, six hours in a row", ofDuration([]int64{0, day / 4}, bars(0, 1, 2, 3, 4, 5), 0, day), 0.5)
	near(t, "most of the span", ofDuration([]int64{0, day * 9 / 10}, bars(0, 4, 8, 12, 16, 20), 0, day), 0.9)
	near(t, "over the end", ofDuration([]int64{0, day / 10}, bars(20, 21, 22, 23, 0, 1, 2, 3, 4), 0, day), 0.75)
	near(t, "twelve hours are all", ofDuration([]int64{0, day / 2}, bars(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 0, day), 1)
	if n := longestRun(bars(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)); n != 24 {
		t.Errorf("a day without a gap is a run of %d", n)
	}
}
