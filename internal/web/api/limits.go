package api

import "time"

// Limits bound what requests may take.
type Limits struct {
	Heavy       int           // requests at a time that read or change the data folder; further ones are Busy. The local socket has as many of its own, of Uploads too
	Uploads     int           // bodies of intelligence and lines at a time, besides Heavy
	UploadsEach int           // of these at most by one client; 0: no limit. Those of the local socket are not counted by client
	Timeout     time.Duration // of a request without an upload
	BodyGrace   time.Duration // in which a body may come as it likes
	BodyRate    int64         // bytes a second, from then on
	Discard     time.Duration // for the rest of a body that nobody reads
	WriteStall  time.Duration // in which 64 KiB of an answer have to be fetched; longer than Discard
	Intel       int64         // bytes of a file of intelligence
	Lines       int64         // bytes of lines to take in
}

// DefaultLimits are the limits of a service.
func DefaultLimits() Limits {
	return Limits{
		Heavy: 16, Uploads: 8, UploadsEach: 2, Timeout: 5 * time.Minute, BodyGrace: time.Minute, BodyRate: 16 << 10, Discard: 5 * time.Second, WriteStall: 30 * time.Second,
		Intel: DefaultIntel, Lines: DefaultLines,
	}
}
