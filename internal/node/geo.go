package node

import (
	"os"
	"path/filepath"

	"stormglass/internal/depot"
	"stormglass/internal/geo"
	"stormglass/internal/hunt/sigma"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// LoadGeo reads the files of addresses of a folder; nil for an empty name. What is wrong with single files is an error, and the
// others are given all the same.
func LoadGeo(dir string) (*geo.Databases, error) {
	if dir == "" {
		return nil, nil //nolint:nilnil // no folder, and none was named
	}
	return geo.Load(os.DirFS(dir))
}

// loadGeo is LoadGeo for who goes on without the files that cannot be used: they are complaints. The error means that the folder
// cannot be read.
func loadGeo(dir string) (*geo.Databases, []*rule.Complaint, error) {
	d, err := LoadGeo(dir)
	if err != nil && d == nil {
		return nil, nil, err
	}
	var out []*rule.Complaint
	for _, x := range geo.FileErrors(err) {
		out = append(out, &rule.Complaint{File: filepath.Join(dir, x.File), Text: observable.Printable(x.Err.Error()) + "; nothing of this file is used"})
	}
	return d, out, nil
}

// GeoOf gives the folder of a data folder that holds files of addresses; empty when it is not there.
func GeoOf(data string) string {
	dir := filepath.Join(data, depot.GeoDir)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return ""
	}
	return dir
}

// withGeo gives the engine, beside what registers compute, what files say of addresses; nil: there are none.
func withGeo(o sigma.Options, g *geo.Databases) sigma.Options {
	switch {
	case g == nil:
	case o.Joined == nil:
		o.Joined = g
	default:
		o.Joined = bothJoined{o.Joined, g}
	}
	return o
}

// bothJoined are two that compute different fields.
type bothJoined struct{ first, second sigma.Joined }

// Field implements sigma.Joined.
func (b bothJoined) Field(kind telemetry.Kind, name string) (func(*telemetry.Batch, int) (string, bool), bool) {
	if get, ok := b.first.Field(kind, name); ok {
		return get, true
	}
	return b.second.Field(kind, name)
}
