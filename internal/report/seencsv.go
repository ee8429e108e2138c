package report

import (
	"bufio"
	"strconv"
	"time"

	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// seenHeader names the columns. The last ones say what was looked at, the same in every row, so that
// no "not_seen" parts from the days that it holds for.
var seenHeader = []string{
	"verdict", "value", "kind", "defanged", "given", "exact", "why", "first", "last", "days", "day_count", "hour_count", "records", "record_kinds",
	"roles", "peers", "peer_count", "sensors", "largest_sensor", "bytes", "packets", "values", "value_count", "folded", "rows", "rows_cut", "rows_lost",
	"held_first", "held_last", "held_days", "missing_days", "damaged_parts",
}

// writeSeenCSV writes a header and one row for each answer, in the order of the questions.
func writeSeenCSV(b *bufio.Writer, r *seen.Result, o Options) {
	w := csvWriter{b: b, raw: o.RawCSV}
	w.row(seenHeader)
	win := seenWindowOf(&r.Window)
	for i := range r.Answers {
		w.row(answerCells(&r.Answers[i], &r.Window, &win))
	}
}

func answerCells(a *seen.Answer, w *seen.Window, win *SeenWindowJSON) []string {
	j := answerOf(a, w)
	var days, sensors, values, folded, rows, lost []string
	for _, d := range a.Days {
		days = append(days, d.Day.String())
	}
	for _, s := range j.Sensors {
		sensors = append(sensors, s.Name)
	}
	for _, v := range j.Values {
		values = append(values, v.Value+" "+digits(v.Records))
	}
	for i := range a.Folded {
		folded = append(folded, a.Folded[i].Day.String()+" "+a.Folded[i].As+" "+digits(a.Folded[i].Values))
	}
	for i := range a.Rows {
		rows = append(rows, lineText(name(a.Rows[i].Source), a.Rows[i].Ordinal))
	}
	for i := range a.RowsLost {
		lost = append(lost, a.RowsLost[i].Day.String()+" "+j.RowsLost[i].Kind+" "+a.RowsLost[i].Why)
	}
	largest, size, packets := "", "", ""
	if l := a.Largest(); len(a.Sensors) > 0 {
		largest, size, packets = l.Name, digits(l.Bytes), digits(l.Packets)
	}
	return []string{
		j.Verdict, j.Value, j.Kind, j.Defanged, j.Given, strconv.FormatBool(j.Exact), j.Why, timeCell(j.First), timeCell(j.Last),
		cell(days), strconv.Itoa(len(datedDays(a))), strconv.Itoa(j.HourCount), digits(j.Records), kindCells(a),
		cell(j.Roles), cell(j.Peers), strconv.Itoa(j.PeerCount), cell(sensors), largest, size, packets,
		cell(values), strconv.Itoa(j.ValueCount), cell(folded), cell(rows), strconv.FormatBool(j.RowsCut), cell(lost),
		dateCell(win.First), dateCell(win.Last), strconv.Itoa(win.Held), cell(win.Missing), strconv.Itoa(len(win.Damaged)),
	}
}

// kindCells writes the records by kind, in the order of the kinds: "flow 1200; dns 34".
func kindCells(a *seen.Answer) string {
	var out []string
	for k, n := range kindArray(a.Kinds) {
		if n > 0 {
			out = append(out, telemetry.Kind(k).String()+" "+digits(n))
		}
	}
	return cell(out)
}

func timeCell(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.RFC3339)
}

func dateCell(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
