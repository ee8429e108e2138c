package report

import (
	"bufio"
	"time"
)

type keptRowsJSON struct {
	Class   string `json:"class"`
	Kind    string `json:"record_kind"`
	Rows    uint64 `json:"rows"`
	Undated uint64 `json:"undated"`
	Bytes   uint64 `json:"bytes"`
	Files   int    `json:"files"`
	First   string `json:"oldest_day"` // "" when there is none
	Last    string `json:"newest_day"`
	Days    int    `json:"kept_days"`
	From    string `json:"by"` // "default", or file and line
	Over    uint64 `json:"over_time"`
	OnHold  uint64 `json:"over_time_held"`
}

type spaceJSON struct {
	Space string `json:"space"`
	Rows  uint64 `json:"rows"`
	Bytes uint64 `json:"bytes"`
}

type purgeNoteJSON struct {
	Kind  string     `json:"kind"`
	Who   string     `json:"who"`
	Why   string     `json:"why"`
	Asked *time.Time `json:"asked"`
	Done  *time.Time `json:"done"` // null while something is left
}

type expiredJSON struct {
	Kind  string `json:"what"` // a kind of record, or "ledger"
	Class string `json:"class"`
	Rows  uint64 `json:"rows"`
	First string `json:"first_day"`
	Last  string `json:"last_day"`
	On    string `json:"last_on"`
}

type askedJSON struct {
	Who         string     `json:"who"`
	Command     string     `json:"command"`
	Times       int        `json:"times"`
	Values      uint64     `json:"values"`
	Subscribers uint64     `json:"subscribers"`
	Last        *time.Time `json:"last"`
}

type revealJSON struct {
	When   *time.Time `json:"when"`
	Who    string     `json:"who"`
	Why    string     `json:"why"`
	Values uint64     `json:"values"`
}

// fields is an object whose names are few and said where it is made.
type fields map[string]any

func writePrivacyJSON(b *bufio.Writer, r *Privacy) error {
	w := &fieldWriter{b: b}
	l, d := &r.Ledger, &r.Database
	w.field("data", r.Data)
	w.field("as_of", r.At.UTC())
	w.field("registers", fields{
		"networks_stated": r.Registers.Networks, "prefixes": r.Registers.Prefixes, "subscriber_prefixes": r.Registers.Customers, "retention_stated": r.Registers.Retention, "version": r.Registers.Version,
	})
	w.field("retention_counts_from", "the later of the day a record is of and the day it was taken in")
	w.list("records", len(r.Rows), func(i int) any { return keptRowsJSON(r.Rows[i]) })
	spaces := []spaceJSON{}
	for _, s := range l.Spaces {
		spaces = append(spaces, spaceJSON(s))
	}
	w.field("ledger", fields{
		"spaces": spaces, "held_days": l.Held, "oldest_day": l.First, "newest_day": l.Last, "kept_days": l.Days, "by": l.From,
	})
	w.field("tokens", fields{
		"segments": l.TokenSegments, "oldest_day": l.TokenFirst, "newest_day": l.TokenLast, "kept_days": l.TokenDays, "by": l.TokenFrom,
	})
	w.field("vault", fields{"sealed_values": r.Sealed.Values, "bytes": r.Sealed.Bytes, "recipient": r.Sealed.Recipient})
	w.field("database", fields{
		"bytes": d.Bytes, "sources": d.Sources, "intel_files": d.IntelFiles, "intel_values": d.IntelValues, "findings": counts(d.Findings), "findings_gone": d.FindingsGone, "findings_of_subscribers": d.FindingsSubs,
	})
	w.list("holds", len(r.Holds), func(i int) any { return holdOf(&r.Holds[i]) })
	w.list("purges", len(r.Purges), func(i int) any {
		g := &r.Purges[i]
		return purgeNoteJSON{g.Kind, g.Who, g.Why, timeOf(g.Asked), timeOf(g.Done)}
	})
	w.list("expired", len(r.Expired), func(i int) any { return expiredJSON(r.Expired[i]) })
	w.field("quarantine", fields{"files": r.QuarantineFiles, "bytes": r.QuarantineBytes})
	w.field("asked_days", r.AskedDays)
	w.list("asked", len(r.Asked), func(i int) any {
		x := &r.Asked[i]
		return askedJSON{x.Who, x.Command, x.Times, x.Values, x.Subscribers, timeOf(x.Last)}
	})
	w.list("revealed", len(r.Revealed), func(i int) any {
		x := &r.Revealed[i]
		return revealJSON{timeOf(x.When), x.Who, x.Why, x.Values}
	})
	return w.end()
}
