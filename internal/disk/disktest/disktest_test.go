package disktest

import (
	"testing"

	"stormglass/internal/disk"
)

func TestMemory(t *testing.T) {
	Run(t, func(*testing.T) disk.FS { return NewMemory() })
}

func TestLayersThatDoNothing(t *testing.T) {
	Run(t, func(*testing.T) disk.FS { return FailAt(Limit(NewMemory(), 1<<20), 0, Once) })
}
