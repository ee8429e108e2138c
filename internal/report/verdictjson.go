package report

import (
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
)

// VerdictsJSON are the answers of a hunt for its rules, techniques and campaigns.
type VerdictsJSON struct {
	Text       string             `json:"text"`
	Limits     []string           `json:"limits"` // that hold for all answers, in words
	Rules      []*RuleVerdictJSON `json:"rules"`
	Techniques []GroupVerdictJSON `json:"techniques"`
	Campaigns  []GroupVerdictJSON `json:"campaigns"`
}

// RuleVerdictJSON is the answer for one rule.
type RuleVerdictJSON struct {
	Key       string       `json:"key"`
	Title     string       `json:"title"`
	Answer    string       `json:"answer"` // "found", "not_found", "not_assessed"
	Findings  int          `json:"findings"`
	Dismissed int          `json:"dismissed"`
	Windows   []WindowJSON `json:"windows"`                 // days of which anything was assessed
	Hours     int          `json:"hours"`                   // of devices that were assessed
	OfHours   int          `json:"of_hours"`                // that could be
	Devices   int          `json:"devices"`                 // of which anything was assessed
	OfDevices int          `json:"of_devices"`              // that are known; see limits
	Lacks     []string     `json:"lacks"`                   // what is missing, in words
	Gaps      bool         `json:"gaps"`                    // in hours that count as seen records were lost, as lacks says
	Never     bool         `json:"never_came"`              // nothing of its log source ever came
	Sampling  uint32       `json:"sampling"`                // one packet in so many, the coarsest; 0 not sampled
	Smallest  uint64       `json:"min_packets"`             // a flow must have to be seen with 95 % probability; 0 not sampled
	Unstated  int          `json:"unstated_sampling_hours"` // of exporters with flows of which no rate of sampling is stated
	Since     *SinceJSON   `json:"since"`                   // null when nothing was found
	Text      string       `json:"text"`
}

// WindowJSON is a run of days, both among them.
type WindowJSON struct {
	From string `json:"from"` // 2006-01-02
	To   string `json:"to"`
}

// SinceJSON is since when what was found has been going on.
type SinceJSON struct {
	Evidence *time.Time `json:"evidence"` // the earliest record that shows it
	Signs    *time.Time `json:"signs"`    // of an incident: the earliest record of findings of low level, where that is earlier
	Held     *time.Time `json:"held"`     // the earliest record held that could have, with no day missing up to the evidence
	Broken   bool       `json:"broken"`   // some days before held were looked at too, but not the one before it
	Expired  string     `json:"expired"`  // the last day of which rows have expired, "" when none have
	Folded   bool       `json:"folded"`   // not all of its days are kept apart
	Text     string     `json:"text"`
}

// GroupVerdictJSON is the answer for a technique or campaign.
type GroupVerdictJSON struct {
	Name        string   `json:"name"`
	Answer      string   `json:"answer"`
	Found       int      `json:"found"`     // rules
	Signs       int      `json:"found_low"` // of those, how many are of level low or below; where all are, daily work may be all there is
	NotFound    int      `json:"not_found"`
	NotAssessed int      `json:"not_assessed"`
	Gaps        int      `json:"gaps"`            // of those that found nothing, how many looked at hours in which records were lost
	Rules       []string `json:"rules"`           // keys
	Lacks       []string `json:"lacks,omitempty"` // of a campaign: what its rules that were not assessed miss
	Note        string   `json:"note,omitempty"`  // of a campaign of which something was found
}

func verdictsOf(r *hunt.Result) *VerdictsJSON {
	v := r.Verdicts()
	if v == nil {
		return nil
	}
	j := &VerdictsJSON{Text: answerCounts(v), Limits: list(coverageLimits(r.Coverage)), Rules: []*RuleVerdictJSON{}}
	for i := range v.Rules {
		j.Rules = append(j.Rules, ruleVerdictOf(&v.Rules[i]))
	}
	j.Techniques, j.Campaigns = groupVerdictsOf(v.Techniques, v), campaignVerdictsOf(v)
	return j
}

func ruleVerdictOf(v *hunt.RuleVerdict) *RuleVerdictJSON {
	j := &RuleVerdictJSON{
		Key: v.Rule.Key, Title: v.Rule.Title, Answer: v.Answer.String(), Findings: v.Findings, Dismissed: v.Dismissed, Windows: windowsOf(v.Spans),
		Hours: v.Hours, OfHours: v.Of, Devices: v.Devices, OfDevices: v.OfDevices, Lacks: list(v.Lacks), Never: v.Never, Gaps: v.Gaps, Unstated: v.Unstated,
	}
	if s := v.Sampled; s != nil {
		j.Sampling, j.Smallest = s.Rate, s.Packets
	}
	if s := v.Since; s != nil {
		j.Since = sinceOf(s)
	}
	switch {
	case v.Never:
		j.Text = "nothing of its log source ever came"
	case v.Answer == hunt.NotAssessed:
		j.Text = lacksText(v.Lacks)
	default:
		j.Text = assessedText(v)
	}
	return j
}

func windowsOf(spans []coverage.Span) []WindowJSON {
	out := []WindowJSON{}
	for _, s := range spans {
		out = append(out, WindowJSON{s.From.String(), s.To.String()})
	}
	return out
}

func groupVerdictsOf(all []hunt.GroupVerdict, v *hunt.Verdicts) []GroupVerdictJSON {
	out := []GroupVerdictJSON{}
	for i := range all {
		g := &all[i]
		j := GroupVerdictJSON{Name: g.Name, Answer: g.Answer.String(), Found: g.Found, Signs: g.Signs, NotFound: g.NotFound, NotAssessed: g.NotAssessed, Gaps: g.Gaps, Rules: []string{}}
		for _, n := range g.Rules {
			j.Rules = append(j.Rules, v.Rules[n].Rule.Key)
		}
		out = append(out, j)
	}
	return out
}

// CoveredJSON says what could be seen, by device and sort of record.
type CoveredJSON struct {
	From       *time.Time          `json:"from"` // the first hour's begin; null when nothing was counted
	To         *time.Time          `json:"to"`   // the last one's end
	Hours      int                 `json:"hours"`
	Registered int                 `json:"registered_devices"` // 0: how many devices there are is not known
	Unknown    int                 `json:"unregistered_devices"`
	Cut        uint64              `json:"cut_records"` // not counted, because there were too many devices and days
	Limits     []string            `json:"limits"`
	Devices    []CoveredDeviceJSON `json:"devices"`
}

// CoveredDeviceJSON is one device, or a sensor.
type CoveredDeviceJSON struct {
	Name       string            `json:"name"`
	Registered bool              `json:"registered"`
	Sensor     bool              `json:"sensor"` // what saw records that name no device
	Platform   string            `json:"platform"`
	Claim      *ClaimJSON        `json:"claim"` // no device: lines in the name of one that another machine sent; null else
	Sorts      []CoveredSortJSON `json:"sorts"`
}

// ClaimJSON is lines in the name of a device that neither it nor a relay of the register sent.
type ClaimJSON struct {
	Device  string     `json:"device"`
	Records uint64     `json:"records"`
	Last    *time.Time `json:"last"`    // begin of the last hour with such lines
	Senders []string   `json:"senders"` // of the most lines
	More    int        `json:"more_senders"`
}

// CoveredSortJSON is one sort of record of a device. seen + silent + gap + absent are all hours.
type CoveredSortJSON struct {
	Sort     string     `json:"sort"` // as rules name it: "event/login"
	Records  uint64     `json:"records"`
	Seen     int        `json:"seen_hours"`
	Silent   int        `json:"silent_hours"`
	Gap      int        `json:"gap_hours"`
	Absent   int        `json:"absent_hours"`
	Holed    int        `json:"holed_hours"` // of those seen: hours in which records came and others were lost
	Lost     uint64     `json:"lost"`        // records of the kind known to be lost of the device, in hours in which others came; at least
	First    *time.Time `json:"first"`       // hour of the first record
	Last     *time.Time `json:"last"`
	Sampling uint32     `json:"sampling"`                // of flows: one packet in so many, the coarsest; 0 not stated
	Unstated int        `json:"unstated_sampling_hours"` // with flows of an exporter that states no rate of sampling
}

func coveredOf(s *coverage.Survey) *CoveredJSON {
	if s == nil {
		return nil
	}
	j := &CoveredJSON{Hours: s.Hours, Registered: s.Registered, Unknown: s.Unknown, Cut: s.Cut, Limits: list(coverageLimits(s)), Devices: []CoveredDeviceJSON{}}
	if s.Hours > 0 {
		j.From, j.To = instantOf(s.From), instantOf(s.To)
	}
	for _, d := range s.Devices {
		x := CoveredDeviceJSON{Name: d.Name, Registered: d.Registered, Sensor: d.Sensor, Platform: d.Platform, Sorts: []CoveredSortJSON{}}
		if c := d.Claim; c != nil {
			x.Claim = &ClaimJSON{Device: c.Device, Records: c.Records, Last: instantOf(c.Last), Senders: []string{}, More: c.More}
			for _, a := range c.Senders {
				x.Claim.Senders = append(x.Claim.Senders, a.String())
			}
		}
		for _, l := range d.Lines {
			x.Sorts = append(x.Sorts, CoveredSortJSON{
				Sort: l.String(), Records: l.Records, Seen: l.Hours[coverage.Seen], Silent: l.Hours[coverage.Silent], Gap: l.Hours[coverage.Gap],
				Absent: l.Hours[coverage.Absent], First: instantOf(l.First), Last: instantOf(l.Last), Sampling: l.Sampling,
				Holed: l.Holed, Lost: l.Losses(nil).Lost, Unstated: l.Unstated,
			})
		}
		j.Devices = append(j.Devices, x)
	}
	return j
}
