package node

import (
	"testing"
	"time"
)

// New meetings hasten a fold, but not so that nothing else is done; the usual time between folds stays the longest.
func TestPauseBetweenHastenedFolds(t *testing.T) {
	var c ServiceConfig
	c.defaults()
	for took, want := range map[time.Duration]time.Duration{
		0: 5 * time.Second, 100 * time.Millisecond: 5 * time.Second, 1250 * time.Millisecond: 5 * time.Second,
		2 * time.Second: 8 * time.Second, 4400 * time.Millisecond: 17600 * time.Millisecond, time.Minute: 30 * time.Second,
	} {
		if got := c.pause(took); got != want {
			t.Errorf("after a fold of %v: %v, want %v", took, got, want)
		}
	}
	c.HastenEvery = 2 * c.FoldEvery
	if got := c.pause(time.Second); got != c.HastenEvery {
		t.Errorf("where more is stated than the usual: %v, want %v", got, c.HastenEvery)
	}
}
