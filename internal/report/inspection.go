package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// WriteInspection says what files are, as a table or as JSON; paths are those the user named.
func WriteInspection(w io.Writer, f Format, files []hunt.Inspected, paths []string, width int) error {
	b := bufio.NewWriter(w)
	if f == JSON {
		if err := writeLine(b, inspectionOf(files)); err != nil {
			return fmt.Errorf("write inspection: %w", err)
		}
	} else {
		p := &page{w: b, width: max(width, minWidth)}
		p.inspection(files)
		p.next(files, paths)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write inspection: %w", err)
	}
	return nil
}

// inspectedBlocks is up to how many files get a block each.
const inspectedBlocks = 20

// inspected is what was inspected, in parts.
type inspected struct {
	logs   []*telemetry.Account // read, each content once
	feeds  []*intel.FileReport  // read
	unread fileGroups
	same   [][2]string // a file and the one that holds the same
}

func (p *page) inspection(files []hunt.Inspected) {
	all := make([]string, len(files))
	for i := range files {
		all[i] = fileOfInspected(&files[i])
	}
	in := folderOf(all)
	p.in = folders{in, in}
	if s := p.in.text(); s != "" {
		p.text(0, dim, s)
	}
	x := partsOf(files, in)
	if len(x.logs)+len(x.feeds) <= inspectedBlocks {
		p.inspectedFiles(files)
	} else {
		p.inspectedFolders(x)
	}
	if len(x.same) > 0 {
		p.heading("What is there twice")
		p.remarks(sameContent(x.same))
	}
	if len(x.unread.list) > 0 {
		p.heading("What was not read")
		p.groups(x.unread.sorted())
	}
}

func fileOfInspected(x *hunt.Inspected) string {
	if x.Intel != nil {
		return x.Intel.File
	}
	return x.Telemetry.Source.Name
}

func partsOf(files []hunt.Inspected, in folder) *inspected {
	x := &inspected{}
	for i := range files {
		r, a := files[i].Intel, files[i].Telemetry
		switch {
		case r != nil && r.Skipped != "":
			x.unread.add("not read", prose(r.Skipped), advice(r.Skipped), groupFile{Name: in.name(r.File)})
		case r != nil:
			x.feeds = append(x.feeds, r)
		case a.Skipped != "":
			x.unread.telemetry(a, in)
		case a.SameAs != "":
			x.same = append(x.same, [2]string{in.name(a.Source.Name), in.name(a.SameAs)})
		default:
			x.logs = append(x.logs, a)
		}
	}
	for _, g := range x.unread.list {
		g.Todo = inspecting(g.Todo)
	}
	return x
}

// inspecting takes out of an advice that one should inspect: whoever reads this does.
func inspecting(todo string) string {
	todo, _, _ = strings.Cut(todo, "stormglass inspect")
	return strings.TrimSuffix(todo, "; ")
}

// inspectedFiles writes a block for each file that was read.
func (p *page) inspectedFiles(files []hunt.Inspected) {
	for i := range files {
		switch r, a := files[i].Intel, files[i].Telemetry; {
		case r != nil && r.Skipped == "":
			p.inspectedIntel(r)
		case r == nil && a.Skipped == "" && a.SameAs == "":
			p.inspectedTelemetry(a)
		}
	}
}

func (p *page) inspectedTelemetry(a *telemetry.Account) {
	p.text(0, bold, p.in.telemetry.name(a.Source.Name))
	what := name(a.Format) + ": " + count(a.Read, "record")
	if k := kindCounts(a.Kinds); k != "" {
		what += " (" + k + ")"
	}
	p.text(2, "", what+", "+share(a.Read-min(a.Plain, a.Read), a.Lines)+" of "+count(a.Lines, "line")+" understood, "+bytesText(a.Bytes))
	if s := spanText(a.First, a.Last); s != "" {
		p.text(2, "", s)
	}
	if a.Plain > 0 {
		p.text(2, "", "of "+count(a.Plain, "record")+" nothing is known but the text: no time, device, address or field that rules know; indicators are looked for in it")
	}
	if a.Undated > 0 {
		p.text(2, "", count(a.Undated, "record")+" without a time that can be read")
	}
	if len(a.Hosts) > 0 {
		p.text(2, "", "devices: "+number(len(a.Hosts))+": "+listed(names(a.Hosts), tableDevices))
	}
	if a.Subscribers > 0 {
		p.text(2, "", "holds subscriber numbers, in at least "+count(a.Subscribers, "line")+": handle it accordingly")
	}
	if a.Secrets > 0 {
		p.text(2, "", "holds passwords or keys, in at least "+count(a.Secrets, "line")+"; findings show them blanked")
	}
	if a.Failed != "" {
		p.text(2, "", "reading stopped: "+prose(a.Failed))
	}
	for i := range a.Problems.List {
		q := &a.Problems.List[i]
		what := "not understood: "
		if q.Notice {
			what = "left out: "
		}
		p.text(2, "", what+number(q.Count)+" × "+prose(q.Reason)+exampleText(q))
	}
}

// exampleText gives the first place where a problem was met, in brackets.
func exampleText(q *telemetry.Problem) string {
	if len(q.Examples) == 0 || q.Examples[0].String() == "" {
		return ""
	}
	return " (" + cutText(prose(q.Examples[0].String()), maxTitle) + ")"
}

// share gives the part of a whole in per cent, never rounded up to all.
func share(part, whole uint64) string {
	switch {
	case whole == 0:
		return "none"
	case part == whole:
		return "100 %"
	}
	return fmt.Sprintf("%.1f %%", min(float64(part)*100/float64(whole), 99.9))
}

func (p *page) inspectedIntel(r *intel.FileReport) {
	p.text(0, bold, p.in.intel.name(r.File))
	p.text(2, "", fmt.Sprintf("intelligence, %s: %s loaded, %s listed, %s reported, of %s", name(r.Format), number(r.Loaded),
		number(r.Count(intel.Listed)), number(r.Count(intel.Reported)), count(r.Total, "item")))
	for _, m := range []map[string]int{r.Listed, r.Reported} {
		for i, reason := range intel.Reasons(m) {
			if i < inspectedReasons {
				p.text(4, "", number(m[reason])+" × "+prose(reason))
			}
		}
	}
	if r.Failed != "" {
		p.text(2, "", "reading stopped: "+prose(r.Failed))
	}
}

// inspectedReasons is how many reasons for each outcome a block of intelligence names.
const inspectedReasons = 3
