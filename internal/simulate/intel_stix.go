package simulate

import (
	"fmt"
	"strings"
	"time"

	"stormglass/internal/observable"
)

// tlpGreen is the fixed identity of TLP:GREEN of TLP 2.0 in STIX (OASIS extension tlp-2.0).
const (
	tlpGreen     = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
	tlpExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
)

const stixClock = "2006-01-02T15:04:05.000Z"

// stixBundle publishes indicators in STIX 2.1, with the group that they indicate.
func stixBundle(cfg Config) object {
	created := cfg.Start.Add(-4 * day).Format(stixClock)
	common := func(typ, name string) object {
		return object{
			"type": typ, "spec_version": "2.1", "id": typ + "--" + uuidOf("stix "+name), "created": created, "modified": created,
			"object_marking_refs": []string{tlpGreen}, "created_by_ref": "identity--" + uuidOf("stix publisher"),
		}
	}
	publisher := common("identity", "publisher")
	delete(publisher, "created_by_ref")
	publisher["name"], publisher["identity_class"] = publisherName, "organization"
	group := common("intrusion-set", "group")
	group["name"], group["aliases"], group["description"] = intruderName, []string{"Tin Plover"}, "A made-up group that looks for call records."
	objects := []object{
		{
			"type": "marking-definition", "spec_version": "2.1", "id": tlpGreen, "created": "2022-10-01T00:00:00.000Z", "name": "TLP:GREEN",
			"extensions": object{tlpExtension: object{"extension_type": "property-extension", "tlp_2_0": "green"}},
		},
		publisher, group,
	}
	for _, p := range stixPatterns() {
		i := common("indicator", p.name)
		i["name"], i["indicator_types"], i["pattern_type"], i["pattern"] = p.note, []string{"malicious-activity"}, "stix", p.pattern
		i["valid_from"] = cfg.Start.Add(lastWeek).Format(stixClock)
		if p.until != 0 {
			i["valid_until"] = cfg.Start.Add(p.until).Format(stixClock)
		}
		if p.revoked {
			i["revoked"] = true
		}
		r := common("relationship", "indicates "+p.name)
		r["relationship_type"], r["source_ref"], r["target_ref"] = "indicates", i["id"], group["id"]
		objects = append(objects, i, r)
	}
	return object{"type": "bundle", "id": "bundle--" + uuidOf("stix bundle"), "objects": objects}
}

type stixPattern struct {
	name, note, pattern string
	until               time.Duration
	revoked             bool
}

// stixPatterns gives a pattern per indicator of the bundle; those that count only together share one.
func stixPatterns() []stixPattern {
	var l []stixPattern
	var together []string
	for _, x := range in(docBundle) {
		if x.withheld == joint {
			together = append(together, stixTest(x))
			continue
		}
		l = append(l, stixPattern{x.key, x.note, stixTest(x), x.until, x.withheld == revoked})
	}
	return append(l, stixPattern{name: "joint", note: "only together", pattern: strings.Join(together, " AND ")})
}

// stixTest writes the observation expression for a value.
func stixTest(x *indicator) string {
	path, operator := "", "="
	switch x.kind { //nolint:exhaustive // the bundle holds no others
	case observable.Domain:
		path = "domain-name:value"
	case observable.URL:
		path = "url:value"
	case observable.SHA256:
		path = "file:hashes.'SHA-256'"
	case observable.Addr, observable.Prefix:
		path = "ipv4-addr:value"
		if strings.Contains(x.value, ":") {
			path = "ipv6-addr:value"
		} else if x.kind == observable.Prefix {
			operator = "ISSUBSET"
		}
	}
	return fmt.Sprintf("[%s %s '%s']", path, operator, x.value)
}
