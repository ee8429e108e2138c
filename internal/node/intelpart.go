package node

import (
	"fmt"
	"regexp"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// inPart says in words what of a file of intelligence was not read, empty when there is nothing to tell. What is left out
// on purpose (an attribute that is not to be hunted) is nothing to tell, unless it is all there is.
func inPart(r *intel.FileReport) string {
	lost := r.Count(intel.Reported)
	switch {
	case r.Skipped != "":
		return r.Skipped
	case r.Failed != "":
		return fmt.Sprintf("not read to its end, %d items were: %s", r.Total-lost, r.Failed)
	case lost > 0:
		why := intel.Reasons(r.Reported)[0]
		return fmt.Sprintf("%d of %d items could not be read, %d of them: %s", lost, r.Total, r.Reported[why], why)
	case r.Loaded == 0 && !describes(r):
		why := ""
		if listed := intel.Reasons(r.Listed); len(listed) > 0 {
			why = ": " + listed[0]
		}
		return "it holds no value that is matched" + why
	}
	return ""
}

// describing are the reasons of items that hold no values by their nature: indexes of feeds, definitions, galaxies of tools.
var describing = regexp.MustCompile(`^cluster of type |holds? no values|read from their own file|names no new one$`)

// noContent is the reason of a file of MISP that holds nothing.
const noContent = "an empty document: holds no values"

// describes reports whether a file is one that holds no values by its nature.
func describes(r *intel.FileReport) bool {
	for why := range r.Listed {
		if why == noContent || !describing.MatchString(why) {
			return false
		}
	}
	return len(r.Listed) > 0
}

// maxInPart bounds the files of intelligence that are named as read in part.
const maxInPart = 20

// partsOf tells which files of intelligence were read in part.
func partsOf(reports []*intel.FileReport) (out []string) {
	more := 0
	for _, r := range reports {
		switch why := inPart(r); {
		case why == "":
		case len(out) < maxInPart:
			out = append(out, observable.Printable("intelligence "+r.File+": "+why))
		default:
			more++
		}
	}
	if more > 0 {
		out = append(out, fmt.Sprintf("%d more files of intelligence were read in part", more))
	}
	return out
}
