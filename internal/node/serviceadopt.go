package node

import (
	"context"
	"log/slog"
	"os"

	"stormglass/internal/collect"
	"stormglass/internal/store"
)

// adopt puts a watched file in force in the place of what it was before.
func (s *Service) adopt(ctx context.Context, k *Keeper, name string, open func(string) (*os.File, error)) error {
	former, err := formerly(ctx, k, name)
	if err != nil {
		return err
	}
	added, err := k.addIntel(ctx, &collect.Files{Leave: leaveData, Open: open}, []string{name})
	if err != nil {
		return err
	}
	for _, r := range added.Skipped {
		s.log.WarnContext(ctx, "no intelligence", slog.String("file", name), slog.String("why", r.Skipped))
	}
	now := map[store.IntelID]bool{}
	changed := map[string]bool{}
	for i := range added.Files {
		f := &added.Files[i]
		now[f.ID] = true
		before, was := former[f.Name]
		changed[f.Name] = was && before.ID != f.ID
		s.sayAdded(ctx, f, before.Values, changed[f.Name])
	}
	return s.withdraw(ctx, k, name, now, changed)
}

// formerly gives what a watched file, which may be an archive, was before: by name, the last state of each.
func formerly(ctx context.Context, k *Keeper, name string) (map[string]store.IntelFile, error) {
	files, err := k.Store.Intel(ctx, false)
	if err != nil {
		return nil, err
	}
	out := map[string]store.IntelFile{}
	for _, f := range files {
		if _, later := out[f.Name]; fileOf(f.Name) == name && !later {
			out[f.Name] = f
		}
	}
	return out, nil
}

// sayAdded logs that a file is in force, and what of it is not.
func (s *Service) sayAdded(ctx context.Context, f *AddedFile, before uint64, changed bool) {
	if changed {
		s.log.InfoContext(ctx, "intelligence changed", slog.String("file", f.Name), slog.Uint64("values_before", before), slog.Int("values", f.Values))
	} else {
		s.log.InfoContext(ctx, "intelligence is in force", slog.String("file", f.Name), slog.Int("values", f.Values))
	}
	if f.Report == nil {
		return
	}
	if why := inPart(f.Report); why != "" {
		s.log.WarnContext(ctx, "intelligence was read in part", slog.String("file", f.Name), slog.Int("items", f.Report.Total),
			slog.Int("values", f.Values), slog.String("why", why))
	}
}

// withdraw takes out of force what a watched file was, but for what it is now. What became something else is logged as that.
func (s *Service) withdraw(ctx context.Context, k *Keeper, name string, now map[store.IntelID]bool, changed map[string]bool) error {
	files, err := k.Store.Intel(ctx, false)
	if err != nil {
		return err
	}
	for _, f := range files {
		if fileOf(f.Name) != name || now[f.ID] {
			continue
		}
		if _, err := k.removeIntel(ctx, f.ID.String()); err != nil {
			return err
		}
		if !changed[f.Name] {
			s.log.InfoContext(ctx, "intelligence is out of force", slog.String("file", f.Name))
		}
	}
	return nil
}
