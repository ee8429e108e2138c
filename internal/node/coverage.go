package node

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/telemetry"
)

// Covered says in which hours records of one kind, or of one sensor, occurred, as far as they are still kept.
type Covered struct {
	Sensor      string         // empty in what is told of a kind
	Kind        telemetry.Kind // of no meaning in what is told of a sensor
	Hours       []bool         // one for each hour asked for
	Records     uint64         // of a kind; records of several sensors lie in one file and are not counted apart
	First, Last telemetry.Instant
}

// Coverage gives the hours in which anything occurred, by kind of record, then by sensor, beside whoever writes. from
// is rounded down to a whole hour.
func Coverage(ctx context.Context, data string, from, to time.Time) (kinds, sensors []Covered, err error) {
	v, err := depot.OpenView(ctx, data, depot.WithFiles)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	c := covering{from: from.Truncate(time.Hour), kinds: map[telemetry.Kind]*Covered{}, sensors: map[string]*Covered{}}
	c.hours = int((to.Sub(c.from) + time.Hour - 1) / time.Hour)
	files := v.Files()
	for i := range files {
		c.file(&files[i])
	}
	kinds = values(c.kinds)
	slices.SortFunc(kinds, func(a, b Covered) int { return cmp.Compare(a.Kind, b.Kind) })
	sensors = values(c.sensors)
	slices.SortFunc(sensors, func(a, b Covered) int { return cmp.Compare(a.Sensor, b.Sensor) })
	return kinds, sensors, nil
}

type covering struct {
	from    time.Time
	hours   int
	kinds   map[telemetry.Kind]*Covered
	sensors map[string]*Covered
}

// file notes the hour of a file: all its records are of one.
func (c *covering) file(f *depot.File) {
	if f.Day == 0 {
		return
	}
	begin := time.Unix(0, int64(f.Day)*int64(24*time.Hour)+int64(f.Hour)*int64(time.Hour))
	hour := int(begin.Sub(c.from) / time.Hour)
	if begin.Before(c.from) || hour >= c.hours {
		return
	}
	k := c.kinds[f.Kind]
	if k == nil {
		k = &Covered{Kind: f.Kind, Hours: make([]bool, c.hours)}
		c.kinds[f.Kind] = k
	}
	k.Records += f.Rows
	k.note(hour, f)
	for _, name := range f.Sensors {
		s := c.sensors[name]
		if s == nil {
			s = &Covered{Sensor: name, Hours: make([]bool, c.hours)}
			c.sensors[name] = s
		}
		s.note(hour, f)
	}
}

func (k *Covered) note(hour int, f *depot.File) {
	k.Hours[hour] = true
	if k.First == 0 || f.First < k.First {
		k.First = f.First
	}
	k.Last = max(k.Last, f.Last)
}

func values[K comparable](m map[K]*Covered) []Covered {
	out := make([]Covered, 0, len(m))
	for v := range maps.Values(m) {
		out = append(out, *v)
	}
	return out
}
