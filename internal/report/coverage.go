package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// whatRead is what was read and what was not, in words.
type whatRead struct {
	formats  []formatRow
	kinds    string       // records by kind
	unread   []*fileGroup // files that were not read, or not to their end
	problems []problemRow
	remarks  []remark // content read before under another name, parts that hold no records: no loss
	devices  []string // sorted
	undated  uint64

	registered int // devices that the register states; 0: there is none, or none in it
}

// formatRow sums the files of one format.
type formatRow struct {
	Format      string
	Files       int
	Records     uint64
	Kinds, Span string
	kinds       [telemetry.NumKinds]uint64
	first, last telemetry.Instant
}

// problemRow is one reason why parts of files were not read.
type problemRow struct {
	Reason string
	Count  uint64
	Files  int
	Where  []string // "conn.log:12: expected 21, found 3"
	Todo   string
}

func coverageOf(r *hunt.Result, in folder) whatRead {
	var c whatRead
	var unread, left fileGroups
	var same [][2]string
	formats, problems, devices := map[string]*formatRow{}, map[string]*problemRow{}, map[string]struct{}{}
	for _, a := range r.Accounts {
		if a.SameAs != "" {
			same = append(same, [2]string{in.name(a.Source.Name), in.name(a.SameAs)})
			continue
		}
		unread.telemetry(a, in)
		if a.Skipped == "" {
			c.undated += a.Undated
			formatOf(formats, a).add(a)
		}
		for i := range a.Problems.List {
			if p := &a.Problems.List[i]; p.Notice {
				left.add("left out", prose(p.Reason), "", groupFile{Name: firstPlace(in.name(a.Source.Name), p)})
			} else {
				addProblem(problems, in.name(a.Source.Name), p)
			}
		}
		for _, h := range a.Hosts {
			devices[h] = struct{}{}
		}
	}
	c.unread, c.remarks = unread.sorted(), append(sameContent(same), leftOut(&left)...)
	_, kinds, _, _ := r.Records()
	c.kinds = kindCounts(kinds)
	for _, f := range formats {
		f.Kinds, f.Span = kindCounts(f.kinds), spanText(f.first, f.last)
		c.formats = append(c.formats, *f)
	}
	slices.SortFunc(c.formats, func(a, b formatRow) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), cmp.Compare(a.Format, b.Format))
	})
	for _, p := range problems {
		c.problems = append(c.problems, *p)
	}
	slices.SortFunc(c.problems, func(a, b problemRow) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
	for d := range devices {
		c.devices = append(c.devices, cutText(name(d), maxName))
	}
	slices.Sort(c.devices)
	if r.Coverage != nil {
		c.registered = r.Coverage.Registered
	}
	return c
}

// telemetry takes a file that was not read, or not to its end.
func (g *fileGroups) telemetry(a *telemetry.Account, in folder) {
	f := groupFile{Name: in.name(a.Source.Name)}
	switch {
	case a.Skipped != "":
		g.add("not read", prose(a.Skipped), advice(a.Skipped), f)
	case a.Failed != "":
		f.Note = "after " + count(a.Read, "record")
		g.add("stopped", prose(a.Failed), advice(a.Failed), f)
	}
}

func formatOf(formats map[string]*formatRow, a *telemetry.Account) *formatRow {
	n := name(a.Format)
	if n == "" {
		n = "unknown"
	}
	f, ok := formats[n]
	if !ok {
		f = &formatRow{Format: n}
		formats[n] = f
	}
	return f
}

func (f *formatRow) add(a *telemetry.Account) {
	f.Files++
	for k, n := range a.Kinds {
		f.kinds[k] += n
		f.Records += n
	}
	if a.First.Known() && (!f.first.Known() || a.First < f.first) {
		f.first = a.First
	}
	f.last = max(f.last, a.Last)
}

func addProblem(problems map[string]*problemRow, file string, p *telemetry.Problem) {
	row, ok := problems[p.Reason]
	if !ok {
		row = &problemRow{Reason: prose(p.Reason), Todo: advice(p.Reason)}
		problems[p.Reason] = row
	}
	row.Count += p.Count
	row.Files++
	for _, e := range p.Examples {
		if len(row.Where) < telemetry.MaxExamples {
			row.Where = append(row.Where, placeText(file, e))
		}
	}
}

// firstPlace names the first place in a file where something was met.
func firstPlace(file string, p *telemetry.Problem) string {
	if len(p.Examples) == 0 {
		return file
	}
	return placeText(file, p.Examples[0])
}

func placeText(file string, e telemetry.Example) string {
	s := lineText(file, e.Line)
	if e.Detail != "" {
		s += ": " + cutText(prose(e.Detail), maxTitle)
	}
	return s
}

// lineText writes "file:line" of a file as shown; line 0 is the whole file.
func lineText(file string, line uint64) string {
	if line == 0 {
		return file
	}
	return file + ":" + strconv.FormatUint(line, 10)
}

// kindCounts writes "flow 900,000, DNS 100,000", most frequent first.
func kindCounts(kinds [telemetry.NumKinds]uint64) string {
	var ks []telemetry.Kind
	for k := range telemetry.NumKinds {
		if kinds[k] > 0 {
			ks = append(ks, k)
		}
	}
	slices.SortStableFunc(ks, func(a, b telemetry.Kind) int { return cmp.Compare(kinds[b], kinds[a]) })
	parts := make([]string, len(ks))
	for i, k := range ks {
		parts[i] = kindWord(k, false) + " " + number(kinds[k])
	}
	return strings.Join(parts, ", ")
}

// advices say what to do about a reason, by a word that it holds. Reasons that name a way out
// themselves, after a semicolon, need none.
var advices = []struct{ word, todo string }{
	{"permission denied", "run as a user who may read it"},
	{"no such file", "check the name"},
	{"column", "export the log again with its header; rows that differ from the header are not guessed at"},
	{"header", "export the log again with its header line"},
	{"cut off", "the file was copied while it was written or is damaged: copy it again and read it again"},
	{"unexpected eof", "the file was copied while it was written or is damaged: copy it again and read it again"},
	{"unexpected end", "the file was copied while it was written or is damaged: copy it again and read it again"},
	{"corrupt", "the file is damaged: copy it again from where it came from"},
	{"checksum", "the file is damaged: copy it again from where it came from"},
	{"longer than", "look at that line; a line this long is no log record of a known kind"},
	{"network capture", "captures are not searched themselves: make logs of them, as zeek -r FILE and suricata -r FILE do, and read those"},
	{"not a form of intelligence", "none needed for documentation and the like; a list holds one value a line, or is CSV with a header"},
	{"not a format", "export it as text, CSV or JSON; stormglass inspect FILE says what is recognised"},
	{"json", "look at that line: the record is not whole JSON"},
	{"not understood", "only that one value was left out; compare it with the documentation of the log's maker"},
	{"time", "these records were searched, but they cannot be dated"},
}

func advice(reason string) string {
	if strings.Contains(reason, ";") {
		return ""
	}
	low := strings.ToLower(reason)
	for _, a := range advices {
		if strings.Contains(low, a.word) {
			return a.todo
		}
	}
	return "stormglass inspect FILE shows what was recognised in it"
}

// deviceText says which devices the records name. Without a register nobody knows how many there are.
func (c *whatRead) deviceText(n int) string {
	if len(c.devices) == 0 {
		return "no device is named in the records"
	}
	if c.registered > 0 {
		return number(len(c.devices)) + " named in the records, " + number(c.registered) + " in the register: " + observable.Printable(listed(c.devices, n))
	}
	return number(len(c.devices)) + " named in the records, of an unknown number (no device register): " +
		observable.Printable(listed(c.devices, n))
}
