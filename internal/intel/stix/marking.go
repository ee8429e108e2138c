package stix

import (
	"strings"

	"stormglass/internal/intel"
)

// fixed are the markings whose ids the standards fix: TLP 1 in STIX 2.1 section 7.2.1.4, TLP 2 in
// the OASIS extension for it.
var fixed = map[string]intel.TLP{
	"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": intel.Clear,
	"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": intel.Green,
	"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": intel.Amber,
	"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": intel.Red,
	"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": intel.Clear,
	"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": intel.Green,
	"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": intel.Amber,
	"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": intel.AmberStrict,
	"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": intel.Red,
}

// define keeps what a marking definition means. A statement, such as a copyright notice, does not
// restrict sharing; a definition of any other sort is not known and counts as red.
func (rd *reader) define(o *object) {
	t := intel.Red
	switch {
	case o.tlp2 != "":
		t, _ = intel.ParseTLP(o.tlp2)
	case o.tlp1 != "":
		t, _ = intel.ParseTLP(o.tlp1)
	case o.definitionType == "statement":
		t = intel.Unmarked
	case strings.HasPrefix(strings.ToLower(o.name), "tlp:"):
		t, _ = intel.ParseTLP(o.name)
	}
	if old, seen := rd.markings[o.id]; seen {
		t = max(t, old)
	}
	rd.markings[o.id] = t
}

// marked gives the strictest of markings given by reference and by label.
func (rd *reader) marked(refs, labels []string) (t intel.TLP) {
	for _, r := range refs {
		m, ok := fixed[r]
		if !ok {
			if m, ok = rd.markings[r]; !ok {
				m = intel.Red
			}
		}
		t = max(t, m)
	}
	var m intel.Marks
	for _, s := range labels {
		m.Tag(s)
	}
	return max(t, m.TLP)
}
