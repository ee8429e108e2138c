package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"stormglass/internal/hunt"
)

// Format is a way of writing a result.
type Format uint8

// The formats.
const (
	Table Format = iota // for a terminal
	JSON                // one document
	JSONL               // one finding a line, then a summary
	CSV                 // one finding a row
	HTML                // one self-contained page
)

var formatNames = [...]string{"table", "json", "jsonl", "csv", "html"}

// String gives the format's name.
func (f Format) String() string {
	if int(f) < len(formatNames) {
		return formatNames[f]
	}
	return "invalid"
}

// ParseFormat is the inverse of String.
func ParseFormat(s string) (Format, error) {
	for i, n := range formatNames {
		if n == s {
			return Format(i), nil
		}
	}
	return 0, fmt.Errorf("unknown format %q, known are %s", s, strings.Join(formatNames[:], ", "))
}

// Options say how to render. The zero value is good.
type Options struct {
	Width        int  // columns of the table, 100 when 0, at least 80
	Color        bool // colour the table; it never says anything by colour alone
	MaxFindings  int  // findings the table shows, 50 when 0, all when negative
	ExplainIntel bool // table, JSON and HTML name every value of the intelligence that was not used
	RawCSV       bool // no guard against formulas in CSV: for programs, not for spreadsheets
	All          bool // the table of a look-back for many values names those not seen, too
}

// Write renders a result.
func Write(w io.Writer, f Format, r *hunt.Result, o Options) error {
	b := bufio.NewWriter(w)
	var err error
	switch f {
	case Table:
		writeTable(b, r, o)
	case JSON:
		err = writeJSON(b, r, o)
	case JSONL:
		err = writeJSONL(b, r, o)
	case CSV:
		writeCSV(b, r, o)
	case HTML:
		err = writeHTML(b, r, o)
	default:
		err = fmt.Errorf("unknown format %d", f)
	}
	if err == nil {
		err = b.Flush() // holds the first error of any write before
	}
	if err != nil {
		return fmt.Errorf("write %s report: %w", f, err)
	}
	return nil
}
