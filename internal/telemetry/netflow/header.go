package netflow

import (
	"time"

	"stormglass/internal/telemetry"
)

// Sizes of the headers.
const (
	v5Header    = 24
	v5Record    = 48
	v9Header    = 20
	ipfixHeader = 16
	setHeader   = 4
)

// known reports whether data starts like a packet of a known version.
func known(data []byte) bool {
	if len(data) < 2 {
		return false
	}
	v := be(data[:2])
	return v == 5 || v == 9 || v == 10
}

// exportTime gives when a packet was sent, zero when it is too short to say.
func exportTime(data []byte) telemetry.Instant {
	at := 8 // of v5 and v9
	if be(data[:2]) == 10 {
		at = 4
	}
	if len(data) < at+4 {
		return 0
	}
	return seconds(data[at:])
}

func seconds(b []byte) telemetry.Instant { return instantOf(formSeconds, b[:4]) }

// Is reports whether a payload is a packet of NetFlow v5, v9 or IPFIX: its version fits and its lengths agree.
func Is(data []byte) bool {
	if !known(data) {
		return false
	}
	switch be(data[:2]) {
	case 5:
		n := int(be(data[2:4]))
		return n > 0 && n <= 30 && len(data) == v5Header+n*v5Record && plausible(data)
	case 9:
		return len(data) >= v9Header+setHeader && plausible(data) && setsFit(data[v9Header:], 0, 1)
	}
	if len(data) < ipfixHeader+setHeader || int(be(data[2:4])) != len(data) {
		return false
	}
	return plausible(data) && setsFit(data[ipfixHeader:], 2, 3)
}

// plausible reports whether a packet was sent since flow export exists: 1996.
func plausible(data []byte) bool {
	return exportTime(data) > telemetry.InstantOf(time.Date(1996, 1, 1, 0, 0, 0, 0, time.UTC))
}

// setsFit walks the headers of sets: of templates, of options templates, or of data.
func setsFit(b []byte, templates, options uint64) bool {
	for len(b) >= setHeader {
		id, n := be(b[:2]), int(be(b[2:4]))
		if id == 0 && n == 0 && isZero(b) {
			return true // padding
		}
		if id < 256 && id != templates && id != options || n < setHeader || n > len(b) {
			return false
		}
		b = b[n:]
	}
	return isZero(b)
}

func isZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
