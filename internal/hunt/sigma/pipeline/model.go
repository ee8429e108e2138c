package pipeline

import (
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// Set is all that pipelines say. It is immutable.
type Set struct {
	entries []*entry
	Files   []string // in the order in which they were read
}

// Route is one kind of record in which a log source is found. A set gives the same Route for every log source that an entry
// stands for, so what is made of one can be kept by its pointer.
type Route struct {
	Kind     telemetry.Kind
	Where    []rule.Group // a record belongs to the log source where one of them holds; none: every record. Fields gives where their fields stand
	Own      []rule.Group // what only records that the source itself wrote have: rules that ask a field that Owns names are asked of these
	Pipeline string       // the file and line of the entry, for people

	unkept map[string]string // fields of the source that records do not keep, to what a rule's author is told to write instead
	names  map[string][]Target
	other  []string // patterns of names for fields that are not named; {} is the field
}

// Target is a name under which a field may stand in a record of a route. The first that is present in the record counts.
type Target struct {
	Name   string            // ECS, or as the source calls it
	Values map[string]string // a rule's value, in lower case, to what the record holds: "tcp" to "6"; nil for none
	Unless string            // a name: where a record has it, Name holds what the source did not state, and the field is absent; empty for none
	unkept string            // instead of a name: records do not keep the field; what a rule's author is told to write
}

// entry is one log source of a file.
type entry struct {
	product, category, service []string // what a rule may state; nil: anything, an empty text: nothing
	routes                     []*Route
}
