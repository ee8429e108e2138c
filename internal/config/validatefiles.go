package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

func (v *validator) folders() {
	switch info, err := os.Stat(v.Data); {
	case v.Data == "":
		v.complain("data", "is missing: say where the data folder is (data: /var/lib/stormglass, or STORMGLASS_DATA)")
	case err == nil && !info.IsDir():
		v.complain("data", "%s is no folder", v.Data)
	case errors.Is(err, fs.ErrNotExist): // it will be made
	case err != nil:
		v.complain("data", "%s", reason(err))
	}
	for i, p := range v.Collect.Watch {
		v.watched(index("collect.watch", i), p)
	}
	for i, p := range v.Intel.Watch {
		v.watched(index("intel.watch", i), p)
	}
	for i, p := range v.Rules {
		v.rules(index("rules", i), p, false)
	}
	for i, p := range v.Pipelines {
		v.rules(index("pipelines", i), p, true)
	}
	for i, p := range v.Intel.Watch {
		if v.absent[p] {
			continue
		}
		for _, q := range v.Collect.Watch {
			if within(p, q) || within(q, p) {
				v.complain(index("intel.watch", i), "%s and %s of collect.watch are in one another: a file is either telemetry or intelligence", p, q)
			}
		}
	}
}

func (v *validator) watched(path, at string) {
	if v.Data != "" && (within(at, v.Data) || within(v.Data, at)) {
		v.complain(path, "%s and the data folder %s are in one another: the service would read what it writes", at, v.Data)
		return // whether it is there or not
	}
	if _, err := os.Stat(at); err != nil {
		v.missing(path, at, err, ": make the folder first, an empty one will do")
	}
}

// rules looks whether a path of rules or pipelines is there.
func (v *validator) rules(path, at string, folder bool) {
	switch info, err := os.Stat(at); {
	case err != nil:
		v.missing(path, at, err, ": make the folder first, an empty one will do")
	case folder && !info.IsDir():
		v.complain(path, "%s is no folder", at)
	}
}

// within reports whether a path is another or below it.
func within(at, folder string) bool {
	a, err1 := filepath.Abs(at)
	f, err2 := filepath.Abs(folder)
	rel, err3 := filepath.Rel(f, a)
	return err1 == nil && err2 == nil && err3 == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// file looks whether a file that is named is there.
func (v *validator) file(path, name string) (fs.FileInfo, bool) {
	if name == "" {
		return nil, false
	}
	info, err := os.Stat(name)
	switch {
	case err != nil:
		v.missing(path, name, err, "")
		return nil, false
	case !info.Mode().IsRegular():
		v.complain(path, "%s is no file", name)
		return nil, false
	}
	return info, true
}

// secret looks whether a file is there that others may not read; ok reports whether it is.
func (v *validator) secret(path, name string) (info fs.FileInfo, ok bool) {
	const others = 0o007
	info, ok = v.file(path, name)
	if ok && runtime.GOOS != "windows" && info.Mode().Perm()&others != 0 {
		v.complain(path, "%s holds a secret and everybody may use it (mode %04o): chmod o= %s", name, info.Mode().Perm(), name)
		return nil, false
	}
	return info, ok
}

// folder looks whether a folder is there that a file is to be made in.
func (v *validator) folder(path, name string) {
	switch info, err := os.Stat(name); {
	case err != nil && !v.absent[inFolder(name)]:
		v.absent[inFolder(name)] = true
		v.complain(path, "%s: %s", name, reason(err))
	case err != nil: // said already
	case !info.IsDir():
		v.complain(path, "%s is no folder", name)
	}
}

// missing complains, once for each, of what cannot be looked at: of files in a folder that is not there, the folder.
func (v *validator) missing(path, name string, err error, advice string) {
	what := name
	if up := filepath.Dir(name); errors.Is(err, fs.ErrNotExist) {
		if _, errUp := os.Stat(up); errors.Is(errUp, fs.ErrNotExist) {
			name, what = up, inFolder(up)
		}
	}
	if !v.absent[what] {
		v.absent[what] = true
		v.complain(path, "%s: %s%s", name, reason(err), advice)
	}
}

// inFolder marks a path as that of a folder: a file may be missing by the same name.
func inFolder(name string) string { return name + string(filepath.Separator) }

// reason drops what the complaint says already: the call and the path.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return err.Error()
}
