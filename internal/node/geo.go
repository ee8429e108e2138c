package node

import (
	"os"
	"path/filepath"

	"stormglass/internal/geo"
	"stormglass/internal/hunt/sigma"
	"stormglass/internal/telemetry"
)

// geoDir is the folder of a data folder that holds files of addresses (docs/geo.md).
const geoDir = "geo"

// LoadGeo reads the files of addresses of a folder; nil for an empty name. What is wrong with single files is an error, and the
// others are given all the same.
func LoadGeo(dir string) (*geo.Databases, error) {
	if dir == "" {
		return nil, nil //nolint:nilnil // no folder, and none was named
	}
	return geo.Load(os.DirFS(dir))
}

// GeoOf gives the folder of a data folder that holds files of addresses; empty when it is not there.
func GeoOf(data string) string {
	dir := filepath.Join(data, geoDir)
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
