package config

import "strconv"

// Origin is where a value came from. The zero value is the default.
type Origin struct {
	File string // the file, and the line in it
	Line int
	Name string // else "$STORMGLASS_DATA" or "--data"
}

// String gives "default", "FILE:LINE", or the name of the variable or flag.
func (o Origin) String() string {
	switch {
	case o.Name != "":
		return o.Name
	case o.File != "" && o.Line > 0:
		return o.File + ":" + strconv.Itoa(o.Line)
	case o.File != "":
		return o.File
	}
	return "default"
}

// origins holds where values came from, by path ("collect.netflow[0].address"). What is not there is a default.
type origins map[string]Origin

// of gives where the value at a path came from: what was noted there, or of what it is in.
func (o origins) of(path string) Origin {
	for path != "" {
		if from, ok := o[path]; ok {
			return from
		}
		path = parent(path)
	}
	return Origin{}
}

// parent gives the path of the mapping or list that a path is in: "a.b[0].c", "a.b[0]", "a.b", "a", "".
func parent(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return path[:i]
		}
	}
	return ""
}
