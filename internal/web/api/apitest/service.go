// Package apitest has a service that behaves, for tests of what stands before one.
package apitest

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"stormglass/internal/casework"
	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/report"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
	"stormglass/internal/web/api"
	"stormglass/internal/web/auth"
)

// Now is what time it is for a Service.
var Now = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// Service keeps everything in memory. Its exported members are set before it is used.
type Service struct {
	Down    []string                                       // why it is not ready
	Err     error                                          // every answer, when it is set
	Before  func(ctx context.Context, method string) error // called before every answer, may wait
	Swallow bool                                           // errors of reading are kept to itself, as no service should

	mu    sync.Mutex
	kept  []report.KeptFinding
	files map[string]report.IntelFile
	lines map[string]bool
	asked []Asked
}

// Asked is a request that came through to the service.
type Asked struct {
	Method string
	Who    auth.Who
}

// New gives a service with n findings.
func New(n int) *Service {
	s := &Service{files: map[string]report.IntelFile{}, lines: map[string]bool{}}
	for i := range n {
		s.kept = append(s.kept, Finding(i))
	}
	slices.SortFunc(s.kept, func(a, b report.KeptFinding) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level), strings.Compare(a.ID.String(), b.ID.String()))
	})
	return s
}

// Finding gives the i-th finding: an address that one of the operator's systems met.
func Finding(i int) report.KeptFinding {
	v, err := observable.ParseAs(observable.Addr, fmt.Sprintf("203.0.%d.%d", i/200, 1+i%200))
	if err != nil {
		panic(err)
	}
	at := telemetry.InstantOf(Now.Add(time.Duration(-i) * time.Hour))
	f := &hunt.Finding{Value: v, Subject: hunt.Subject{Addr: netip.MustParseAddr("10.0.0.7")}, Level: hunt.Level(i % 5)}
	f.Merge(&hunt.Finding{
		Value: v, Subject: f.Subject, Subjects: 1, Level: f.Level, Kinds: []telemetry.Kind{telemetry.KindFlow}, Fields: []string{"destination.ip"},
		Days: []hunt.Day{{Day: at.Day(), Records: 3, Bytes: 4000, First: at, Last: at, Samples: []hunt.Sample{{Source: "core1", Ordinal: 7, Occurred: at, Field: "destination.ip", Seen: v.String()}}}},
		Refs: []hunt.Ref{{Source: &intel.Source{Format: "list", File: "feed.txt"}}},
	})
	f.ID = hunt.IndicatorFindingID(f.Value, f.Subject)
	k := report.KeptFinding{Finding: f, Triage: report.Triage{Status: "open"}, Changed: uint64(i + 1), Saved: Now}
	if i%7 == 6 {
		k.Triage = report.Triage{Status: "dismissed", Reason: "a scanner of ours", Who: "ann", When: Now, Until: Now.AddDate(0, 1, 0)}
	}
	return k
}

// Asked gives the requests that came through.
func (s *Service) Asked() []Asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// begin notes a request.
func (s *Service) begin(ctx context.Context, method string, who auth.Who) error {
	s.mu.Lock()
	s.asked = append(s.asked, Asked{method, who})
	s.mu.Unlock()
	if s.Before != nil {
		if err := s.Before(ctx, method); err != nil {
			return err
		}
	}
	return s.Err
}

// Status tells of a listener, an exporter and a holder.
func (s *Service) Status(ctx context.Context) (*api.Status, error) {
	if err := s.begin(ctx, "status", auth.From(ctx)); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	last := Now.Add(-time.Second)
	return &api.Status{
		Version: "1.2.3", Data: "/srv/stormglass", Started: Now.Add(-time.Hour), Now: Now, Ready: len(s.Down) == 0, NotReady: s.Down,
		Listeners: []api.Listener{{Name: "netflow", Address: "127.0.0.1:2055", Datagrams: 10, Bytes: 14_000, Records: 280, LostKernel: 1, Last: &last}},
		Exporters: []api.Exporter{{Address: "192.0.2.7/256", Listener: "netflow", Packets: 10, Records: 280, SamplingMin: 100, SamplingMax: 1000, Templates: 2}},
		Intel:     api.IntelState{Files: uint64(len(s.files)), Values: 17},
		Rules: api.RuleState{
			Files: 2, Rules: 3, Asked: 2, Complaints: []string{"rules/broken.yml:3:1: there is no condition"}, Matched: 5, Cut: []string{"slow"}, Loaded: &last,
		},
		Memory: []api.Holder{{Name: "index", Bytes: 4096, Bound: 1 << 30}},
	}, nil
}

// Findings gives pages by the number of the first finding on them.
func (s *Service) Findings(ctx context.Context, q api.FindingQuery) (*api.FindingPage, error) {
	if err := s.begin(ctx, "findings", auth.From(ctx)); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	page := &api.FindingPage{}
	var match []report.KeptFinding
	for i := range s.kept {
		k := s.kept[i]
		page.LastChange = max(page.LastChange, k.Changed)
		narrowed := k.Level < q.Level || k.Changed <= q.Since || q.Value != (observable.Value{}) && k.Value != q.Value || q.Rule != "" && (k.Rule == nil || k.Rule.Key != q.Rule)
		switch {
		case narrowed, len(q.Status) > 0 && !slices.Contains(q.Status, k.Status):
		case len(q.Status) == 0 && !q.All && k.Status == "dismissed":
			page.Dismissed++
		default:
			match = append(match, k)
		}
	}
	from, to, next, err := pageOf(q.After, q.Limit, len(match))
	if err != nil {
		return nil, err
	}
	page.Findings, page.Next = match[from:to], next
	return page, nil
}

// pageOf gives the places on a page of so many, and the cursor of the next; cursors are numbers.
func pageOf(after string, limit, all int) (from, to int, next string, err error) {
	if after != "" {
		from, err = strconv.Atoi(after)
		if err != nil || from < 0 || from > all {
			return 0, 0, "", fault.Wrap(fault.Invalid, errors.New("no cursor of this service"))
		}
	}
	if to = min(from+limit, all); to < all {
		next = strconv.Itoa(to)
	}
	return from, to, next, nil
}

// Finding finds by the beginning of an id.
func (s *Service) Finding(ctx context.Context, id string) (*report.FindingDetail, error) {
	if err := s.begin(ctx, "finding", auth.From(ctx)); err != nil {
		return nil, err
	}
	for _, k := range s.kept {
		if strings.HasPrefix(k.ID.String(), strings.ToLower(id)) {
			return &report.FindingDetail{KeptFinding: k, History: []report.TriageStep{{Action: "acknowledge", Triage: k.Triage}}}, nil
		}
	}
	return nil, fault.Hint(fault.NotFound, fmt.Errorf("no finding begins with %s", id), "finding list names them")
}

// incidents gives three, each of one finding.
func (s *Service) incidents() (out []*casework.Incident) {
	for i := range 3 {
		f := Finding(i)
		x := &casework.Incident{ID: casework.ID(f.ID), Items: []*casework.Item{casework.ItemOf(f.Finding, casework.World{})}, Level: f.Level, First: f.First, Last: f.Last, Devices: []string{"10.0.0.7"}}
		x.Joins = []casework.Join{{Thing: casework.Thing{Kind: casework.Device, Name: "10.0.0.7"}, Findings: 1}}
		out = append(out, x)
	}
	out[0].Was, out[0].Near, out[0].Leads = []casework.ID{{0xab}}, out[1:2], []string{"Salt Typhoon"}
	return out
}

// Incidents gives pages by the number of the first incident on them.
func (s *Service) Incidents(ctx context.Context, q api.IncidentQuery) (*api.IncidentPage, error) {
	if err := s.begin(ctx, "incidents", auth.From(ctx)); err != nil {
		return nil, err
	}
	page := &api.IncidentPage{}
	var match []*casework.Incident
	for _, x := range s.incidents() {
		if x.Level < q.Level {
			page.Hidden++
			continue
		}
		match = append(match, x)
	}
	from, to, next, err := pageOf(q.After, q.Limit, len(match))
	if err != nil {
		return nil, err
	}
	page.Incidents, page.Before, page.Next = match[from:to], from, next
	return page, nil
}

// Incident finds by the beginning of an id.
func (s *Service) Incident(ctx context.Context, id string) (*report.IncidentDetail, error) {
	if err := s.begin(ctx, "incident", auth.From(ctx)); err != nil {
		return nil, err
	}
	for i, x := range s.incidents() {
		if strings.HasPrefix(x.ID.String(), strings.ToLower(id)) {
			return &report.IncidentDetail{Incident: x, Findings: []report.KeptFinding{Finding(i)}}, nil
		}
	}
	return nil, fault.Wrap(fault.NotFound, errors.New("no incident has an id that begins so"))
}

// Seen has seen those values that a finding names.
func (s *Service) Seen(ctx context.Context, who auth.Who, q api.SeenQuery) (*seen.Result, error) {
	if err := s.begin(ctx, "seen", who); err != nil {
		return nil, err
	}
	r := &seen.Result{Asked: Now, Version: "1.2.3", Window: seen.Window{First: telemetry.InstantOf(Now).Day(), Last: telemetry.InstantOf(Now).Day(), Held: 1, Since: q.Since, Until: q.Until}}
	for _, question := range q.Questions {
		a := seen.Answer{Question: question}
		for i := range s.kept {
			if k := &s.kept[i]; k.Value == question.Value {
				a.Verdict, a.First, a.Last, a.Records = seen.Seen, k.First.Time(), k.Last.Time(), k.Records
				a.Days = []seen.Day{{Day: k.First.Day(), Hours: 3, Records: k.Records}}
				a.Sensors = []seen.Sensor{{Name: "core1", Records: 3, Bytes: 4000, Packets: 12}}
				a.Peers, a.PeerCount = []string{"10.0.0.7"}, 1
			}
		}
		if question.Err != nil {
			a.Verdict = seen.NoValue
		}
		r.Answers = append(r.Answers, a)
	}
	return r, nil
}

// Intel lists what is in force.
func (s *Service) Intel(ctx context.Context) ([]report.IntelFile, error) {
	if err := s.begin(ctx, "intel", auth.From(ctx)); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []report.IntelFile
	for _, f := range s.files {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b report.IntelFile) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// AddIntel takes every line for a value.
func (s *Service) AddIntel(ctx context.Context, who auth.Who, name string, r io.Reader) (*report.AddedIntel, error) {
	if err := s.begin(ctx, "intel-add", who); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r)
	if err != nil && !s.Swallow {
		return nil, fmt.Errorf("add %s: %w", name, err)
	}
	digest := sha256.Sum256(text)
	s.mu.Lock()
	defer s.mu.Unlock()
	id := hex.EncodeToString(digest[:])
	_, known := s.files[id]
	n := bytes.Count(text, []byte("\n"))
	s.files[id] = report.IntelFile{Name: name, ID: id, Added: Now, Bytes: uint64(len(text)), Values: uint64(n)}
	return &report.AddedIntel{Files: []report.AddedFile{{Name: name, Known: known, Values: n}}, Looked: n, First: "2026-11-01", Last: "2026-11-29"}, nil
}

// RemoveIntel removes by the beginning of an id.
func (s *Service) RemoveIntel(ctx context.Context, who auth.Who, id string) (*report.IntelFile, error) {
	if err := s.begin(ctx, "intel-remove", who); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, f := range s.files {
		if strings.HasPrefix(k, id) {
			delete(s.files, k)
			return &f, nil
		}
	}
	return nil, fault.Wrap(fault.NotFound, fmt.Errorf("no intelligence in force begins with %s", id))
}

// Ingest takes lines that are JSON.
func (s *Service) Ingest(ctx context.Context, who auth.Who, name string, r io.Reader) (*api.Ingested, error) {
	if err := s.begin(ctx, "ingest", who); err != nil {
		return nil, err
	}
	h := sha256.New()
	out := &api.Ingested{Name: name, Format: "jsonl", Skipped: map[string]int{}}
	b := bufio.NewScanner(io.TeeReader(r, h))
	for b.Scan() {
		if len(b.Bytes()) == 0 {
			continue
		}
		out.Lines++
		if !json.Valid(b.Bytes()) {
			out.Skipped["not JSON"]++
			out.Examples = append(out.Examples, fmt.Sprintf("line %d: not JSON", out.Lines))
			continue
		}
		s.mu.Lock()
		if !s.lines[b.Text()] {
			s.lines[b.Text()] = true
			out.Records++
		}
		s.mu.Unlock()
	}
	if err := b.Err(); err != nil && !s.Swallow {
		return nil, fmt.Errorf("take in %s: %w", name, err)
	}
	out.ID, out.Known = hex.EncodeToString(h.Sum(nil)), out.Records == 0 && out.Lines > 0
	return out, nil
}

// Coverage has had something from one sensor in every other hour.
func (s *Service) Coverage(ctx context.Context, q api.CoverageQuery) (*api.Coverage, error) {
	if err := s.begin(ctx, "coverage", auth.From(ctx)); err != nil {
		return nil, err
	}
	hours := int(q.To.Sub(q.From) / time.Hour)
	return &api.Coverage{
		From: q.From, To: q.To, Text: "Unknown number of devices: there is no register of devices.",
		Sources: []api.SourceCoverage{{Kind: "sensor", Name: "core1", Records: uint64(hours), Hours: strings.Repeat("10", hours)[:hours]}},
	}, nil
}
