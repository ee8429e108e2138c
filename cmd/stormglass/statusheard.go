package main

import (
	"fmt"
	"strings"

	"stormglass/internal/web/api"
)

// shownNames is how many silent devices a line names; -o json has twenty.
const shownNames = 5

// heard writes whom the service heard in the last day, and what rules could see of it.
func (t *statusTable) heard(h *api.Heard) {
	if h == nil {
		fmt.Fprintln(t.out)
		t.line("heard     not counted yet")
		return
	}
	who := fmt.Sprintf("%d of %d devices in the register", h.Devices, h.Registered)
	if h.Registered == 0 {
		who = fmt.Sprintf("%d devices, of an unknown number: no register names any", h.Devices)
	}
	if h.Unknown > 0 && h.Registered > 0 {
		who += fmt.Sprintf(", and %d that it does not name", h.Unknown)
	}
	rows := make([][]string, 0, len(h.Kinds))
	for i := range h.Kinds {
		k := &h.Kinds[i]
		lost := "-"
		if k.Lost > 0 {
			lost = "at least " + count(k.Lost)
		}
		rows = append(rows, []string{k.Kind, count(uint64(k.From)), count(k.Records), t.ago(k.Last), fmt.Sprintf("%d of 24", k.Gaps), lost})
	}
	fmt.Fprintln(t.out)
	t.line("heard     %s, in the last 24 hours (counted %s; stormglass coverage shows each)", who, t.ago(&h.At))
	r := &h.Rules
	if r.Rules > 0 {
		never := ""
		if r.Never > 0 {
			never = fmt.Sprintf(" (of %d nothing ever came)", r.Never)
		}
		t.line("verdicts  of %d rules %d could see what they need (%d of them with gaps), %d could not%s", r.Rules, r.Assessed, r.Gaps, r.NotAssessed, never)
	}
	if h.SilentAll > 0 {
		names := make([]string, 0, len(h.Silent))
		for _, n := range h.Silent {
			names = append(names, n.Name+" since "+n.Last.Format("2006-01-02 15:04"))
		}
		t.line("silent    %s", someNames(names, h.SilentAll))
	}
	if h.NeverAll > 0 {
		t.line("unheard   %s", someNames(h.Never, h.NeverAll))
	}
	if h.ClaimsAll > 0 {
		names := make([]string, 0, len(h.Claims))
		for i := range h.Claims {
			c := &h.Claims[i]
			names = append(names, c.Device+" by "+strings.Join(c.Senders, ", ")+" ("+count(uint64(c.Lines))+" lines)")
		}
		t.line("claimed   %s: neither the device nor a relay of the register, not counted as heard", someNames(names, h.ClaimsAll))
	}
	if h.Unproven > 0 {
		t.line("unproven  of %d devices the register states no address, and no relays: whoever may send may write in their names", h.Unproven)
	}
	if len(h.Sensors) > 0 {
		names := make([]string, 0, len(h.Sensors))
		for _, n := range h.Sensors {
			names = append(names, strings.TrimPrefix(n.Name, "sensor ")+" "+t.ago(&n.Last))
		}
		t.line("sensors   %s", someNames(names, len(names)))
	}
	t.table("Kinds of record, last 24 hours", []string{"kind", "from", "records", "last hour", "hours with gaps", "lost"}, rows)
}

// someNames writes the first of so many names.
func someNames(names []string, all int) string {
	shown := min(len(names), shownNames)
	s := strings.Join(names[:shown], ", ")
	if more := all - shown; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}
