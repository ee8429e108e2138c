package pipeline

import (
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// Route is one kind of record in which a log source is found.
type Route struct {
	Kind     telemetry.Kind
	Where    []rule.Group // a record belongs to the log source where one of them holds; none: every record. Fields are ECS names
	Pipeline string       // the file, for people

	names map[string][]Target
	other []Target // patterns of names for fields that are not named; {} is the field
}

// Target is a name under which a field may stand in a record of a route. The first that is present in the record counts.
type Target struct {
	Name   string            // ECS, or as the source calls it
	Values map[string]string // a rule's value, in lower case, to what the record holds: "tcp" to "6"
}
