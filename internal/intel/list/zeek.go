package list

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// zeek reads an input file of Zeek's intelligence framework. Fields are named in a "#fields" line,
// which may come again.
func (rd *reader) zeek(ctx context.Context) {
	var fields []string
	for rd.lines.next(ctx) {
		line := rd.lines.line
		if names, ok := bytes.CutPrefix(line, []byte("#fields")); ok {
			fields = strings.Split(strings.TrimLeft(string(names), "\t "), "\t")
			continue
		}
		if text, ok := bytes.CutPrefix(line, []byte("#")); ok {
			rd.comment(text)
			continue
		}
		switch {
		case len(bytes.TrimSpace(line)) == 0:
		case rd.lines.long:
			rd.lose(intel.Reported, "a line is longer than 1 MiB")
		default:
			rd.zeekLine(fields, line)
		}
	}
}

func (rd *reader) zeekLine(fields []string, line []byte) {
	var value, kind, source, desc, url string
	removed := false
	for n := 0; n < len(fields) && line != nil; n++ {
		var cell []byte
		cell, line, _ = bytes.Cut(line, []byte("\t"))
		s := zeekText(cell)
		switch strings.TrimSpace(fields[n]) {
		case "indicator":
			value = s
		case "indicator_type":
			kind = s
		case "meta.source":
			source = strings.TrimSpace(s)
		case "meta.desc":
			desc = s
		case "meta.url":
			url = s
		case "meta.remove":
			removed = s == "T"
		}
	}
	acc := rd.l.Begin(rd.where())
	defer acc.End()
	if removed {
		acc.Lose(intel.Listed, "marked for removal", observable.Unknown, value)
		return
	}
	comment := desc
	if comment == "" {
		comment = url
	}
	takeZeek(acc, kind, value, intel.Indicator{Source: rd.source(source), Comment: comment})
}

func takeZeek(acc *intel.Item, kind, value string, i intel.Indicator) {
	switch strings.TrimSpace(kind) {
	case "Intel::ADDR", "Intel::SUBNET":
		acc.TakeNet(value, i)
	case "Intel::URL": // without scheme
		acc.Take(observable.URL, value, i)
	case "Intel::DOMAIN":
		acc.Take(observable.Domain, value, i)
	case "Intel::EMAIL":
		acc.Take(observable.Email, value, i)
	case "Intel::FILE_NAME":
		acc.Take(observable.FileName, value, i)
	case "Intel::FILE_HASH", "Intel::CERT_HASH":
		takeHash(acc, value, i)
	case "Intel::USER_NAME":
		acc.Take(observable.UserName, value, i)
	case "Intel::SOFTWARE", "Intel::PUBKEY_HASH":
		acc.Lose(intel.Listed, kind+" is not searched in telemetry", observable.Unknown, value)
	case "":
		acc.Lose(intel.Reported, "a line has too few columns", observable.Unknown, value)
	default:
		acc.Lose(intel.Reported, "indicator type is not one of Zeek's", observable.Unknown, value)
	}
}

// zeekText gives a field as written by Zeek: "-" is unset, bytes may stand as \x41.
func zeekText(cell []byte) string {
	s := string(cell)
	if s == "-" {
		return ""
	}
	if !strings.Contains(s, `\x`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if strings.HasPrefix(s[i:], `\x`) && i+4 <= len(s) {
			if n, err := strconv.ParseUint(s[i+2:i+4], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
