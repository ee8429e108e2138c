package api

import "time"

// Limits bound what requests may take.
type Limits struct {
	Heavy      int           // requests at a time that read or change the data folder; further ones are Busy
	Timeout    time.Duration // of a request without an upload
	BodyGrace  time.Duration // in which a body may come as it likes
	BodyRate   int64         // bytes a second, from then on
	Discard    time.Duration // for the rest of a body that nobody reads
	WriteStall time.Duration // in which 64 KiB of an answer have to be fetched; longer than Discard
	Intel      int64         // bytes of a file of intelligence
	Lines      int64         // bytes of lines to take in
}

// DefaultLimits are the limits of a service.
func DefaultLimits() Limits {
	return Limits{
		Heavy: 16, Timeout: 5 * time.Minute, BodyGrace: time.Minute, BodyRate: 16 << 10, Discard: 5 * time.Second, WriteStall: 30 * time.Second,
		Intel: DefaultIntel, Lines: DefaultLines,
	}
}
