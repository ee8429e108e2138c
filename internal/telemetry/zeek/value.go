package zeek

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"stormglass/internal/telemetry"
)

// unescape resolves \xNN and \\ of the tab separated form; other backslashes stay.
func unescape(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			dst = append(dst, s[i])
			continue
		}
		switch s[i+1] {
		case '\\':
			dst = append(dst, '\\')
			i++
		case 'x':
			if i+3 < len(s) && hex(s[i+2]) < 16 && hex(s[i+3]) < 16 {
				dst = append(dst, hex(s[i+2])<<4|hex(s[i+3]))
				i += 3
				continue
			}
			dst = append(dst, '\\')
		default:
			dst = append(dst, '\\')
		}
	}
	return dst
}

// visible writes bytes that are no UTF-8 as \xNN, which is how the JSON form holds them.
func visible(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	const digits = "0123456789abcdef"
	var out []byte
	for len(b) > 0 {
		c, n := utf8.DecodeRune(b)
		if c == utf8.RuneError && n == 1 {
			out = append(out, '\\', 'x', digits[b[0]>>4], digits[b[0]&15])
		} else {
			out = append(out, b[:n]...)
		}
		b = b[n:]
	}
	return out
}

func hex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0xff
}

// pair gives a value of the tab separated form as pairs write it.
func (r *row) pair(t valueType, v string) string {
	switch t {
	case typeBool:
		switch v {
		case "T":
			return "true"
		case "F":
			return "false"
		}
	case typeTime:
		return r.timeText(v)
	case typeNumber:
		return r.number(v)
	case typeText:
	}
	return v
}

func (r *row) timeText(v string) string {
	d, ok := telemetry.ParseSeconds(v)
	if !ok {
		return v
	}
	t := time.Unix(0, int64(d)).UTC().Round(time.Microsecond)
	r.buf = t.AppendFormat(r.buf[:0], "2006-01-02T15:04:05.000000Z")
	return r.batch.Copy(r.buf)
}

// number gives a number with at most six decimals and no zeros at their end.
func (r *row) number(v string) string {
	dot := -1
	for i := range len(v) {
		switch v[i] {
		case '.':
			dot = i
		case 'e', 'E':
			return r.rounded(v)
		}
	}
	if dot < 0 {
		return v
	}
	short := strings.TrimSuffix(strings.TrimRight(v, "0"), ".")
	if len(short)-dot-1 <= 6 {
		return short
	}
	return r.rounded(v)
}

func (r *row) rounded(v string) string {
	d, ok := telemetry.ParseSeconds(v)
	if !ok {
		return v
	}
	d = d.Round(time.Microsecond)
	b := r.buf[:0]
	if d < 0 {
		b, d = append(b, '-'), -d
	}
	b = strconv.AppendInt(b, int64(d/time.Second), 10)
	if micros := int64(d % time.Second / time.Microsecond); micros != 0 {
		b = append(b, '.')
		at := len(b)
		b = strconv.AppendInt(b, 1e6+micros, 10)
		b[at] = '.' // the 1 of 1e6, there for the zeros after it
		b = append(b[:at-1], b[at:]...)
		for b[len(b)-1] == '0' {
			b = b[:len(b)-1]
		}
	}
	r.buf = b
	return r.batch.Copy(b)
}
