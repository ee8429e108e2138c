package report

import (
	"bufio"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// SeenDocument is the JSON form of a look-back. Values in it are not defanged; subscribers are
// masked and secrets blanked. Everything but asked_at, version and took_ms depends only on the question and the data folder.
type SeenDocument struct {
	Schema  string            `json:"schema"` // "stormglass.seen/1"
	Asked   string            `json:"asked_at"`
	Version string            `json:"version"` // of the program
	TookMS  float64           `json:"took_ms"` // milliseconds
	Text    string            `json:"text"`    // what was answered and what it rests on, in words
	Counts  map[string]int    `json:"counts"`  // answers by verdict, all seven
	Window  SeenWindowJSON    `json:"window"`
	Answers []*SeenAnswerJSON `json:"answers,omitempty"` // in the order of the questions; not in a summary
}

// SeenWindowJSON is what could be looked at.
type SeenWindowJSON struct {
	First   *string    `json:"first"` // day held, null when none is
	Last    *string    `json:"last"`
	Held    int        `json:"held_days"`
	Missing []string   `json:"missing_days"`    // between first and last: days, or ranges of days as "2026-10-10/2026-10-12"
	Undated bool       `json:"undated"`         // records without a time were looked at, too
	Since   *string    `json:"since"`           // asked for
	Until   *string    `json:"until"`           // asked for
	Expired *string    `json:"expired_through"` // last day that was removed because its time was over
	Damaged []HoleJSON `json:"damaged"`         // not assessed
}

// HoleJSON is a part of what was kept that could not be read.
type HoleJSON struct {
	Found *time.Time `json:"found"`
	Where string     `json:"where"` // "addrs", "names", "texts" in the ledger, otherwise a kind of record
	File  string     `json:"file"`
	From  *string    `json:"from"` // day, null for records without a time
	To    *string    `json:"to"`
	Rows  uint64     `json:"rows"`
	Why   string     `json:"why"`
}

// SeenAnswerJSON is what is known of one value.
type SeenAnswerJSON struct {
	Given      string            `json:"given"`
	Value      string            `json:"value"` // "" when the question is no value
	Kind       string            `json:"kind"`
	Defanged   string            `json:"defanged"`
	Exact      bool              `json:"exact"`
	Verdict    string            `json:"verdict"`        // "seen", "not_seen", "not_exact", "not_kept", "no_value"
	Why        string            `json:"why"`            // of a verdict that is neither yes nor no
	Note       string            `json:"note,omitempty"` // what limits the answer besides
	Text       string            `json:"text"`           // the answer in a sentence
	First      *time.Time        `json:"first"`
	Last       *time.Time        `json:"last"`
	Records    uint64            `json:"records"`
	Kinds      map[string]uint64 `json:"record_kinds"`
	Roles      []string          `json:"roles"`
	Days       []SeenDayJSON     `json:"days"`
	HourCount  int               `json:"hour_count"`
	Sensors    []SeenSensorJSON  `json:"sensors"`
	Peers      []string          `json:"peers"`
	PeerCount  int               `json:"peer_count"`
	Values     []SeenValueJSON   `json:"values"`
	ValueCount int               `json:"value_count"`
	Folded     []SeenFoldJSON    `json:"folded"`
	Rows       []SampleRow       `json:"rows"`
	RowsCut    bool              `json:"rows_cut"`
	RowsLost   []SeenLostJSON    `json:"rows_lost"`
}

// SeenDayJSON is one day of an answer.
type SeenDayJSON struct {
	Day     *string `json:"day"`   // null for records without a time
	Hours   string  `json:"hours"` // 24 characters, "1" for an hour in which it was met, the first is 00:00 to 00:59 UTC
	Records uint64  `json:"records"`
}

// SeenSensorJSON is what one sensor saw: never to be added up over sensors.
type SeenSensorJSON struct {
	Name    string `json:"name"`
	Records uint64 `json:"records"`
	Bytes   uint64 `json:"bytes"`
	Packets uint64 `json:"packets"`
}

// SeenValueJSON is one of several values that a question covers.
type SeenValueJSON struct {
	Value    string `json:"value"`
	Kind     string `json:"kind"`
	Defanged string `json:"defanged"`
	Records  uint64 `json:"records"`
}

// SeenFoldJSON is a day on which values were not kept one by one.
type SeenFoldJSON struct {
	Day    *string `json:"day"`
	As     string  `json:"as"`
	Values uint64  `json:"value_count"`
}

// SeenLostJSON says why records of a day are no longer held.
type SeenLostJSON struct {
	Day  *string `json:"day"`
	Kind string  `json:"record_kind"`
	Why  string  `json:"why"`
}

// writeSeenJSON writes one SeenDocument, an answer at a time: there may be many thousands.
func writeSeenJSON(b *bufio.Writer, r *seen.Result) error {
	d := seenDocumentOf(r)
	w := &fieldWriter{b: b}
	w.field("schema", d.Schema)
	w.field("asked_at", d.Asked)
	w.field("version", d.Version)
	w.field("took_ms", d.TookMS)
	w.field("text", d.Text)
	w.field("counts", d.Counts)
	w.field("window", d.Window)
	w.list("answers", len(r.Answers), func(i int) any { return answerOf(&r.Answers[i], &r.Window) })
	return w.end()
}

// writeSeenJSONL writes every answer on a line with "type": "answer", then the document without
// them with "type": "summary".
func writeSeenJSONL(b *bufio.Writer, r *seen.Result) error {
	for i := range r.Answers {
		if err := writeLine(b, struct {
			Type string `json:"type"`
			*SeenAnswerJSON
		}{"answer", answerOf(&r.Answers[i], &r.Window)}); err != nil {
			return err
		}
	}
	return writeLine(b, struct {
		Type string `json:"type"`
		*SeenDocument
	}{"summary", seenDocumentOf(r)})
}

func seenDocumentOf(r *seen.Result) *SeenDocument {
	d := &SeenDocument{
		Schema: SeenSchema, Asked: r.Asked.UTC().Format(time.RFC3339), Version: r.Version, TookMS: float64(r.Took.Microseconds()) / 1000, Text: countsText(r) + " " + windowText(&r.Window),
		Counts: map[string]int{}, Window: seenWindowOf(&r.Window),
	}
	for _, v := range seenVerdicts {
		d.Counts[v.String()] = r.Count(v)
	}
	return d
}

func seenWindowOf(w *seen.Window) SeenWindowJSON {
	j := SeenWindowJSON{
		First: dateOf(w.First), Last: dateOf(w.Last), Held: w.Held, Missing: rangesOf(w.Missing), Undated: w.Undated,
		Since: dateOf(w.Since), Until: dateOf(w.Until), Expired: dateOf(w.Expired), Damaged: make([]HoleJSON, len(w.Damaged)),
	}
	for i := range w.Damaged {
		j.Damaged[i] = holeOf(&w.Damaged[i])
	}
	return j
}

func holeOf(h *depot.Hole) HoleJSON {
	return HoleJSON{Found: timeOf(h.Found), Where: h.Kind, File: h.What, From: dateOf(h.From), To: dateOf(h.To), Rows: h.Rows, Why: h.Why}
}

func answerOf(a *seen.Answer, w *seen.Window) *SeenAnswerJSON {
	j := &SeenAnswerJSON{
		Given: givenText(&a.Question), Exact: a.Exact, Verdict: a.Verdict.String(), Why: a.Why, Note: a.Note, Text: answerText(a, w),
		First: timeOf(a.First), Last: timeOf(a.Last), Records: a.Records, Kinds: kindMap(kindArray(a.Kinds)), Roles: list(a.Roles.Codes()),
		Days: make([]SeenDayJSON, len(a.Days)), HourCount: hoursOf(a), Sensors: make([]SeenSensorJSON, len(a.Sensors)),
		Peers: list(a.Peers), PeerCount: a.PeerCount, Values: make([]SeenValueJSON, len(a.Values)), ValueCount: a.ValueCount,
		Folded: make([]SeenFoldJSON, len(a.Folded)), Rows: make([]SampleRow, len(a.Rows)), RowsCut: a.RowsCut, RowsLost: make([]SeenLostJSON, len(a.RowsLost)),
	}
	if a.Verdict == seen.NoValue {
		j.Why = noValueText(a)
	} else {
		j.Value, j.Kind, j.Defanged = seenValue(a.Value), a.Value.Kind().String(), seenShown(a.Value)
	}
	for i, d := range a.Days {
		j.Days[i] = SeenDayJSON{Day: dateOf(d.Day), Hours: hourText(d.Hours, "1", "0"), Records: d.Records}
	}
	for i, s := range a.Sensors {
		j.Sensors[i] = SeenSensorJSON(s)
	}
	for i, v := range a.Values {
		j.Values[i] = SeenValueJSON{seenValue(v.Value), v.Value.Kind().String(), seenShown(v.Value), v.Records}
	}
	for i, f := range a.Folded {
		j.Folded[i] = SeenFoldJSON{dateOf(f.Day), f.As, f.Values}
	}
	for i := range a.Rows {
		j.Rows[i] = rowOf(&a.Rows[i])
	}
	for i, l := range a.RowsLost {
		j.RowsLost[i] = SeenLostJSON{dateOf(l.Day), l.Kind.String(), l.Why}
	}
	return j
}

// dateOf gives a day as 2006-01-02, nil when there is none.
func dateOf(d telemetry.Day) *string {
	if d <= 0 {
		return nil
	}
	s := d.String()
	return &s
}

// rangesOf joins days that follow each other: "2026-10-10", or "2026-10-10/2026-10-12" (ISO 8601).
func rangesOf(days []telemetry.Day) []string {
	out := []string{}
	for from := 0; from < len(days); {
		to := from
		for to+1 < len(days) && days[to+1] == days[to]+1 {
			to++
		}
		s := days[from].String()
		if to > from {
			s += "/" + days[to].String()
		}
		out = append(out, s)
		from = to + 1
	}
	return out
}
