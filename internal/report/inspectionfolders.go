package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// What the table of an inspection of many files shows.
const (
	inspectedRows = 40  // of folders: with more, deeper folders are put together
	inspectedLost = 100 // files named for each reason
	maxFormat     = 20  // characters
)

// inspectedFolders writes a line for each folder and format, and names the files that have a problem.
func (p *page) inspectedFolders(x *inspected) {
	if len(x.logs) > 0 {
		p.heading("Telemetry")
		p.folderRows(x.logs)
	}
	if len(x.feeds) > 0 {
		p.heading("Intelligence")
		p.feedRows(x.feeds)
	}
	if lost := lostOf(x, p.in.telemetry); len(lost) > 0 {
		p.heading("What was not understood")
		for _, l := range lost {
			p.lost(l)
		}
	}
}

// place is a folder and a format; the files there are one line.
type place struct{ folder, format string }

// placesOf finds the place of each file: its folder, or one above it when there would be too many.
func placesOf(files, formats []string) []place {
	split := make([][]string, len(files))
	deepest := 0
	for i, f := range files {
		parts := strings.FieldsFunc(f, func(r rune) bool { return r == '!' || strings.ContainsRune(separators, r) })
		split[i] = parts[:max(len(parts)-1, 0)]
		deepest = max(deepest, len(split[i]))
	}
	out := make([]place, len(files))
	for depth := deepest; ; depth-- {
		distinct := map[place]struct{}{}
		for i, s := range split {
			out[i] = place{placeName(files[i], s, depth), formats[i]}
			distinct[out[i]] = struct{}{}
		}
		if len(distinct) <= inspectedRows || depth == 0 {
			return out
		}
	}
}

// placeName writes the first depth components of a folder, and that there are more.
func placeName(file string, parts []string, depth int) string {
	root := ""
	if file != "" && strings.ContainsRune(separators, rune(file[0])) {
		root = file[:1]
	}
	switch {
	case len(parts) > depth:
		return root + strings.Join(append(slices.Clone(parts[:depth]), "…"), "/")
	case len(parts) == 0:
		return root + "."
	}
	return root + strings.Join(parts, "/")
}

// logRow sums the files of telemetry of a place.
type logRow struct {
	place
	files, subscribers, secrets int
	read, lines, undated, plain uint64
	first, last                 telemetry.Instant
	devices                     map[string]struct{}
}

func (p *page) folderRows(logs []*telemetry.Account) {
	files, formats := make([]string, len(logs)), make([]string, len(logs))
	for i, a := range logs {
		files[i], formats[i] = p.in.telemetry.name(a.Source.Name), cutText(name(a.Format), maxFormat)
	}
	sums := map[place]*logRow{}
	var kinds [telemetry.NumKinds]uint64
	for i, at := range placesOf(files, formats) {
		r, ok := sums[at]
		if !ok {
			r = &logRow{place: at, devices: map[string]struct{}{}}
			sums[at] = r
		}
		r.add(logs[i])
		for k, n := range logs[i].Kinds {
			kinds[k] += n
		}
	}
	rows := [][]string{{"folder", "format", "files", "records", "known", "span (UTC), and what is in them"}}
	for _, at := range sortedPlaces(sums) {
		r := sums[at]
		rows = append(rows, []string{r.folder, r.format, number(r.files), number(r.read), share(r.read-min(r.plain, r.read), r.lines), r.holds()})
	}
	p.columns(2, []bool{false, false, true, true, true, false}, rows)
	p.text(2, "", "known: lines that became records of which more is known than their text; undated: records without a time that can be read; subscribers: numbers of "+
		"subscribers, handle them accordingly; secrets: passwords or keys, findings show them blanked.")
	if k := kindCounts(kinds); k != "" {
		p.text(2, "", "Records by kind: "+k+".")
	}
}

func sortedPlaces[T any](m map[place]T) []place {
	return slices.SortedFunc(maps.Keys(m), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.folder, b.folder), cmp.Compare(a.format, b.format))
	})
}

func (r *logRow) add(a *telemetry.Account) {
	r.files++
	r.read += a.Read
	r.lines += a.Lines
	r.undated += a.Undated
	r.plain += a.Plain
	if a.Subscribers > 0 {
		r.subscribers++
	}
	if a.Secrets > 0 {
		r.secrets++
	}
	if a.First.Known() && (!r.first.Known() || a.First < r.first) {
		r.first = a.First
	}
	r.last = max(r.last, a.Last)
	for _, h := range a.Hosts {
		r.devices[h] = struct{}{}
	}
}

// holds says in a line from when the records are and what stands in them.
func (r *logRow) holds() string {
	parts := []string{shortSpan(r.first, r.last)}
	if r.undated > 0 {
		parts = append(parts, number(r.undated)+" undated")
	}
	if n := len(r.devices); n > 0 {
		parts = append(parts, count(n, "device"))
	}
	if r.subscribers > 0 {
		parts = append(parts, "subscribers in "+count(r.subscribers, "file"))
	}
	if r.secrets > 0 {
		parts = append(parts, "secrets in "+count(r.secrets, "file"))
	}
	return joined("; ", parts...)
}

// shortSpan writes a span in days, or in minutes when it is within one.
func shortSpan(first, last telemetry.Instant) string {
	switch {
	case !first.Known() || !last.Known():
		return ""
	case first.Time().Format(minuteForm) == last.Time().Format(minuteForm):
		return first.Time().Format(minuteForm)
	case first.Day() == last.Day():
		return first.Time().Format(minuteForm) + " to " + last.Time().Format("15:04")
	}
	return first.Day().String() + " to " + last.Day().String()
}

func (p *page) feedRows(feeds []*intel.FileReport) {
	files, formats := make([]string, len(feeds)), make([]string, len(feeds))
	for i, r := range feeds {
		files[i], formats[i] = p.in.intel.name(r.File), cutText(name(r.Format), maxFormat)
	}
	type sum struct{ files, total, loaded, listed, reported int }
	sums := map[place]sum{}
	for i, at := range placesOf(files, formats) {
		r, s := feeds[i], sums[at]
		sums[at] = sum{s.files + 1, s.total + r.Total, s.loaded + r.Loaded, s.listed + r.Count(intel.Listed), s.reported + r.Count(intel.Reported)}
	}
	rows := [][]string{{"folder", "format", "files", "items", "loaded", "listed", "reported"}}
	for _, at := range sortedPlaces(sums) {
		s := sums[at]
		rows = append(rows, []string{at.folder, at.format, number(s.files), number(s.total), number(s.loaded), number(s.listed), number(s.reported)})
	}
	p.columns(2, []bool{false, false, true, true, true, true, true}, rows)
}

// lostRow is one reason why parts of files were not understood, with every file.
type lostRow struct {
	Reason, Todo string
	Stopped      bool // reading did: there is nothing to count but files
	Count        uint64
	Files        []string
}

// lostOf gathers what files that were read held and was not understood, most frequent first.
func lostOf(x *inspected, in folder) []*lostRow {
	rows := map[string]*lostRow{}
	add := func(reason, of string, n uint64, file string) {
		r, ok := rows[reason]
		if !ok {
			r = &lostRow{Reason: reason, Todo: inspecting(advice(of)), Stopped: n == 0}
			rows[reason] = r
		}
		r.Count += n
		r.Files = append(r.Files, file)
	}
	for _, a := range x.logs {
		file := in.name(a.Source.Name)
		if a.Failed != "" {
			add("reading stopped: "+prose(a.Failed), a.Failed, 0, file+", after "+count(a.Read, "record"))
		}
		for i := range a.Problems.List {
			q := &a.Problems.List[i]
			reason := prose(q.Reason)
			if q.Notice {
				reason = "left out: " + reason
			}
			add(reason, q.Reason, q.Count, file+": "+number(q.Count)+exampleText(q))
		}
	}
	for _, r := range x.feeds {
		file := in.name(r.File)
		if r.Failed != "" {
			add("reading stopped: "+prose(r.Failed), r.Failed, 0, file)
		}
		for _, reason := range intel.Reasons(r.Reported) {
			n := r.Reported[reason]
			add(prose(reason), reason, uint64(max(n, 0)), file+": "+number(n))
		}
	}
	return slices.SortedFunc(maps.Values(rows), func(a, b *lostRow) int {
		return cmp.Or(btoi(b.Stopped)-btoi(a.Stopped), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
}

func (p *page) lost(r *lostRow) {
	if r.Stopped {
		p.text(2, "", r.Reason+", in "+count(len(r.Files), "file"))
	} else {
		p.text(2, "", r.Reason+": "+number(r.Count)+" in "+count(len(r.Files), "file"))
	}
	for _, f := range r.Files[:min(len(r.Files), inspectedLost)] {
		p.hanging("    ", 6, "", f)
	}
	if n := len(r.Files) - inspectedLost; n > 0 {
		p.text(4, "", "and "+count(n, "further file")+"; -o json lists them.")
	}
	p.todo(r.Todo)
}
