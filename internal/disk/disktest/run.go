package disktest

import (
	"testing"

	"stormglass/internal/disk"
)

// Run tests what a disk.FS promises. open gives an empty one.
func Run(t *testing.T, open func(t *testing.T) disk.FS) {
	tests := []struct {
		name string
		run  func(t *testing.T, fsys disk.FS)
	}{
		{"create makes a file once", runCreate},
		{"append goes on at the end", runAppend},
		{"a file opened for reading is not written", runReadOnly},
		{"read and read at", runRead},
		{"map gives the content and keeps it", runMap},
		{"truncate cuts and grows", runTruncate},
		{"overwrite writes over what is there", runOverwrite},
		{"rename replaces", runRename},
		{"rename of and onto folders", runRenameFolder},
		{"an open file outlives its name", runUnlinked},
		{"remove", runRemove},
		{"folders", runFolders},
		{"names are sorted and have sizes", runReadDir},
		{"a file is no folder", runNotFolder},
		{"names that are none", runNames},
		{"a closed file is closed", runClosed},
		{"replace leaves one file", runReplace},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}
