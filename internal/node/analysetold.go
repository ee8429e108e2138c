package node

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"

	"stormglass/internal/disk"
	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// daysTold is what an analyser did on each day, by its name.
type daysTold map[string]map[telemetry.Day]*hunt.AnalyserAccount

func (t daysTold) of(analyser string) map[telemetry.Day]*hunt.AnalyserAccount {
	if t[analyser] == nil {
		t[analyser] = map[telemetry.Day]*hunt.AnalyserAccount{}
	}
	return t[analyser]
}

// toldFile holds what analysers told of each day: a run tells of a few, answers rest on all.
const toldFile = "told.json"

// Bounds of that file: of so many days, the latest, is it kept what was told.
const (
	maxToldFile = 32 << 20
	maxToldDays = 2000
)

// saveTold keeps what analysers told.
func (k *Keeper) saveTold(d *deriver) error {
	k.extracts.mu.Lock()
	defer k.extracts.mu.Unlock()
	all, err := k.loadTold()
	if err != nil {
		return err
	}
	for name, days := range d.told {
		maps.Copy(all.of(name), days)
		for day := range all[name] {
			if len(all[name]) > maxToldDays && day < latestOf(all[name])-maxToldDays {
				delete(all[name], day)
			}
		}
	}
	data, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if err := disk.MakeDir(k.extracts.fs, extractsDir); err != nil {
		return err
	}
	return disk.WriteFile(k.extracts.fs, path.Join(extractsDir, toldFile), data)
}

func latestOf(days map[telemetry.Day]*hunt.AnalyserAccount) (latest telemetry.Day) {
	for d := range days {
		latest = max(latest, d)
	}
	return latest
}

// latest is the latest day of which any analyser told.
func (t daysTold) latest() (latest telemetry.Day) {
	for _, days := range t {
		latest = max(latest, latestOf(days))
	}
	return latest
}

func (k *Keeper) loadTold() (daysTold, error) {
	out := daysTold{}
	data, err := disk.ReadFile(k.extracts.fs, path.Join(extractsDir, toldFile), maxToldFile)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(data, &out) != nil {
		out = daysTold{} // it is written again by the next run
	}
	return out, nil
}

// analysersRan gives what analysers told of all days; none when they did not run.
func (k *Keeper) analysersRan() ([]*hunt.AnalyserAccount, error) {
	all, err := k.loadTold()
	if err != nil {
		return nil, err
	}
	var out []*hunt.AnalyserAccount
	for _, a := range analysers() {
		if len(all[a.Name()]) == 0 {
			continue
		}
		sum := &hunt.AnalyserAccount{Name: a.Name(), Kinds: a.Kinds()}
		days := make([]telemetry.Day, 0, len(all[a.Name()]))
		for d := range all[a.Name()] {
			days = append(days, d)
		}
		slices.SortFunc(days, func(a, b telemetry.Day) int { return cmp.Compare(b, a) }) // reasons of the latest days first
		for _, d := range days {
			sum.Join(all[a.Name()][d])
		}
		out = append(out, sum)
	}
	return out, nil
}
