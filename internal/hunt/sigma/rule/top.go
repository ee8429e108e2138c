package rule

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/plainyaml"
)

// keysAtTop are the keys that the specification, or this program, knows at the top of a document.
var keysAtTop = []string{
	"author", "correlation", "date", "description", "detection", "falsepositives", "fields", "filter", "generate", "id", "level", "license",
	"logsource", "modified", "name", "references", "related", "scope", "status", "stormglass", "tags", "taxonomy", "title",
}

var statuses = []string{"stable", "test", "experimental", "deprecated", "unsupported"}

// top reads the keys at the top of a document.
func (d *document) top(root *yaml.Node) {
	keys := map[string]*yaml.Node{}
	for k, v := range d.pairs(root) {
		keys[k.Value] = v
		switch {
		case slices.Contains(keysAtTop, k.Value):
		case k.Value == "action":
			d.complain(d.at(k), "action is of an old form of Sigma: write each rule out as a document of its own")
		default:
			d.rule.CustomKeys = append(d.rule.CustomKeys, short(k.Value))
			if near := nearest(k.Value, keysAtTop); near != "" {
				d.note(d.at(k), "unknown key %s: was %q meant?", shown(k.Value), near)
			}
		}
	}
	d.names(root, keys)
	d.describe(keys)
	d.own(keys["stormglass"])
	d.body(root, keys)
}

// names reads what the rule is called.
func (d *document) names(root *yaml.Node, keys map[string]*yaml.Node) {
	r := d.rule
	if n := keys["id"]; n != nil {
		if r.ID = d.scalar("id", n); isUUID(r.ID) {
			r.ID = strings.ToLower(r.ID)
		} else {
			d.note(d.at(n), "id %s is no UUID: findings keep to it, but others may use the same", shown(r.ID))
		}
	}
	if n := keys["name"]; n != nil {
		r.Name = d.scalar("name", n)
	}
	if n := keys["title"]; n != nil {
		if r.Title = d.scalar("title", n); len([]rune(r.Title)) > 256 {
			d.note(d.at(n), "the title has over 256 characters")
		}
	}
	if r.Title == "" {
		d.complain(d.at(root), "title is missing: say in a few words what the rule finds")
	}
}

// describe reads what people want to know of the rule.
func (d *document) describe(keys map[string]*yaml.Node) {
	r := d.rule
	for _, f := range []struct {
		key string
		to  *string
	}{{"description", &r.Description}, {"author", &r.Author}, {"license", &r.License}, {"date", &r.Date}, {"modified", &r.Modified}} {
		if n := keys[f.key]; n != nil {
			*f.to = d.scalar(f.key, n)
		}
	}
	for _, f := range []struct {
		key string
		to  *[]string
	}{{"references", &r.References}, {"tags", &r.Tags}, {"falsepositives", &r.FalsePositives}, {"fields", &r.Fields}} {
		if n := keys[f.key]; n != nil {
			*f.to = d.texts(f.key, n, maxList)
		}
	}
	for _, key := range []string{"date", "modified"} {
		if n := keys[key]; n != nil && n.Kind == yaml.ScalarNode && !isDate(n.Value) {
			d.note(d.at(n), "%s is written YYYY-MM-DD: this is %s", key, shown(n.Value))
		}
	}
	d.status(keys["status"])
	d.level(keys["level"])
	d.related(keys["related"])
}

func (d *document) status(n *yaml.Node) {
	if n == nil {
		return
	}
	written := d.scalar("status", n)
	d.rule.Status = strings.ToLower(written)
	if written != "" && !slices.Contains(statuses, d.rule.Status) {
		d.complain(d.at(n), "unknown status %s: it is one of %s", shown(written), strings.Join(statuses, ", "))
	}
}

func (d *document) level(n *yaml.Node) {
	if n == nil {
		return
	}
	written := d.scalar("level", n)
	i := slices.Index(levels[:], strings.ToLower(written))
	switch {
	case written == "":
	case i < 0:
		d.complain(d.at(n), "unknown level %s: it is one of %s", shown(written), strings.Join(levels[Informational:], ", "))
	default:
		d.rule.Level = Level(i)
	}
}

func (d *document) related(n *yaml.Node) {
	if n == nil {
		return
	}
	for _, e := range d.entries("related", n, maxList) {
		if e.Kind != yaml.MappingNode {
			d.complain(d.at(e), "an entry of related is a mapping of id and type: this is %s", formOf(e))
			continue
		}
		var rel Related
		for k, v := range d.pairs(e) {
			switch k.Value {
			case "id":
				rel.ID = strings.ToLower(d.scalar("id", v))
			case "type":
				rel.Type = d.scalar("type", v)
			}
		}
		d.rule.Related = append(d.rule.Related, rel)
	}
}

// own reads our own keys.
func (d *document) own(n *yaml.Node) {
	if n == nil || plainyaml.IsNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.complain(d.at(n), "stormglass is a mapping of needs and subject: this is %s", formOf(n))
		return
	}
	for k, v := range d.pairs(n) {
		switch k.Value {
		case "needs":
			d.rule.Needs = d.needs(v)
		case "subject":
			d.rule.Subject = d.scalar("subject", v)
		default:
			d.complain(d.at(k), "unknown key %s below stormglass: it knows needs and subject", shown(k.Value))
		}
	}
}

// body reads the detection, the correlation or the filter.
func (d *document) body(root *yaml.Node, keys map[string]*yaml.Node) {
	var found []string
	for _, key := range []string{"detection", "correlation", "filter"} {
		if keys[key] != nil {
			found = append(found, key)
		}
	}
	switch {
	case len(found) == 0:
		d.complain(d.at(root), "detection is missing: a document holds a detection, a correlation or a filter")
		return
	case len(found) > 1:
		d.complain(d.at(keys[found[1]]), "a document holds one of %s: write the others as documents of their own", strings.Join(found, " and "))
		return
	case found[0] != "correlation":
		d.logSource(root, keys["logsource"])
	case keys["logsource"] != nil:
		d.note(d.at(keys["logsource"]), "a correlation looks at rules: its logsource is not used")
	}
	switch found[0] {
	case "detection":
		d.rule.Detection = d.detection(keys["detection"])
	case "correlation":
		d.rule.Correlation = d.correlation(keys["correlation"], keys["generate"])
	case "filter":
		d.rule.Filter = d.filter(keys["filter"])
	}
}

func (d *document) logSource(root, n *yaml.Node) {
	switch {
	case n == nil || plainyaml.IsNull(n):
		d.complain(d.at(root), "logsource is missing: say product, category or service")
		return
	case n.Kind != yaml.MappingNode:
		d.complain(d.at(n), "logsource is a mapping of product, category and service: this is %s", formOf(n))
		return
	}
	s := &d.rule.LogSource
	for k, v := range d.pairs(n) {
		switch k.Value {
		case "category":
			s.Category = d.scalar("category", v)
		case "product":
			s.Product = d.scalar("product", v)
		case "service":
			s.Service = d.scalar("service", v)
		case "definition":
			s.Definition = d.scalar("definition", v)
		default:
			d.note(d.at(k), "unknown key %s below logsource: it is not used%s", shown(k.Value),
				hint(nearest(k.Value, []string{"category", "product", "service", "definition"})))
		}
	}
}
