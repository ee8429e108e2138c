package report

import (
	"os"
	"strings"
	"unicode/utf8"

	"stormglass/internal/hunt"
)

// folder is the longest folder that all files of a sort have in common, as shown, with a separator
// at its end; empty when there is none. What people read names files from there on.
type folder string

const (
	separators = "/" + string(os.PathSeparator)
	minFolder  = 8 // a shorter one is not worth a line that says it
)

// folderOf gives the folder of files. Standard input lies nowhere and does not count.
func folderOf(files []string) folder {
	common, begun := "", false
	for _, f := range files {
		outer, _, _ := strings.Cut(name(f), "!") // members of an archive lie where it lies
		switch dir := outer[:strings.LastIndexAny(outer, separators)+1]; {
		case outer == "-":
		case !begun:
			common, begun = dir, true
		default:
			for !strings.HasPrefix(dir, common) {
				common = common[:strings.LastIndexAny(common[:len(common)-1], separators)+1]
			}
		}
	}
	if utf8.RuneCountInString(common) < minFolder {
		return ""
	}
	return folder(common)
}

// name gives the name of a file for people, from the folder on.
func (d folder) name(file string) string { return strings.TrimPrefix(name(file), string(d)) }

// String gives the folder without the separator at its end.
func (d folder) String() string { return string(d[:max(len(d)-1, 0)]) }

// folders are those of the files of a hunt.
type folders struct{ telemetry, intel folder }

func foldersOf(r *hunt.Result) folders {
	var logs, feeds []string
	for _, a := range r.Accounts {
		logs = append(logs, a.Source.Name)
	}
	for _, f := range r.Intel {
		feeds = append(feeds, f.File)
	}
	return folders{folderOf(logs), folderOf(feeds)}
}

// text says in a sentence which paths are short; empty when none is.
func (f folders) text() string {
	switch {
	case f.telemetry == "" && f.intel == "":
		return ""
	case f.telemetry == f.intel:
		return "Paths are below " + f.telemetry.String() + "."
	case f.intel == "":
		return "Paths of telemetry are below " + f.telemetry.String() + "."
	case f.telemetry == "":
		return "Paths of intelligence are below " + f.intel.String() + "."
	}
	return "Paths are below " + f.telemetry.String() + ", those of intelligence below " + f.intel.String() + "."
}

// tail cuts a path at its start: its end tells most. It cuts between components unless that would
// leave less than half of the room in use.
func tail(s string, width int) string {
	n := utf8.RuneCountInString(s)
	if n <= width {
		return s
	}
	r := []rune(s)
	end := r[n-max(width-1, 0):]
	for i, c := range end[:len(end)/2] {
		if strings.ContainsRune(separators, c) {
			return "…" + string(end[i:])
		}
	}
	return "…" + string(end)
}
