package misp

import (
	"strings"

	"stormglass/internal/intel/jsonwalk"
)

// shape is what a file of MISP is.
type shape int

const (
	unknown shape = iota
	events
	loneAttribute
	clusters
	warningList

	empty
	schema
	describeTypes
	taxonomy
	taxonomyList
	warningListIndex
	relationTypes
	objectTemplate
	galaxy
	feedManifest
	vulnFinder
	sharingGroups
	sightings
)

// description says how a file without values is accounted for: Reason once for every element of
// Items, once in all when that is empty or missing.
type description struct {
	reason string
	items  string // a key of the document, "*" for its keys or elements
}

var descriptions = map[shape]description{
	empty:            {"an empty document: holds no values", ""},
	schema:           {"JSON schema: describes data, holds no values", ""},
	describeTypes:    {"list of attribute types: describes data, holds no values", ""},
	taxonomy:         {"taxonomy: describes tags, holds no values", ""},
	taxonomyList:     {"list of taxonomies: describes tags, holds no values", "taxonomies"},
	warningListIndex: {"index of warning lists: their entries are read from their own files", "*"},
	relationTypes:    {"relationship types: describe data, hold no values", "values"},
	objectTemplate:   {"object template: describes data, holds no values", ""},
	galaxy:           {"galaxy definition: its clusters are read from their own file", ""},
	feedManifest:     {"index of a feed, its events are read from their own files", "*"},
	vulnFinder:       {"git-vuln-finder finding: describes commits, holds no values to hunt", "*"},
	sharingGroups:    {"sharing group: says who may see data, holds no values", "*"},
	sightings:        {"sighting: says that a value was seen, names no new one", "*"},
}

// shapeOf tells what a file is by its keys.
func shapeOf(o jsonwalk.Outline) shape {
	switch {
	case o.Kind() == "":
		return unknown
	case o.Empty():
		return empty
	case o.Any("Event.System", "[].Event.System"): // an event of Windows, printed as JSON
		return unknown
	}
	if s := describing(o); s != unknown {
		return s
	}
	switch {
	case o.Any("Event", "[].Event", "response[].Event", "response.Event", "response[].Object", "response.Object",
		"response.Attribute", "response[].Attribute"):
		return events
	case o.Has("type", "value", "category"):
		return loneAttribute
	}
	for _, p := range []string{"", "[]."} {
		if o.Any(p+"Attribute[].type", p+"Attribute[].value", p+"Attribute.type", p+"Object[].Attribute",
			p+"Object[].template_uuid", p+"attribute_count", p+"threat_level_id") ||
			o.Has(p+"info", p+"Tag") || o.Has(p+"info", p+"date") || o.Has(p+"info", p+"Orgc") {
			return events
		}
	}
	if o.Has("response") && len(o) <= 3 {
		return empty
	}
	return unknown
}

// describing recognises the files that are not events.
func describing(o jsonwalk.Outline) shape {
	switch {
	case o.Has("$schema"):
		if strings.Contains(strings.ToLower(o["title"]), "misp") {
			return schema
		}
	case o.Any("GalaxyCluster[].value", "GalaxyCluster[].tag_name"), o.Has("values[].value") && o.Any("type", "authors", "uuid") && !o.Has("predicates"):
		return clusters
	case o.Any("result.sane_defaults", "result.category_type_mappings", "sane_defaults"):
		return describeTypes
	case o.Has("predicates") && o.Any("namespace", "values"):
		return taxonomy
	case o.Any("taxonomies[].name", "taxonomies"):
		return taxonomyList
	case o.Any("Warninglists", "[].Warninglist"):
		return warningListIndex
	case o.Has("list[]") && o.Any("matching_attributes", "type", "name", "description", "version"):
		return warningList
	case o.Has("values[].name", "values[].format"):
		return relationTypes
	case o.Any("requiredOneOf", "required", "attributes") && o.Any("meta-category", "uuid") && !o.Has("info"):
		return objectTemplate
	case o.Has("namespace", "type", "uuid"), o.Has("icon", "type", "uuid"):
		return galaxy
	case o.Any("*uuid.Orgc", "*uuid.info"):
		return feedManifest
	case o.Any("*hex.commit-id"):
		return vulnFinder
	case o.Any("SharingGroup", "[].SharingGroup", "response[].SharingGroup") && !o.Any("[].info", "info", "[].threat_level_id"):
		return sharingGroups
	case o.Any("Sighting", "[].Sighting", "response[].Sighting"), o.Has("type", "value", "timestamp") && !o.Any("category", "id", "pattern"):
		return sightings
	}
	return unknown
}
