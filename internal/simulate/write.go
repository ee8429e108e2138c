package simulate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// sensor writes what it sees of a record, in its format, and counts it.
type sensor interface {
	take(r *record) error
	close() error
}

// sums counts records by telemetry.
type sums map[string]uint64

// Write makes the operator's logs, registers, intelligence and truth in dir, which is made where
// it is missing and must not hold anything else.
func Write(ctx context.Context, dir string, cfg Config) (*Truth, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if err := prepare(dir); err != nil {
		return nil, err
	}
	truth := &Truth{Format: TruthFormat, Config: cfg, Own: ownPrefixes(), Records: map[string]uint64{}, WarningLists: warningListNames()}
	op := siteOf(cfg)
	truth.Exporters = op.exporterTable()
	if cfg.month() {
		if err := writeHistory(dir, cfg, op, truth.Records); err != nil {
			return nil, err
		}
	}
	if err := writeTelemetry(ctx, dir, cfg, op, truth); err != nil {
		return nil, err
	}
	decoys(truth)
	for _, w := range []func(string, Config, *site) error{writeRegisters, writeIntel, writeReadme} {
		if err := w(dir, cfg, op); err != nil {
			return nil, err
		}
	}
	return truth, writeJSON(filepath.Join(dir, "truth.json"), truth)
}

func prepare(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // made-up data for all to read
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("folder %s is not empty", dir)
	}
	return nil
}

func openSensors(dir string, cfg Config, op *site, sums sums) ([]sensor, error) {
	l := []sensor{openZeek(dir, cfg, sums)}
	openers := []func() (sensor, error){
		func() (sensor, error) { return openEve(dir, sums) },
		func() (sensor, error) { return openNfdump(dir, op, sums) },
		func() (sensor, error) { return openSyslog(dir, cfg.end(), sums) },
		func() (sensor, error) { return openExports(dir, cfg, op, sums) },
		func() (sensor, error) { return openAccounting(dir, sums) },
		func() (sensor, error) { return openLeases(dir, cfg.end(), sums) },
	}
	if cfg.Sampling > 0 {
		openers = openers[2:]
	}
	if !cfg.month() {
		openers = openers[:len(openers)-2]
	}
	for _, open := range openers {
		x, err := open()
		if err != nil {
			return nil, errors.Join(err, closeAll(l))
		}
		l = append(l, x)
	}
	return l, nil
}

func writeTelemetry(ctx context.Context, dir string, cfg Config, op *site, truth *Truth) (err error) {
	sensors, err := openSensors(dir, cfg, op, truth.Records)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll(sensors)) }()
	chosen := partsOf(cfg)
	playing := make([]part, len(chosen))
	for i, p := range chosen {
		playing[i] = p.make(newCast(p.name, cfg, op, truth))
	}
	q := newQueue(len(chosen), cfg.end())
	for from := cfg.Start; from.Before(cfg.end()); {
		if err := ctx.Err(); err != nil {
			return err
		}
		s := &slot{from: from, to: earlier(from.Add(cfg.slot()), cfg.end()), queue: q, site: op}
		for i, p := range playing {
			s.part = i
			p.play(s)
		}
		if err := drain(q, s, sensors); err != nil {
			return err
		}
		from = s.to
	}
	return nil
}

func closeAll(sensors []sensor) error {
	var errs []error
	for _, s := range sensors {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}

// drain writes what is due by the end of a slot.
func drain(q *queue, s *slot, sensors []sensor) error {
	for {
		r, ok := q.before(s.to)
		if !ok {
			return nil
		}
		for _, x := range sensors {
			if err := x.take(&r); err != nil {
				return err
			}
		}
	}
}

// writeJSON writes a value as an indented JSON file.
func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", filepath.Base(path), err)
	}
	return writeFile(path, append(b, '\n'))
}

func writeFile(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // made-up data for all to read
		return err
	}
	return os.WriteFile(path, b, 0o644) //nolint:gosec // made-up data for all to read
}
