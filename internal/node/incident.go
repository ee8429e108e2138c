package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"stormglass/internal/casework"
	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/store"
)

// IncidentList is the incidents of a data folder.
type IncidentList struct {
	Incidents []*casework.Incident // what matters most first
	Alone     int                  // findings that are in none
	Dismissed int                  // findings that were left out because somebody dismissed them
}

// Incidents joins the findings that are kept into incidents, and keeps what they are called. Dismissed findings are left out.
func Incidents(ctx context.Context, data string) (out *IncidentList, err error) {
	view, err := depot.OpenView(ctx, data, depot.WithFiles)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	out = &IncidentList{}
	var was []casework.Kept
	err = Reading(ctx, data, func(ctx context.Context, s *store.Store) error {
		items, err := itemsOf(ctx, s, worldOf(view.Registers, view.Networks()))
		if err != nil {
			return err
		}
		out.Incidents, out.Alone = casework.Group(items), len(items)
		dismissed, err := s.Findings(ctx, store.Filter{Status: []store.Status{store.StatusDismissed}, NoSamples: true})
		if err != nil {
			return err
		}
		out.Dismissed = byPeople(dismissed)
		was, err = s.Incidents(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	campaigns, err := Campaigns()
	if err != nil {
		return nil, err
	}
	held := hunt.Result{History: historyOf(view)}
	for _, x := range out.Incidents {
		out.Alone -= len(x.Items)
		x.Since, x.Leads = held.SinceOf(x.Findings()), leadsOf(x, campaigns)
	}
	return out, nameIncidents(ctx, data, out.Incidents, was)
}

// nameIncidents gives incidents their ids. Where they are new it takes its turn to write.
func nameIncidents(ctx context.Context, data string, incidents []*casework.Incident, was []casework.Kept) error {
	now := time.Now().UTC().Truncate(time.Microsecond)
	if casework.Equal(casework.Name(incidents, was, now), was) {
		return nil
	}
	return Deciding(ctx, data, func(ctx context.Context, s *store.Store) error {
		return s.NameIncidents(ctx, func(was []casework.Kept) []casework.Kept { return casework.Name(incidents, was, now) })
	})
}

// itemsOf reads findings a part at a time, and forgets their samples.
func itemsOf(ctx context.Context, s *store.Store, w casework.World) (items []*casework.Item, err error) {
	const part = 500
	f := store.Filter{Status: []store.Status{store.StatusOpen, store.StatusAcknowledged}, Order: store.ByChange, Limit: part}
	for {
		found, err := s.Findings(ctx, f)
		if err != nil {
			return nil, err
		}
		for i := range found {
			items = append(items, casework.ItemOf(found[i].Finding, w))
			for d := range found[i].Days {
				found[i].Days[d].Samples = nil
			}
		}
		if len(found) < part {
			return items, nil
		}
		f.Since = found[len(found)-1].Changed
	}
}

// IncidentDetail is one incident, with its findings as they are kept.
type IncidentDetail struct {
	*casework.Incident
	Part     string         // id that was asked for, where it became part of this incident; else ""
	Findings []store.Stored // by first evidence, the first ones
}

// maxIncidentFindings is how many findings of an incident are shown.
const maxIncidentFindings = 500

// Incident gives one incident, by at least 4 hex digits that its id begins with, or that of an incident that became part of it.
func Incident(ctx context.Context, data, id string) (*IncidentDetail, error) {
	l, err := Incidents(ctx, data)
	if err != nil {
		return nil, err
	}
	out, err := l.named(strings.ToLower(id))
	if err != nil {
		return nil, err
	}
	err = Reading(ctx, data, func(ctx context.Context, s *store.Store) error {
		for _, i := range out.Items[:min(len(out.Items), maxIncidentFindings)] {
			f, err := s.Finding(ctx, i.ID.String())
			if err != nil {
				return err
			}
			f.Device = i.Device
			out.Findings = append(out.Findings, f)
		}
		return nil
	})
	return out, err
}

// named finds the one incident that a part of an id means.
func (l *IncidentList) named(id string) (*IncidentDetail, error) {
	const least = 4
	if len(id) < least || len(id) > 2*len(casework.ID{}) || strings.Trim(id, "0123456789abcdef") != "" {
		return nil, fault.Wrap(fault.Invalid, fmt.Errorf("%q is no part of an incident's id: 4 to 32 hex digits", id))
	}
	var found []*IncidentDetail
	for _, x := range l.Incidents {
		for _, own := range slices.Concat([]casework.ID{x.ID}, x.Was) {
			if !strings.HasPrefix(own.String(), id) {
				continue
			}
			d := &IncidentDetail{Incident: x}
			if own != x.ID {
				d.Part = own.String()
			}
			found = append(found, d)
			break
		}
	}
	switch len(found) {
	case 0:
		return nil, fault.Hint(fault.NotFound, fmt.Errorf("no incident has an id that begins with %s", id), "stormglass incident list names them; one whose findings were all dismissed is not listed")
	case 1:
		return found[0], nil
	}
	var names []string
	for _, d := range found[:min(len(found), 5)] {
		names = append(names, d.ID.String()[:12])
	}
	return nil, fault.Wrap(fault.Conflict, fmt.Errorf("%s may be any of %d incidents, among them %s: give more digits", id, len(found), strings.Join(names, ", ")))
}
