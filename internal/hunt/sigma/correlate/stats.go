package correlate

import "stormglass/internal/hunt/sigma/rule"

// Stats is what happened to the matches of one correlation.
type Stats struct {
	Rule      *rule.Rule
	Counted   uint64 // matches that entered a group
	Ungrouped uint64 // lacked a field of group-by
	Valueless uint64 // lacked the field that is counted, or it held no number
	Vague     uint64 // counted although their time may be wrong by more than the timespan
	Found     uint64 // episodes
	Late      uint64 // matches that came late and were correlated again
	TooLate   uint64 // came later than what is kept
	Forgotten uint64 // matches that were no longer kept for late ones before their time
	Evicted   uint64 // groups that were given up
	EvictedOf [tiers]uint64
	Groups    int // now
}

// Totals is what a Correlator holds, and what it could not take.
type Totals struct {
	Groups   int
	Bytes    int64  // of groups, history and texts, as accounted
	Pending  int64  // bytes of matches that wait
	Undated  uint64 // matches without a time
	Unasked  uint64 // matches of rules that no correlation refers to
	Hurried  uint64 // matches that were taken before the watermark reached them, for want of room
	Spilled  uint64 // matches that went to disk
	Runs     int
	Position uint64 // of the log, as the last Snapshot or Restore states it
}
