package service

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/report"
	"stormglass/internal/seen"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
	"stormglass/internal/web/api"
	"stormglass/internal/web/auth"
)

// errStarting is what is answered before the data folder is open.
var errStarting = fault.Hint(fault.Busy, errors.New("the service is starting"), "ask again in a moment; /readyz says when it is ready")

// node gives what serves, once it does.
func (s *Service) node() (*node.Service, error) {
	if n := s.running.Load(); n != nil {
		return n, nil
	}
	return nil, errStarting
}

// freshness is how old what an answer rests on may be: what was received since is committed first.
const freshness = 2 * time.Second

// fresh commits what was received a while ago.
func (s *Service) fresh(ctx context.Context) error {
	n, err := s.node()
	if err != nil {
		return err
	}
	return n.FoldOlder(ctx, freshness)
}

// Findings implements api.Service.
func (s *Service) Findings(ctx context.Context, q api.FindingQuery) (*api.FindingPage, error) {
	if err := s.fresh(ctx); err != nil {
		return nil, err
	}
	skip, err := parsePage(q.After)
	if err != nil {
		return nil, err
	}
	f := node.FindingQuery{All: q.All, Filter: store.Filter{Level: q.Level, Value: q.Value, Rule: q.Rule, Since: q.Since, Limit: skip + q.Limit + 1}}
	for _, name := range q.Status {
		status, err := store.ParseStatus(name)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err)
		}
		f.Status = append(f.Status, status)
	}
	found, err := node.Findings(ctx, s.cfg.Data, f)
	if err != nil {
		return nil, err
	}
	page := &api.FindingPage{FindingList: report.FindingList{
		Dismissed: found.Dismissed, LastChange: found.LastChange,
		Narrowed: len(q.Status) > 0 || q.Level > 0 || !q.Value.IsZero() || q.Rule != "" || q.Since > 0,
	}}
	page.Before = skip
	rest := found.Findings[min(skip, len(found.Findings)):]
	if len(rest) > q.Limit {
		rest, page.Next = rest[:q.Limit], pageAfter(skip+q.Limit)
	}
	for i := range rest {
		page.Findings = append(page.Findings, node.ShownFinding(&rest[i]))
	}
	return page, nil
}

// A page begins after a number of findings.
func pageAfter(skip int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(skip)))
}

// maxSkip bounds how many findings are passed over.
const maxSkip = 10_000_000

func parsePage(after string) (skip int, err error) {
	if after == "" {
		return 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(after)
	if err == nil {
		skip, err = strconv.Atoi(string(b))
	}
	if err != nil || skip < 0 || skip > maxSkip {
		return 0, fault.Hint(fault.Invalid, errors.New("the page asked for is none"), `"after" is "next" of the page before, as it was given`)
	}
	return skip, nil
}

// Finding implements api.Service.
func (s *Service) Finding(ctx context.Context, id string) (*report.FindingDetail, error) {
	if err := s.fresh(ctx); err != nil {
		return nil, err
	}
	f, history, err := node.Finding(ctx, s.cfg.Data, id)
	if err != nil {
		return nil, err
	}
	return node.ShownDetail(&f, history), nil
}

// Incidents implements api.Service.
func (s *Service) Incidents(ctx context.Context, q api.IncidentQuery) (*api.IncidentPage, error) {
	if err := s.fresh(ctx); err != nil {
		return nil, err
	}
	skip, err := parsePage(q.After)
	if err != nil {
		return nil, err
	}
	l, err := node.Incidents(node.AskedBy(ctx, auth.From(ctx).Name), s.cfg.Data)
	if err != nil {
		return nil, err
	}
	page := &api.IncidentPage{IncidentList: *node.ShownIncidents(l, q.Level), Before: skip}
	rest := page.Incidents[min(skip, len(page.Incidents)):]
	if len(rest) > q.Limit {
		rest, page.Next = rest[:q.Limit], pageAfter(skip+q.Limit)
	}
	page.Incidents = rest
	return page, nil
}

// Incident implements api.Service.
func (s *Service) Incident(ctx context.Context, id string) (*report.IncidentDetail, error) {
	if err := s.fresh(ctx); err != nil {
		return nil, err
	}
	d, err := node.Incident(node.AskedBy(ctx, auth.From(ctx).Name), s.cfg.Data, id)
	if err != nil {
		return nil, err
	}
	return node.ShownIncident(d), nil
}

// Seen implements api.Service.
func (s *Service) Seen(ctx context.Context, who auth.Who, q api.SeenQuery) (*seen.Result, error) {
	if err := s.fresh(ctx); err != nil {
		return nil, err
	}
	r, err := node.Seen(ctx, s.cfg.Data, q.Questions, seen.Options{Since: q.Since, Until: q.Until, Rows: q.Rows, Version: s.version})
	if err != nil {
		return nil, err
	}
	subscribers := uint64(0)
	for i := range q.Questions {
		if q.Questions[i].Value.Kind().Subscriber() {
			subscribers++
		}
	}
	return r, node.LogRead(node.AskedBy(ctx, who.Name), s.cfg.Data, "seen", uint64(len(q.Questions)), subscribers)
}

// Intel implements api.Service.
func (s *Service) Intel(ctx context.Context) ([]report.IntelFile, error) {
	if _, err := s.node(); err != nil {
		return nil, err
	}
	files, err := node.Intel(ctx, s.cfg.Data)
	if err != nil {
		return nil, err
	}
	return node.ShownIntel(files), nil
}

// AddIntel implements api.Service.
func (s *Service) AddIntel(ctx context.Context, who auth.Who, name string, r io.Reader) (*report.AddedIntel, error) {
	n, err := s.node()
	if err != nil {
		return nil, err
	}
	var out *report.AddedIntel
	err = s.spool(r, func(body io.ReadSeeker) error {
		return n.With(node.AskedBy(ctx, who.Name), func(ctx context.Context, k *node.Keeper) error {
			added, err := k.AddIntelOf(ctx, name, body)
			if err != nil {
				return err
			}
			if len(added.Files) == 0 {
				return fault.Wrap(fault.Invalid, fmt.Errorf("add %s: %s", name, whyNot(added)))
			}
			if err := replaced(ctx, k, added); err != nil {
				return err
			}
			looked, err := k.LookBackNew(ctx)
			if err != nil {
				return err
			}
			out = node.ShownAdded(added, looked)
			n.Tell(ctx, looked)
			first, last, ok, err := node.HeldDays(ctx, k.Data)
			if ok {
				out.First, out.Last = first.String(), last.String()
			}
			return err
		})
	})
	return out, err
}

// replaced takes out of force what was handed in before under the same names.
func replaced(ctx context.Context, k *node.Keeper, added *node.AddedIntel) error {
	now, names := map[store.IntelID]bool{}, map[string]bool{}
	for _, f := range added.Files {
		now[f.ID], names[f.Name] = true, true
	}
	before, err := k.Store.Intel(ctx, false)
	if err != nil {
		return err
	}
	for _, f := range before {
		if names[f.Name] && !now[f.ID] {
			if _, err := k.RemoveIntel(ctx, f.ID.String()); err != nil {
				return err
			}
		}
	}
	return nil
}

func whyNot(a *node.AddedIntel) string {
	if len(a.Skipped) > 0 {
		return a.Skipped[0].Skipped
	}
	return "it holds nothing"
}

// RemoveIntel implements api.Service.
func (s *Service) RemoveIntel(ctx context.Context, who auth.Who, id string) (*report.IntelFile, error) {
	n, err := s.node()
	if err != nil {
		return nil, err
	}
	var out *report.IntelFile
	err = n.With(node.AskedBy(ctx, who.Name), func(ctx context.Context, k *node.Keeper) error {
		f, err := k.RemoveIntel(ctx, id)
		if err == nil {
			out = &node.ShownIntel([]store.IntelFile{f})[0]
		}
		return err
	})
	return out, err
}

// Ingest implements api.Service. What is sent is spooled, so that a slow sender holds nobody up, and committed.
func (s *Service) Ingest(ctx context.Context, who auth.Who, name string, r io.Reader) (*api.Ingested, error) {
	n, err := s.node()
	if err != nil {
		return nil, err
	}
	var out *api.Ingested
	err = s.spool(r, func(body io.ReadSeeker) error {
		done, err := n.Upload(ctx, &node.Upload{Name: "http/" + who.Name + "/" + name, Body: body, Unpacked: int64(s.cfg.HTTP.Unpacked)})
		if err != nil {
			return err
		}
		if len(done.Accounts) == 0 {
			return fault.Wrap(fault.Invalid, errors.New("nothing was sent"))
		}
		a := done.Accounts[0]
		if a.Skipped != "" {
			return fault.Hint(fault.Invalid, fmt.Errorf("take in %s: %s", name, a.Skipped), "send lines of JSON (ECS, Zeek, EVE) or another form that stormglass inspect recognises")
		}
		for _, a := range done.Accounts { // of an archive several
			if a.Failed != "" {
				return fault.Hint(fault.Invalid, fmt.Errorf("take in %s: %s after %d records, which are kept", name, a.Failed, a.Read), "send it again whole: what is kept adds nothing")
			}
		}
		out = ingested(name, a)
		out.Findings = done.Found
		return nil
	})
	return out, err
}

// ingested says what came of one source.
func ingested(name string, a *telemetry.Account) *api.Ingested {
	out := &api.Ingested{
		Name: name, ID: a.Source.ID.String(), Format: a.Format, Lines: a.Lines, Records: a.Read, Undated: a.Undated, Known: a.SameAs != "", Skipped: map[string]int{},
		First: moment(a.First), Last: moment(a.Last),
	}
	for i := range a.Problems.List {
		p := &a.Problems.List[i]
		if p.Notice {
			continue
		}
		out.Skipped[p.Reason] += int(p.Count)
		for _, e := range p.Examples {
			out.Examples = append(out.Examples, fmt.Sprintf("line %d: %s", e.Line, p.Reason))
		}
	}
	return out
}

// moment gives a time, nil when it is not known.
func moment(t telemetry.Instant) *time.Time {
	if !t.Known() {
		return nil
	}
	return when(t.Time())
}

// when gives a time in UTC, nil when it is none.
func when(t time.Time) *time.Time {
	if t.IsZero() || t.UnixNano() == 0 {
		return nil
	}
	t = t.UTC()
	return &t
}

// Coverage implements api.Service.
func (s *Service) Coverage(ctx context.Context, q api.CoverageQuery) (*api.Coverage, error) {
	if err := s.fresh(ctx); err != nil {
		return nil, err
	}
	kinds, sensors, err := node.Coverage(ctx, s.cfg.Data, q.From, q.To)
	if err != nil {
		return nil, err
	}
	out := &api.Coverage{
		From: q.From.UTC(), To: q.To.UTC(),
		Text: "An hour is 1 when a record that is still kept occurred in it. 0 says that none did or that it is kept no more; it does not say that nothing happened. " +
			"How many devices should have sent something is not known: no register of devices is read yet.",
	}
	for i := range kinds {
		c := sourceCoverage(&kinds[i])
		c.Kind, c.Name, c.Records = "records", kinds[i].Kind.String(), kinds[i].Records
		out.Sources = append(out.Sources, c)
	}
	for i := range sensors {
		c := sourceCoverage(&sensors[i])
		c.Kind, c.Name = "sensor", sensors[i].Sensor
		out.Sources = append(out.Sources, c)
	}
	return out, nil
}

func sourceCoverage(c *node.Covered) api.SourceCoverage {
	hours := make([]byte, len(c.Hours))
	for i, some := range c.Hours {
		hours[i] = '0'
		if some {
			hours[i] = '1'
		}
	}
	return api.SourceCoverage{Hours: string(hours), First: moment(c.First), Last: moment(c.Last)}
}
