package node

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"stormglass/internal/depot"
	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/register"
	"stormglass/internal/report"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
	"stormglass/internal/vault"
)

// askedDays is how far back a privacy report tells who asked.
const askedDays = 30

// quarantineDir is where damaged files of a data folder lie.
const quarantineDir = "quarantine"

// Privacy tells what a data folder keeps, how long and by whose word, what was removed, and who asked. It
// reads beside whoever writes.
func Privacy(ctx context.Context, data string) (*report.Privacy, error) {
	v, err := depot.OpenView(ctx, data, depot.WithFiles)
	if err != nil {
		return nil, err
	}
	if err := v.Close(); err != nil { // the state is all that is needed
		return nil, err
	}
	p := privacy{Privacy: &report.Privacy{Data: data, At: v.Now, AskedDays: askedDays}, state: v.State, registers: v.Registers, settings: map[string]register.Setting{}}
	for _, s := range v.Registers.Retention.Settings() {
		p.settings[s.Name] = s
	}
	if err := p.ofRegisters(data); err != nil {
		return nil, err
	}
	err = Reading(ctx, data, p.database)
	if fault.KindOf(err) == fault.NotFound { // nothing was taken in yet
		err = nil
	}
	if err != nil {
		return nil, err
	}
	p.rows()
	p.ledger()
	p.expired()
	if err := p.sealed(data); err != nil {
		return nil, err
	}
	var n int
	n, p.QuarantineBytes, err = filesBelow(data, quarantineDir)
	p.QuarantineFiles = n
	return p.Privacy, err
}

// privacy is a report being put together.
type privacy struct {
	*report.Privacy
	state     *depot.State
	registers *register.Registers
	settings  map[string]register.Setting
	holds     []store.Hold
}

func (p *privacy) ofRegisters(data string) error {
	r := &p.Registers
	r.Networks, r.Prefixes, r.Version = p.registers.Networks.Stated(), len(p.registers.Networks.Prefixes()), p.registers.Version.String()
	for _, prefix := range p.registers.Networks.Prefixes() {
		if p.registers.Networks.Class(prefix.Addr(), telemetry.InstantOf(p.At)) == register.Subscriber {
			r.Customers++
		}
	}
	_, err := os.Stat(filepath.Join(data, depot.RegistersDir, "retention.yaml"))
	if r.Retention = err == nil; errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// rows counts the records by class and kind.
func (p *privacy) rows() {
	type group struct{ class, kind string }
	type span struct{ first, last telemetry.Day }
	groups, spans := map[group]*report.KeptRows{}, map[group]span{}
	today := telemetry.InstantOf(p.At).Day()
	for _, f := range p.state.Files {
		g := group{string(f.Class), f.Kind.String()}
		k := groups[g]
		if k == nil {
			s := p.settings["rows."+g.class+"."+g.kind]
			k = &report.KeptRows{Class: g.class, Kind: g.kind, Days: s.Days, From: s.From}
			groups[g] = k
		}
		k.Rows += f.Rows
		k.Bytes += uint64(f.Bytes)
		k.Files++
		if f.Day <= 0 {
			k.Undated += f.Rows
		} else {
			s := spans[g]
			if s.first == 0 || f.Day < s.first {
				s.first = f.Day
			}
			s.last = max(s.last, f.Day)
			spans[g] = s
		}
		switch {
		case max(f.Day, f.Taken) >= today-telemetry.Day(k.Days):
		case held(p.holds, f.Day):
			k.OnHold += f.Rows
		default:
			k.Over += f.Rows
		}
	}
	for g, k := range groups {
		k.First, k.Last = report.DayText(spans[g].first), report.DayText(spans[g].last)
		p.Rows = append(p.Rows, *k)
	}
	slices.SortFunc(p.Rows, func(a, b report.KeptRows) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Kind, b.Kind))
	})
}

func held(holds []store.Hold, day telemetry.Day) bool {
	return slices.ContainsFunc(holds, func(h store.Hold) bool {
		return (h.First == 0 || h.First.Day() <= day) && (h.Last == 0 || day <= h.Last.Day())
	})
}

// ledger counts the rows of the ledger, and the segments with tokens.
func (p *privacy) ledger() {
	l := &p.Ledger
	l.Days, l.From = p.settings["ledger"].Days, p.settings["ledger"].From
	l.TokenDays, l.TokenFrom = p.settings["peer_tokens"].Days, p.settings["peer_tokens"].From
	spaces, days, tokens := map[string]report.KeptSpace{}, map[telemetry.Day]bool{}, map[telemetry.Day]bool{}
	for _, s := range p.state.Segments {
		k := spaces[s.Info.Space.String()]
		k.Space = s.Info.Space.String()
		k.Rows += s.Info.Rows
		k.Bytes += uint64(s.Info.Bytes)
		spaces[k.Space] = k
		for _, d := range s.Days {
			if d <= 0 {
				continue
			}
			days[d] = true
			if s.Info.Tokens {
				tokens[d] = true
			}
		}
		if s.Info.Tokens {
			l.TokenSegments++
		}
	}
	l.Spaces = slices.SortedFunc(maps.Values(spaces), func(a, b report.KeptSpace) int { return strings.Compare(a.Space, b.Space) })
	l.Held = len(days)
	l.First, l.Last = ends(days)
	l.TokenFirst, l.TokenLast = ends(tokens)
}

func ends(days map[telemetry.Day]bool) (first, last string) {
	if len(days) == 0 {
		return "", ""
	}
	all := slices.Sorted(maps.Keys(days))
	return report.DayText(all[0]), report.DayText(all[len(all)-1])
}

// expired sums up what was removed because its time was over.
func (p *privacy) expired() {
	type group struct{ kind, class string }
	type span struct {
		rows            uint64
		first, last, on telemetry.Day
	}
	groups := map[group]span{}
	for _, x := range p.state.Expired {
		g := group{x.Kind, x.Class}
		s, known := groups[g]
		s.rows += x.Rows
		if !known || x.Day < s.first {
			s.first = x.Day
		}
		s.last, s.on = max(s.last, x.Day), max(s.on, x.On)
		groups[g] = s
	}
	for g, s := range groups {
		p.Expired = append(p.Expired, report.ExpiredRows{
			Kind: g.kind, Class: g.class, Rows: s.rows, First: report.DayText(s.first), Last: report.DayText(s.last), On: report.DayText(s.on),
		})
	}
	slices.SortFunc(p.Expired, func(a, b report.ExpiredRows) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Class, b.Class))
	})
}

// sealed counts what the vault keeps.
func (p *privacy) sealed(data string) error {
	folder, err := disk.Dir(data)
	if err != nil {
		return fmt.Errorf("open data folder: %w", err)
	}
	_, err = folder.Stat(depot.VaultDir + "/recipient")
	if p.Sealed.Recipient = err == nil; err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s, err := vault.OpenSealed(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	n := s.Stats()
	p.Sealed.Values, p.Sealed.Bytes = n.Values, uint64(n.Bytes)
	return s.Close()
}

// filesBelow counts the files below a folder of a data folder, and their bytes.
func filesBelow(data, dir string) (files int, bytes uint64, err error) {
	err = filepath.WalkDir(filepath.Join(data, dir), func(_ string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			files++
			bytes += uint64(info.Size())
		}
		return err
	})
	return files, bytes, err
}
