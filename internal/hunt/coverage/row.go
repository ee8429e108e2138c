package coverage

import (
	"encoding/json"
	"fmt"

	"stormglass/internal/telemetry"
)

// Row is what one speaker sent of one sort on one day.
type Row struct {
	Speaker
	Sort
	Day      telemetry.Day
	Hours    [24]uint32 // records by hour of the day, UTC
	Sampling [24]uint32 // of flows: the coarsest rate, one packet in so many; 0 not stated. Of what was lost: see lossCounted

	// First and Last are the entries of the manifest that brought the first and last of it; 0 of what no data folder keeps.
	First, Last uint64
}

// Add adds what another row counts of the same speaker, sort and day.
func (r *Row) Add(o *Row) {
	for h, n := range o.Hours {
		r.Hours[h] = more(r.Hours[h], n)
		r.Sampling[h] = max(r.Sampling[h], o.Sampling[h])
	}
	if o.First != 0 && (r.First == 0 || o.First < r.First) {
		r.First = o.First
	}
	r.Last = max(r.Last, o.Last)
}

// Join is Add of what may be counted already: of each hour the larger number holds.
func (r *Row) Join(o *Row) {
	for h, n := range o.Hours {
		r.Hours[h] = max(r.Hours[h], n)
		r.Sampling[h] = max(r.Sampling[h], o.Sampling[h])
	}
}

// counted is what a commit counted, in JSON.
type counted struct {
	Rows []countedRow `json:"rows"`
	Cut  uint64       `json:"cut,omitzero"`
}

type countedRow struct {
	Speaker string     `json:"speaker"`
	Kind    string     `json:"kind"`
	Class   string     `json:"class,omitzero"`
	Day     int32      `json:"day"`
	Hours   HourCounts `json:"hours"`
}

// HourCounts are the hours of a day in which something was counted: hour, records, and of sampled flows the rate; of what was lost 1 where it
// was counted and 2 where nobody knows how many records it were.
type HourCounts [][]uint32

// Counts gives the hours of the row as they are written down.
func (r *Row) Counts() HourCounts {
	out := HourCounts{}
	for h, n := range r.Hours {
		switch {
		case n > 0 && r.Sampling[h] > 0, r.Class == lost && r.Sampling[h] > 0:
			out = append(out, []uint32{uint32(h), n, r.Sampling[h]})
		case n > 0:
			out = append(out, []uint32{uint32(h), n})
		}
	}
	return out
}

// SetCounts is the inverse of Counts.
func (r *Row) SetCounts(list HourCounts) error {
	for _, x := range list {
		if len(x) < 2 || len(x) > 3 || x[0] > 23 {
			return fmt.Errorf("an hour of coverage with %d numbers: it is hour, records, and perhaps a rate", len(x))
		}
		r.Hours[x[0]] = x[1]
		if len(x) == 3 {
			r.Sampling[x[0]] = x[2]
		}
	}
	return nil
}

// Encode writes what was counted, for the manifest and from there for the database; nil when it is nothing.
func (c *Counter) Encode() (json.RawMessage, error) {
	if len(c.rows) == 0 && c.cut == 0 {
		return nil, nil
	}
	out := counted{Rows: []countedRow{}, Cut: c.cut}
	for _, r := range c.Rows() {
		out.Rows = append(out.Rows, countedRow{r.Speaker.String(), r.Kind.String(), r.Class, int32(r.Day), r.Counts()})
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("write what was covered: %w", err)
	}
	return raw, nil
}

// Decode is the inverse of Encode. Rows that this build does not know count as cut: an account of who was heard must not keep what was
// taken in from being counted in.
func Decode(raw json.RawMessage) (*Counter, error) {
	c := &Counter{}
	if len(raw) == 0 {
		return c, nil
	}
	var in counted
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, fmt.Errorf("read what was covered: %w", err)
	}
	for i := range in.Rows {
		x := &in.Rows[i]
		speaker, ok := ParseSpeaker(x.Speaker)
		sort, known := ParseSort(x.Kind)
		row := &Row{Sort: Sort{sort.Kind, x.Class}}
		if !ok || !known || sort.Class != "" || row.SetCounts(x.Hours) != nil {
			c.cut++
			continue
		}
		sort.Class = x.Class
		if mine := c.row(place{speaker, sort, telemetry.Day(x.Day)}); mine != nil {
			mine.Add(row)
		} else {
			c.cut++
		}
	}
	c.cut += in.Cut
	return c, nil
}
