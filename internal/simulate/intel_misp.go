package simulate

import (
	"strconv"
	"strings"
	"time"

	"stormglass/internal/observable"
)

// mispEvent is one event of the feed (MISP core format, draft 20).
type mispEvent struct {
	doc  string
	info string
	age  time.Duration // published so long before the telemetry begins
	tags []string
}

var mispEvents = []mispEvent{
	{
		docCampaign, intruderName + ": routers and call records of mobile operators (made up)", 5 * day,
		[]string{"tlp:amber", "PAP:GREEN", `misp-galaxy:threat-actor="` + intruderName + `"`, "made-up:exercise"},
	},
	{
		docOlder, intruderName + ": infrastructure of last year (made up)", 110 * day,
		[]string{"tlp:green", `misp-galaxy:threat-actor="` + intruderName + `"`},
	},
}

var orgc = object{"name": publisherName, "uuid": uuidOf("publisher")}

func (e mispEvent) uuid() string {
	return strings.TrimSuffix(strings.TrimPrefix(e.doc, "intel/misp/"), ".json")
}

func (e mispEvent) published(cfg Config) time.Time { return cfg.Start.Add(-e.age) }

func (e mispEvent) tagList() []object {
	var l []object
	for _, t := range e.tags {
		l = append(l, object{"name": t, "colour": "#3a6ea5", "local": false})
	}
	return l
}

// summary is the event's entry in the manifest.
func (e mispEvent) summary(cfg Config) object {
	t := e.published(cfg)
	return object{"info": e.info, "Orgc": orgc, "Tag": e.tagList(), "date": t.Format(time.DateOnly), "analysis": "2", "threat_level_id": "1", "timestamp": epoch(t)}
}

func (e mispEvent) event(cfg Config) object {
	t := e.published(cfg)
	x := e.summary(cfg)
	x["uuid"], x["published"], x["publish_timestamp"], x["distribution"], x["extends_uuid"] = e.uuid(), true, epoch(t), "1", ""
	attributes, objects := []object{}, []object{}
	for _, i := range in(e.doc) {
		if o := mispObject(i, cfg, t); o != nil {
			objects = append(objects, o)
		} else {
			attributes = append(attributes, mispAttribute(i, cfg, t))
		}
	}
	attributes = append(attributes, object{
		"uuid": uuidOf("attribute comment " + e.doc), "type": "comment", "category": "Internal reference",
		"value": "Everything in this event is invented.", "to_ids": false, "deleted": false, "timestamp": epoch(t), "comment": "", "distribution": "5",
	})
	x["Attribute"], x["Object"] = attributes, objects
	x["Galaxy"] = []object{{
		"uuid": uuidOf("galaxy"), "name": "Threat Actor", "type": "threat-actor", "version": "3", "description": "Made-up groups",
		"GalaxyCluster": []object{{
			"uuid": uuidOf("cluster"), "type": "threat-actor", "value": intruderName, "tag_name": `misp-galaxy:threat-actor="` + intruderName + `"`,
			"description": "A made-up group that looks for call records", "meta": object{"synonyms": []string{"Tin Plover"}},
		}},
	}}
	return x
}

// mispAttribute writes an indicator as an attribute.
func mispAttribute(i *indicator, cfg Config, t time.Time) object {
	typ, category, value := mispType(i)
	a := object{
		"uuid": uuidOf("attribute " + i.key), "type": typ, "category": category, "value": value, "to_ids": i.withheld != contextual,
		"deleted": i.withheld == deleted, "timestamp": epoch(t), "comment": i.note, "distribution": "5", "disable_correlation": false,
		"first_seen": nil, "last_seen": nil,
	}
	const clock = "2006-01-02T15:04:05.000000-07:00"
	if i.from != 0 {
		a["first_seen"] = cfg.Start.Add(i.from).Format(clock)
	}
	if i.until != 0 {
		a["last_seen"] = cfg.Start.Add(i.until).Format(clock)
	}
	return a
}

// mispType gives an indicator's type and category, and its value in that type.
func mispType(i *indicator) (typ, category, value string) {
	switch {
	case i.key == "decoy-tool":
		return "filename|sha256", "Payload delivery", decoyFile + "|" + i.value
	case i.port != 0:
		return "ip-dst|port", "Network activity", i.value + "|" + strconv.Itoa(int(i.port))
	case i.key == "operator-of-tools":
		return "ip-src", "Network activity", i.value
	case i.key == "tls-certificate":
		return "x509-fingerprint-sha256", "Network activity", i.value
	}
	switch i.kind { //nolint:exhaustive // the events hold no others
	case observable.Domain:
		return "domain", "Network activity", i.value
	case observable.URL:
		return "url", "Network activity", i.value
	case observable.JA3:
		return "ja3-fingerprint-md5", "Network activity", i.value
	case observable.FileName:
		return "filename", "Payload delivery", i.value
	case observable.Email:
		return "email-src", "Payload delivery", i.value
	}
	return "ip-dst", "Network activity", i.value
}

// mispObject writes an indicator inside an object, for the kinds that have a template; otherwise
// it gives nil.
func mispObject(i *indicator, cfg Config, t time.Time) object {
	var name, template, category, relation string
	var version int
	switch i.kind {
	case observable.URL:
		name, template, version, category, relation = "url", "60efb77b-40b5-4c46-871b-ed1ed999fce5", 10, "network", "url"
	case observable.FileName:
		name, template, version, category, relation = "file", "688c46fb-5edb-40a3-8273-1af7923e2215", 25, "file", "filename"
	case observable.JA3:
		name, template, version, category, relation = "ja3", "09b45449-5d6e-492c-a68a-cb2e188cbfac", 4, "network", "ja3-fingerprint-md5"
	default:
		return nil
	}
	a := mispAttribute(i, cfg, t)
	a["object_relation"] = relation
	members := []object{a}
	if name == "file" {
		members = append(members, object{
			"uuid": uuidOf("attribute size"), "type": "size-in-bytes", "category": "Other", "object_relation": "size-in-bytes",
			"value": "2400000", "to_ids": false, "deleted": false, "timestamp": epoch(t), "comment": "", "distribution": "5",
		})
	}
	return object{
		"uuid": uuidOf("object " + i.key), "name": name, "template_uuid": template, "template_version": strconv.Itoa(version), "meta-category": category,
		"description": "", "timestamp": epoch(t), "distribution": "5", "deleted": false, "comment": i.note, "Attribute": members,
	}
}
