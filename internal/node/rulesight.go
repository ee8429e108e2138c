package node

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"path/filepath"
	"strings"

	"stormglass/internal/register"
)

// maxSighted bounds the files below paths of rules that are looked at for changes.
const maxSighted = 100_000

// sightOf tells whether anything changed: it goes by names, sizes and times of change, and by the version of the registers.
func sightOf(p RulePaths, r *register.Registers) string {
	h := sha256.New()
	fmt.Fprintln(h, p.Content)
	for n, list := range [][]string{p.Rules, p.Pipelines, {p.Geo}} {
		for _, root := range list {
			if root == "" {
				continue
			}
			fmt.Fprintf(h, "%d %q\n", n, root)
			sightInto(h, root)
		}
	}
	if r != nil {
		h.Write(r.Version[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func sightInto(h hash.Hash, root string) {
	files := 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			fmt.Fprintf(h, "%q %v\n", path, err)
			return nil
		}
		hidden := strings.HasPrefix(e.Name(), ".") && path != root
		if e.IsDir() && hidden {
			return fs.SkipDir
		}
		if e.IsDir() || hidden {
			return nil
		}
		if files++; files > maxSighted {
			return fs.SkipAll
		}
		if info, err := e.Info(); err == nil {
			fmt.Fprintf(h, "%q %d %d %v\n", path, info.Size(), info.ModTime().UnixNano(), info.Mode())
		}
		return nil
	})
	if err != nil {
		fmt.Fprintf(h, "%v\n", err)
	}
}
