package report

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
)

// Size is what an instance will need.
type Size struct {
	Lake         []SizePart // records by class and kind
	Ledger       []SizePart // values seen, by space
	Vault        float64    // bytes
	PerDay       float64    // bytes that a day adds while nothing expires
	Total        float64    // bytes once everything has reached its age
	Disk         float64    // bytes a disk should have for that
	Spare        float64    // share of it that stays free
	Given        float64    // bytes of the disk that was asked about, 0 when none was
	Fits         int        // days that fit onto it
	FitsAll      bool       // everything fits for as long as it is kept
	Memory       []SizeHolder
	Heap, Mapped float64
	Measured     []SizeCost
	Assumed      []SizeCost
}

// SizePart is a part of what is kept.
type SizePart struct {
	Class, What           string
	RowsPerDay, BytesADay float64
	Days                  int
	Bytes                 float64
	Note                  string
}

// SizeHolder is who holds memory.
type SizeHolder struct {
	Name   string
	Bytes  float64
	Mapped bool // the system can take it back
}

// SizeCost is a number that the estimate rests on.
type SizeCost struct{ What, Value string }

// WriteSize writes an estimate, as a table or as JSON.
func WriteSize(w io.Writer, f Format, s *Size, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		writeSize(newPage(b, o), s)
	case JSON:
		if err := writeSizeJSON(b, s); err != nil {
			return err
		}
	default:
		return fmt.Errorf("an estimate is table or json, not %s", f)
	}
	return b.Flush()
}

func writeSize(p *page, s *Size) {
	p.text(0, bold, "Disk: about "+roughBytes(s.Disk)+". Memory: about "+roughBytes(s.Heap)+", and "+roughBytes(s.Mapped)+" more make look-ups fast.")
	if s.Given > 0 {
		p.text(0, fitStyle(s), s.fitText())
	}
	p.heading("Disk")
	rows := [][]string{{"class", "what", "rows a day", "bytes a day", "days", "in all"}}
	var notes []string
	for _, part := range [][]SizePart{s.Lake, s.Ledger} {
		for _, x := range part {
			rows = append(rows, []string{x.Class, x.What, rough(x.RowsPerDay), roughBytes(x.BytesADay), number(x.Days), roughBytes(x.Bytes)})
			if x.Note != "" {
				notes = append(notes, x.What+": "+x.Note+".")
			}
		}
	}
	if s.Vault > 0 {
		rows = append(rows, []string{"vault", "sealed values", "", "", "", roughBytes(s.Vault)})
	}
	rows = append(rows, []string{"total", "", "", roughBytes(s.PerDay), "", roughBytes(s.Total)})
	p.columns(2, []bool{false, false, true, true, true, true}, rows)
	p.text(2, "", "Of the disk "+strconv.FormatFloat(100*s.Spare, 'f', -1, 64)+" % is to stay free: logs, merges and compactions write before they remove.")
	for _, n := range notes {
		p.hanging("  ", 4, "", n)
	}
	p.heading("Memory")
	rows = [][]string{{"holder", "bytes", "kind"}}
	for _, h := range s.Memory {
		kind := "heap"
		if h.Mapped {
			kind = "mapped: the system takes it back when it has to"
		}
		rows = append(rows, []string{h.Name, roughBytes(h.Bytes), kind})
	}
	p.columns(2, []bool{false, true, false}, rows)
	p.heading("What this rests on")
	p.costs("measured", s.Measured)
	p.costs("assumed", s.Assumed)
	p.line("")
	p.text(0, dim, "An estimate is no promise: ingest a day, and privacy report tells what it took.")
}

func (p *page) costs(label string, list []SizeCost) {
	for _, c := range list {
		p.field(label, c.What+": "+c.Value)
		label = ""
	}
}

func fitStyle(s *Size) style {
	if s.FitsAll {
		return bold
	}
	return warn
}

func (s *Size) fitText() string {
	if s.FitsAll {
		return "A disk of " + roughBytes(s.Given) + " holds everything for as long as it is kept."
	}
	if s.Fits < 1 {
		return "A disk of " + roughBytes(s.Given) + " does not hold a single day."
	}
	return "A disk of " + roughBytes(s.Given) + " holds " + count(s.Fits, "day") + " of everything: keep some of it shorter (registers/retention.yaml), or give it " + roughBytes(s.Disk) + "."
}

// rough writes a number to about three digits: more would not be true.
func rough(f float64) string {
	if f <= 0 || math.IsNaN(f) {
		return "0"
	}
	if unit := math.Pow(10, math.Floor(math.Log10(f))-2); unit >= 1 {
		f = math.Round(f/unit) * unit
	}
	return number(roundUint(f))
}

func roughBytes(f float64) string { return bytesText(roundUint(f)) }

// roundUint rounds to a whole number that a count can hold.
func roundUint(f float64) uint64 {
	const most = 1 << 62
	if !(f > 0) {
		return 0
	}
	return uint64(math.Round(min(f, most)))
}

type sizePartJSON struct {
	Class      string  `json:"class"`
	What       string  `json:"what"`
	RowsPerDay float64 `json:"rows_per_day"`
	BytesADay  float64 `json:"bytes_per_day"`
	Days       int     `json:"days"`
	Bytes      float64 `json:"bytes"`
	Note       string  `json:"note"`
}

type sizeHolderJSON struct {
	Name   string  `json:"name"`
	Bytes  float64 `json:"bytes"`
	Mapped bool    `json:"mapped"`
}

func writeSizeJSON(b *bufio.Writer, s *Size) error {
	w := &fieldWriter{b: b}
	w.list("lake", len(s.Lake), func(i int) any { return sizePartJSON(s.Lake[i]) })
	w.list("ledger", len(s.Ledger), func(i int) any { return sizePartJSON(s.Ledger[i]) })
	w.field("vault_bytes", s.Vault)
	w.field("bytes_per_day", s.PerDay)
	w.field("bytes", s.Total)
	w.field("disk_bytes", s.Disk)
	w.field("disk_spare", s.Spare)
	if s.Given > 0 {
		w.field("given_disk_bytes", s.Given)
		w.field("days_that_fit", s.Fits)
		w.field("all_fits", s.FitsAll)
	}
	w.list("memory", len(s.Memory), func(i int) any { return sizeHolderJSON(s.Memory[i]) })
	w.field("heap_bytes", s.Heap)
	w.field("mapped_bytes", s.Mapped)
	for _, c := range []struct {
		name string
		list []SizeCost
	}{{"measured", s.Measured}, {"assumed", s.Assumed}} {
		m := map[string]string{}
		for _, x := range c.list {
			m[x.What] = x.Value
		}
		w.field(c.name, m)
	}
	return w.end()
}
