package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// WritePrivacy writes what is kept, as text or as JSON.
func WritePrivacy(w io.Writer, f Format, r *Privacy, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		writePrivacy(newPage(b, o), r)
	case JSON:
		if err := writePrivacyJSON(b, r); err != nil {
			return err
		}
	default:
		return fmt.Errorf("the privacy report is table or json, not %s", f)
	}
	return b.Flush()
}

// Most lines of a part of the report.
const (
	tablePurges  = 20
	tableExpired = 20
	tableAsked   = 20
	tableReveals = 20
)

func writePrivacy(p *page, r *Privacy) {
	p.text(0, bold, "What is kept in "+name(r.Data)+", as of "+r.At.UTC().Format(minuteForm)+" UTC")
	p.registers(&r.Registers)
	p.keptRows(r.Rows)
	p.keptLedger(&r.Ledger)
	p.heading("Subscribers")
	p.text(2, "", subscribersText(r))
	p.heading("Database")
	p.database(&r.Database)
	p.heading("Held for a case")
	if len(r.Holds) == 0 {
		p.text(2, "", "Nothing.")
	}
	for i := range r.Holds {
		h := &r.Holds[i]
		p.hanging("  ", 4, "", name(h.Case)+": days "+h.days()+", "+heldValues(h)+"; "+prose(h.Reason)+" ("+name(h.Who)+", "+h.Created.UTC().Format(time.DateOnly)+")")
	}
	p.gone(r)
	p.asked(r)
	p.line("")
	p.text(0, dim, "Not counted here: backups, file system snapshots, and the logs that were taken in.")
}

func heldValues(h *Hold) string {
	if len(h.Values) == 0 {
		return "every value"
	}
	return count(len(h.Values), "value")
}

func (p *page) registers(r *PrivacyRegisters) {
	p.heading("Registers in force")
	switch {
	case r.Networks && r.Customers > 0:
		p.hanging("  ", 4, "", "networks.yaml states "+count(r.Prefixes, "network")+", "+number(r.Customers)+" of subscribers. Their addresses are no values of the ledger; beside other values they stand there as tokens.")
	case r.Networks:
		p.hanging("  ", 4, warn, "networks.yaml states "+count(r.Prefixes, "network")+", none of subscribers: nobody is known to be one, and every address is kept in clear.")
	default:
		p.hanging("  ", 4, warn, "networks.yaml states no network: nobody is known to be a subscriber. Every address is kept in clear, and every record as own, for as long as the operator's own are kept.")
	}
	if r.Retention {
		p.hanging("  ", 4, "", "retention.yaml says how long what is kept; what it does not say is the default.")
	} else {
		p.hanging("  ", 4, "", "retention.yaml is not there: the defaults say how long what is kept.")
	}
	p.hanging("  ", 4, "", "Time counts from the later of the day a record is of and the day it was taken in (docs/adr/0004): what is taken in from an old log is kept for the whole time from that day on.")
}

func (p *page) keptRows(list []KeptRows) {
	p.heading("Records (lake)")
	if len(list) == 0 {
		p.text(2, "", "None.")
		return
	}
	rows := [][]string{{"class", "kind", "rows", "bytes", "oldest", "newest", "kept for"}}
	var notes []string
	for i := range list {
		k := &list[i]
		rows = append(rows, []string{k.Class, k.Kind, number(k.Rows), bytesText(k.Bytes), orDash(k.First), orDash(k.Last), keptFor(k.Days, k.From)})
		if s := rowsNote(k); s != "" {
			notes = append(notes, k.Class+" "+k.Kind+": "+s+".")
		}
	}
	p.columns(2, []bool{false, false, true, true, false, false, false}, rows)
	for _, s := range notes {
		p.hanging("  ", 4, "", s)
	}
}

func rowsNote(k *KeptRows) string {
	var undated, over, held string
	if k.Undated > 0 {
		undated = number(k.Undated) + " have no time"
	}
	if k.Over > 0 {
		over = number(k.Over) + " are over their time and go with the next upkeep"
	}
	if k.OnHold > 0 {
		held = number(k.OnHold) + " are over their time and held for a case"
	}
	return joined("; ", undated, over, held)
}

func keptFor(days int, from string) string {
	if from == "" {
		return count(days, "day")
	}
	return count(days, "day") + " (" + name(from) + ")"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (p *page) keptLedger(l *KeptLedger) {
	p.heading("Values seen (ledger)")
	if len(l.Spaces) == 0 {
		p.text(2, "", "None. They are kept for "+keptFor(l.Days, l.From)+".")
		return
	}
	rows := [][]string{{"values", "rows", "bytes", "oldest", "newest", "kept for"}}
	for _, s := range l.Spaces {
		rows = append(rows, []string{ledgerSpace(s.Space), number(s.Rows), bytesText(s.Bytes), orDash(l.First), orDash(l.Last), keptFor(l.Days, l.From)})
	}
	p.columns(2, []bool{false, true, true, false, false, false}, rows)
	p.hanging("  ", 4, "", "A row is a value on a day, with how often, in which role and with whom it was met; "+count(l.Held, "day")+" are held. "+
		"Rows over their time go with an upkeep, those of segments that are kept for younger days up to a week later.")
}

func subscribersText(r *Privacy) string {
	s := "No address of a subscriber is kept as a token. Tokens are"
	if l := &r.Ledger; l.TokenSegments > 0 {
		s = "Subscribers are named by token in " + count(l.TokenSegments, "segment") + " of the ledger, of " + l.TokenFirst + " to " + l.TokenLast + ". Tokens are"
		if l.TokenFirst == l.TokenLast {
			s = "Subscribers are named by token in " + count(l.TokenSegments, "segment") + " of the ledger, of " + l.TokenFirst + ". Tokens are"
		}
	}
	s += " kept for " + keptFor(r.Ledger.TokenDays, r.Ledger.TokenFrom) + " and go up to a week later. "
	switch v := &r.Sealed; {
	case v.Values > 0:
		s += "The vault keeps " + count(v.Values, "value") + " of subscribers behind tokens, addresses and names, sealed (" + bytesText(v.Bytes) + "): they stay until they are purged."
	case v.Recipient:
		s += "The vault has a key to seal to; nothing is sealed."
	default:
		s += "The vault has no key to seal to (vault init): what is behind a token is kept nowhere."
	}
	return s + " Records of class subscriber hold their addresses in clear for as long as the table above says. Numbers of subscribers (IMSI, IMEI, telephone numbers) are masked before anything is kept."
}

func (p *page) database(d *KeptDatabase) {
	p.hanging("  ", 4, "", bytesText(d.Bytes)+": "+count(d.Sources, "source")+" that were taken in, by name; "+count(d.IntelFiles, "file")+" of intelligence with "+count(d.IntelValues, "value")+", until they are removed.")
	var parts []string
	total := 0
	for _, s := range []string{"open", "acknowledged", "dismissed"} {
		if n := d.Findings[s]; n > 0 {
			parts = append(parts, number(n)+" "+s)
		}
		total += d.Findings[s]
	}
	s := count(total, "finding")
	if total > 0 {
		s += " (" + strings.Join(parts, ", ") + ")"
	}
	if d.FindingsGone > 0 {
		s += ", " + number(d.FindingsGone) + " of them no longer found"
	}
	p.hanging("  ", 4, "", s+", with up to five records of each day, secrets and numbers of subscribers blanked: until they are purged, whatever the records' own time.")
	if d.FindingsSubs > 0 {
		p.hanging("  ", 4, warn, isOrAre(d.FindingsSubs, "finding")+" about an address of a subscriber, which stands there in clear.")
	}
}

// gone tells what was removed: by time and by purge.
func (p *page) gone(r *Privacy) {
	p.heading("Removed")
	if len(r.Expired)+len(r.Purges)+r.QuarantineFiles == 0 {
		p.text(2, "", "Nothing: no time was over yet, and nothing was purged.")
	}
	if len(r.Expired) > 0 {
		rows := [][]string{{"what", "class", "rows", "of days", "last on"}}
		for _, x := range r.Expired[:min(len(r.Expired), tableExpired)] {
			rows = append(rows, []string{x.Kind, orDash(x.Class), number(x.Rows), daysOf(x.First, x.Last), x.On})
		}
		p.columns(2, []bool{false, false, true, false, false}, rows)
	}
	for _, g := range r.Purges[max(0, len(r.Purges)-tablePurges):] {
		state := "done " + g.Done.UTC().Format(minuteForm) + " UTC"
		if g.Done.IsZero() {
			state = "not finished: purge the value again"
		}
		p.hanging("  ", 4, "", "Purged: a value of kind "+g.Kind+", by "+name(g.Who)+" on "+g.Asked.UTC().Format(time.DateOnly)+", "+prose(g.Why)+"; "+state+".")
	}
	if n := len(r.Purges) - tablePurges; n > 0 {
		p.text(2, "", "and "+count(n, "earlier purge")+"; -o json lists them.")
	}
	if r.QuarantineFiles > 0 {
		p.hanging("  ", 4, warn, "Moved aside as damaged, still there below quarantine: "+count(r.QuarantineFiles, "file")+", "+bytesText(r.QuarantineBytes)+". Neither time nor a purge removes them; remove them by hand.")
	}
}

func daysOf(first, last string) string {
	switch {
	case first == "" && last == "":
		return "without a time"
	case first == last || last == "":
		return first
	case first == "":
		return "up to " + last
	}
	return first + " to " + last
}

func (p *page) asked(r *Privacy) {
	p.heading("Who asked in the last " + count(r.AskedDays, "day"))
	if len(r.Asked) == 0 {
		p.text(2, "", "Nobody that was noted.")
		return
	}
	rows := [][]string{{"user", "command", "times", "values", "of subscribers", "last (UTC)"}}
	for _, x := range r.Asked[:min(len(r.Asked), tableAsked)] {
		rows = append(rows, []string{
			cutText(name(x.Who), maxName), name(x.Command), number(x.Times), number(x.Values), number(x.Subscribers), x.Last.UTC().Format(minuteForm),
		})
	}
	p.columns(2, []bool{false, false, true, true, true, false}, rows)
	if n := len(r.Asked) - tableAsked; n > 0 {
		p.text(2, "", "and "+count(n, "further one")+"; -o json lists them.")
	}
	for _, v := range r.Revealed[:min(len(r.Revealed), tableReveals)] {
		p.hanging("  ", 4, "", "Asked to open: "+count(v.Values, "sealed value")+" by "+name(v.Who)+" on "+v.When.UTC().Format(minuteForm)+" UTC: "+prose(v.Why))
	}
	if n := len(r.Revealed) - tableReveals; n > 0 {
		p.text(2, "", "and "+count(n, "earlier time")+"; -o json lists them.")
	}
}

// DayText writes a day for Privacy, empty when it is none.
func DayText(d telemetry.Day) string {
	if d <= 0 {
		return ""
	}
	return d.String()
}
