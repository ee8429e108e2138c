package node

import (
	"stormglass/internal/report"
	"stormglass/internal/store"
)

// ShownFinding gives a finding as it is shown.
func ShownFinding(f *store.Stored) report.KeptFinding {
	return report.KeptFinding{Finding: f.Finding, Triage: shownTriage(&f.Triage), Changed: f.Changed, Saved: f.Saved, Gone: f.Gone}
}

func shownTriage(t *store.Triage) report.Triage {
	return report.Triage{
		Status: t.Status.String(), Lapsed: t.Lapsed, Reason: t.Reason, Until: t.Until, Assignee: t.Assignee, Tickets: t.Tickets, Who: t.Who, When: t.When,
	}
}

// ShownDetail gives a finding with its history as it is shown.
func ShownDetail(f *store.Stored, history []store.Step) *report.FindingDetail {
	d := &report.FindingDetail{KeptFinding: ShownFinding(f)}
	for i := range history {
		d.History = append(d.History, report.TriageStep{Action: history[i].Action.String(), Triage: shownTriage(&history[i].Triage)})
	}
	return d
}

// ShownIntel gives files of intelligence as they are shown.
func ShownIntel(files []store.IntelFile) []report.IntelFile {
	list := make([]report.IntelFile, len(files))
	for i := range files {
		f := &files[i]
		list[i] = report.IntelFile{Name: f.Name, ID: f.ID.String(), Added: f.Added, Bytes: f.Bytes, Values: f.Values}
	}
	return list
}

// ShownAdded gives intelligence that was added, and what came of looking it up, as it is shown.
func ShownAdded(added *AddedIntel, l *Looked) *report.AddedIntel {
	r := &report.AddedIntel{Skipped: added.Skipped, Looked: l.Values, New: l.Saved.New, Changed: l.Saved.Changed}
	for _, f := range added.Files {
		r.Files = append(r.Files, report.AddedFile{Name: f.Name, Known: f.Known, Values: f.Values, Report: f.Report})
	}
	if l.Result != nil {
		r.Findings, r.Took = l.Result.Findings, l.Result.Took
	}
	return r
}
