package netflow

import (
	"encoding/hex"
	"math"
	"net/netip"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"stormglass/internal/telemetry"
)

// be reads an unsigned number of up to 8 bytes; of a longer one the last 8.
func be(b []byte) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(b[1]) | uint64(b[0])<<8
	case 4:
		return uint64(b[3]) | uint64(b[2])<<8 | uint64(b[1])<<16 | uint64(b[0])<<24
	case 8:
		return uint64(b[7]) | uint64(b[6])<<8 | uint64(b[5])<<16 | uint64(b[4])<<24 |
			uint64(b[3])<<32 | uint64(b[2])<<40 | uint64(b[1])<<48 | uint64(b[0])<<56
	}
	var n uint64
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}

// appendValue writes an element's value as text. What does not have the length of its form is shown as hex.
func appendValue(dst []byte, f form, b []byte) []byte {
	switch f {
	case formUnsigned, formUnknown:
		if len(b) <= 8 {
			return strconv.AppendUint(dst, be(b), 10)
		}
	case formSigned:
		if len(b) > 0 && len(b) <= 8 {
			shift := 64 - 8*len(b)
			return strconv.AppendInt(dst, int64(be(b)<<shift)>>shift, 10)
		}
	case formFloat:
		if x, ok := floatOf(b); ok {
			return strconv.AppendFloat(dst, x, 'g', -1, 64)
		}
	case formIPv4, formIPv6:
		if a, ok := netip.AddrFromSlice(b); ok {
			return a.Unmap().AppendTo(dst)
		}
	case formText:
		return appendText(dst, b)
	case formBool:
		if len(b) == 1 && b[0] <= 2 { // RFC 7011: 1 true, 2 false; some send 0
			return strconv.AppendBool(dst, b[0] == 1)
		}
	case formSeconds, formMillis, formMicros, formNanos:
		if t := instantOf(f, b); t.Known() {
			return t.Time().AppendFormat(dst, time.RFC3339Nano)
		}
		if len(b) <= 8 {
			return strconv.AppendUint(dst, be(b), 10)
		}
	case formMAC, formApplication, formLabel, formACL, formBytes:
		if s, ok := appendParts(dst, f, b); ok {
			return s
		}
	}
	return hex.AppendEncode(dst, b)
}

// appendParts writes values that have parts.
func appendParts(dst []byte, f form, b []byte) ([]byte, bool) {
	switch {
	case f == formMAC && len(b) == 6:
		for i := range b {
			if i > 0 {
				dst = append(dst, ':')
			}
			dst = hex.AppendEncode(dst, b[i:i+1])
		}
	case f == formApplication && len(b) > 1 && len(b) <= 9:
		dst = append(strconv.AppendUint(dst, uint64(b[0]), 10), ':')
		dst = strconv.AppendUint(dst, be(b[1:]), 10)
	case f == formLabel && len(b) == 3:
		n := be(b)
		dst = append(strconv.AppendUint(dst, n>>4, 10), '-', '0'+byte(n>>1&7), '-', '0'+byte(n&1))
	case f == formACL && len(b) == 12:
		for i := 0; i < len(b); i += 4 {
			if i > 0 {
				dst = append(dst, '-')
			}
			dst = hex.AppendEncode(dst, b[i:i+4])
		}
	default:
		return dst, false
	}
	return dst, true
}

// appendText writes printable UTF-8 as it is, without the nils that fill a fixed length, else hex.
func appendText(dst, b []byte) []byte {
	b = trimNil(b)
	if isText(b) {
		return append(dst, b...)
	}
	return hex.AppendEncode(dst, b)
}

func trimNil(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	return b
}

func isText(b []byte) bool {
	for i := 0; i < len(b); {
		if c := b[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 || unicode.IsControl(r) {
			return false
		}
		i += n
	}
	return true
}

func floatOf(b []byte) (float64, bool) {
	switch len(b) {
	case 4:
		return float64(math.Float32frombits(uint32(be(b)))), true
	case 8:
		return math.Float64frombits(be(b)), true
	}
	return 0, false
}

// ntpEpoch is 1970 in seconds since 1900, where NTP starts.
const ntpEpoch = 2208988800

// instantOf reads an absolute time; zero when it is none, or out of the bounds of an Instant.
func instantOf(f form, b []byte) telemetry.Instant {
	if len(b) == 0 || len(b) > 8 {
		return 0
	}
	n := be(b)
	switch f {
	case formSeconds:
		if n < 1<<40 {
			return telemetry.InstantOf(time.Unix(int64(n), 0))
		}
	case formMillis:
		if n < 1<<48 {
			return telemetry.InstantOf(time.UnixMilli(int64(n)))
		}
	case formMicros, formNanos:
		if len(b) != 8 || n>>32 <= ntpEpoch {
			return 0
		}
		if f == formMicros {
			n &^= 0x7ff // RFC 7011, 6.1.9
		}
		return telemetry.InstantOf(time.Unix(int64(n>>32)-ntpEpoch, int64(n&0xffffffff*1e9>>32)))
	default:
	}
	return 0
}
