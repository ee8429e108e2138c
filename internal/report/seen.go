package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"stormglass/internal/fault"
	"stormglass/internal/seen"
)

// SeenSchema is the name and version of the JSON document of a look-back.
const SeenSchema = "stormglass.seen/1"

// WriteSeen renders the answers of a look-back as a table, JSON, JSON lines or CSV. No format shows
// a subscriber's number in clear, nor as it was written in the question.
func WriteSeen(w io.Writer, f Format, r *seen.Result, o Options) error {
	b := bufio.NewWriter(w)
	var err error
	switch f {
	case Table:
		writeSeenTable(b, r, o)
	case JSON:
		err = writeSeenJSON(b, r)
	case JSONL:
		err = writeSeenJSONL(b, r)
	case CSV:
		writeSeenCSV(b, r, o)
	case HTML:
		return fault.Hint(fault.Invalid, errors.New("html is not for seen"), "-o table, json, jsonl and csv are")
	default:
		err = fmt.Errorf("unknown format %d", f)
	}
	if err == nil {
		err = b.Flush() // holds the first error of any write before
	}
	if err != nil {
		return fmt.Errorf("write %s of what was seen: %w", f, err)
	}
	return nil
}
