package store

import (
	"errors"
	"net/netip"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// text is a text from outside in JSON: a string, or, where it is not UTF-8, an array of one string
// whose characters U+0000 to U+00FF are its bytes.
type text string

// MarshalJSONTo implements json.MarshalerTo.
func (t text) MarshalJSONTo(e *jsontext.Encoder) error {
	if utf8.ValidString(string(t)) {
		return e.WriteToken(jsontext.String(string(t)))
	}
	bytes := make([]rune, len(t))
	for i := range len(t) {
		bytes[i] = rune(t[i])
	}
	for _, token := range []jsontext.Token{jsontext.BeginArray, jsontext.String(string(bytes)), jsontext.EndArray} {
		if err := e.WriteToken(token); err != nil {
			return err
		}
	}
	return nil
}

var errText = errors.New("neither a string nor an array of one string of bytes")

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (t *text) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		token, err := d.ReadToken()
		if err == nil {
			*t = text(token.String())
		}
		return err
	}
	var parts []string
	if err := json.UnmarshalDecode(d, &parts); err != nil {
		return err
	}
	if len(parts) != 1 {
		return errText
	}
	bytes := make([]byte, 0, len(parts[0]))
	for _, r := range parts[0] {
		if r > 0xff {
			return errText
		}
		bytes = append(bytes, byte(r))
	}
	*t = text(bytes)
	return nil
}

// texts and plain turn lists of texts into their stored form and back.
func texts(list []string) []text {
	if len(list) == 0 {
		return nil
	}
	out := make([]text, len(list))
	for i, s := range list {
		out[i] = text(s)
	}
	return out
}

func plain(list []text) []string {
	if len(list) == 0 {
		return nil
	}
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// moment is a time in JSON: seconds since 1970-01-01 UTC and, where it has a fraction of one,
// nanoseconds; none when it is the zero time. Unlike a date in text it can hold every time.
type moment []int64

func momentOf(t time.Time) moment {
	switch {
	case t.IsZero():
		return nil
	case t.Nanosecond() == 0:
		return moment{t.Unix()}
	}
	return moment{t.Unix(), int64(t.Nanosecond())}
}

func (m moment) time() time.Time {
	switch len(m) {
	case 0:
		return time.Time{}
	case 1:
		return time.Unix(m[0], 0).UTC()
	}
	return time.Unix(m[0], m[1]).UTC()
}

// micros gives a time of the store's own as it stands in a column, 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func timeOf(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// addrText writes an address, "" when there is none.
func addrText(a netip.Addr) text {
	if !a.IsValid() {
		return ""
	}
	return text(a.String())
}

func (t text) addr() (netip.Addr, error) {
	if t == "" {
		return netip.Addr{}, nil
	}
	return netip.ParseAddr(string(t))
}

// encode writes a value as JSON. Equal values give equal texts.
func encode(v any) (string, error) {
	b, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	return string(b), err
}

// decode is the inverse of encode. It leaves out members that this build does not know.
func decode(s string, v any) error { return json.Unmarshal([]byte(s), v) }
