package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"stormglass/internal/observable"
	"stormglass/internal/web/api"
)

// writeStatus writes how a service is as text.
func writeStatus(w io.Writer, st *api.Status) error {
	b := bufio.NewWriter(w)
	t := statusTable{out: b, now: st.Now}
	t.head(st)
	t.heard(st.Heard)
	t.listeners(st.Listeners)
	t.exporters(st.Exporters)
	t.rest(st)
	return b.Flush()
}

type statusTable struct {
	out *bufio.Writer
	now time.Time
}

func (t *statusTable) line(format string, args ...any) {
	fmt.Fprintln(t.out, observable.Printable(fmt.Sprintf(format, args...)))
}

func (t *statusTable) head(st *api.Status) {
	state := "ready"
	if !st.Ready {
		state = "NOT READY: " + strings.Join(st.NotReady, "; ")
	}
	t.line("%s, up %s, %s", state, rough(st.Now.Sub(st.Started)), st.Data)
	for _, s := range st.Warnings {
		t.line("warning: %s", s)
	}
	p := &st.Pipeline
	t.line("records   %d taken in, %.0f a second over the last minute, %d matches of intelligence and %d of rules", p.Records, p.Rate, p.Matches, st.Rules.Matched)
	t.line("commits   %d, the last %s (took %.1f s); %d datagrams wait for the next", p.Folds, t.ago(p.LastFold), p.LastFoldTook, p.Waiting)
	t.line("findings  %d new and %d changed since the start", p.New, p.Changed)
	t.line("intel     %d values of %d files in force", st.Intel.Values, st.Intel.Files)
	t.line("rules     %s", rulesText(&st.Rules))
	if st.Watched.Paths > 0 {
		t.line("watched   %d files taken in, %d not", st.Watched.TakenIn, st.Watched.NotTakenIn)
		for _, f := range st.Watched.Problems {
			t.line("          %s: %s", f.Path, f.Why)
		}
	}
	if c := st.Canary; c != nil {
		state := "found after " + fmt.Sprintf("%.1f s", c.Seconds)
		switch {
		case c.Late:
			state = "LATE: what arrives may not be looked at"
		case c.Found < c.Sent:
			state = "on its way"
		}
		t.line("canary    sent %s, %s", t.ago(c.LastSent), state)
	}
}

// mostComplaints is how many complaints an answer names.
const mostComplaints = 20

// rulesText says how many rules are in force and asked, and whether something is wrong with them.
func rulesText(r *api.RuleState) string {
	s := fmt.Sprintf("%d in force, %d of them asked, %d complaints", r.Rules, r.Asked, len(r.Complaints))
	if len(r.Complaints) >= mostComplaints {
		s += " or more"
	}
	if len(r.Complaints) > 0 {
		s += " (stormglass rules check)"
	}
	return s
}

// table writes rows in columns. Numbers stand at the left like words: they are read, not added up.
func (t *statusTable) table(title string, head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(t.out, "\n%s\n", title)
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(head, "\t"))
	for _, r := range rows {
		for i := range r {
			r[i] = observable.Printable(r[i])
		}
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	_ = w.Flush() // into a buffer, whose Flush tells
}

func (t *statusTable) listeners(all []api.Listener) {
	rows := make([][]string, 0, len(all))
	for i := range all {
		l := &all[i]
		rows = append(rows, []string{
			l.Name + " " + l.Address, count(l.Datagrams), count(l.Records), count(l.LostKernel), count(l.LostQueue), count(l.Refused), count(l.Cut), count(l.Unread),
			bytesOf(l.WaitingBytes), t.ago(l.Last),
		})
	}
	t.table("Listeners", []string{"listener", "datagrams", "records", "lost: kernel", "queue", "refused", "cut", "unread", "waiting", "last"}, rows)
}

// mostExporters are shown in a table; -o json has all.
const mostExporters = 50

func (t *statusTable) exporters(all []api.Exporter) {
	rows := make([][]string, 0, len(all))
	for i := range all {
		x := &all[i]
		if len(rows) == mostExporters {
			break
		}
		sampling := "not stated"
		switch {
		case x.SamplingMax == 0:
		case x.SamplingMin == x.SamplingMax:
			sampling = fmt.Sprintf("1:%d", x.SamplingMax)
		default:
			sampling = fmt.Sprintf("1:%d to 1:%d", x.SamplingMin, x.SamplingMax)
		}
		rows = append(rows, []string{
			x.Listener + " " + x.Address, count(x.Packets), count(x.Records), count(x.LostSequence), sampling, count(x.Templates), count(x.Waiting), t.ago(x.Last),
		})
	}
	t.table("Exporters", []string{"exporter", "packets", "records", "lost by sequence", "sampling", "templates", "waiting for one", "last"}, rows)
	if more := len(all) - len(rows); more > 0 {
		t.line("and %d more; -o json names all", more)
	}
}

func (t *statusTable) rest(st *api.Status) {
	var sinks, parts, holders [][]string
	for i := range st.Outbox {
		k := &st.Outbox[i]
		sinks = append(sinks, []string{k.Name, count(k.Delivered), count(k.Waiting), t.waiting(k.Oldest), count(k.Failed), count(k.GivenUp), k.LastError})
	}
	t.table("Outbox", []string{"sink", "delivered", "waiting", "oldest", "failed tries", "given up", "last error"}, sinks)
	for _, p := range st.Disk.Used {
		parts = append(parts, []string{p.Part, bytesOf(p.Bytes)})
	}
	t.table("Disk ("+bytesOf(st.Disk.Free)+" free)", []string{"part", "size"}, parts)
	for _, h := range st.Memory {
		bound := "-"
		if h.Bound > 0 {
			bound = bytesOf(h.Bound)
		}
		holders = append(holders, []string{h.Name, bytesOf(h.Bytes), bound})
	}
	t.table("Memory", []string{"holder", "now", "bound"}, holders)
}

func count(n uint64) string { return strconv.FormatUint(n, 10) }

// bytesOf gives a size in a unit that suits it.
func bytesOf(n uint64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	f, i := float64(n)/unit, 0
	for ; f >= unit && i < 4; i++ {
		f /= unit
	}
	return fmt.Sprintf("%.1f %ciB", f, "KMGTP"[i])
}

// ago says how long ago something was.
func (t *statusTable) ago(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return rough(t.now.Sub(*at)) + " ago"
}

// waiting says how long the oldest thing waits.
func (t *statusTable) waiting(since *time.Time) string {
	if since == nil {
		return "-"
	}
	return rough(t.now.Sub(*since))
}

// rough gives a length of time in words as exact as is of use.
func rough(d time.Duration) string {
	switch d = max(0, d); {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
