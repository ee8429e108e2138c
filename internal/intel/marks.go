package intel

import (
	"slices"
	"strings"
)

// Marks gathers what the tags on an event, object or attribute say: sharing, names, the rest.
type Marks struct {
	TLP       TLP
	PAP       string
	Actors    []string
	Campaigns []string
	Malware   []string
	Tags      []string
}

// maxMarks bounds each list of Marks.
const maxMarks = 1000

// Tag reads one tag. Of contradicting markings the strictest wins. A "misp-galaxy:" tag that names
// an actor, a campaign or malware goes to the names; every tag without a meaning here is kept as it is.
func (m *Marks) Tag(s string) {
	s = strings.TrimSpace(s)
	if s == "" {
		return
	}
	low := strings.ToLower(s)
	if word, ok := strings.CutPrefix(low, "tlp"); ok && word != "" && strings.ContainsAny(word[:1], ":= _-") {
		if t, ok := ParseTLP("tlp:" + strings.Trim(word, `:= _-"`)); ok {
			m.Mark(t)
			return
		}
	}
	if strings.HasPrefix(low, "pap:") {
		m.pap(strings.ToUpper(s))
		return
	}
	if kind, name, ok := galaxyTag(s); ok && m.Galaxy(kind, name) {
		return
	}
	m.Tags = appendName(m.Tags, s)
}

// Mark adds a marking; the strictest wins.
func (m *Marks) Mark(t TLP) { m.TLP = max(m.TLP, t) }

// papOrder ranks the markings of the Permissible Actions Protocol; an unknown one is the strictest.
var papOrder = []string{"PAP:CLEAR", "PAP:WHITE", "PAP:GREEN", "PAP:AMBER", "PAP:RED"}

func (m *Marks) pap(s string) {
	rank := func(s string) int {
		if i := slices.Index(papOrder, s); i >= 0 {
			return i
		}
		return len(papOrder)
	}
	if m.PAP == "" || rank(s) > rank(m.PAP) {
		m.PAP = s
	}
}

// galaxyTag takes `misp-galaxy:threat-actor="APT 1"` apart.
func galaxyTag(s string) (kind, name string, ok bool) {
	rest, ok := strings.CutPrefix(s, "misp-galaxy:")
	if !ok {
		return "", "", false
	}
	kind, name, ok = strings.Cut(rest, "=")
	name = strings.Trim(name, `"`)
	return strings.ToLower(kind), name, ok && name != ""
}

// Galaxy adds the name of a cluster of a galaxy. It is false when clusters of that kind name no
// actor, campaign or malware.
func (m *Marks) Galaxy(kind, name string) bool {
	switch GalaxyRole(kind) {
	case "threat-actor":
		m.Actors = appendName(m.Actors, name)
	case "campaign":
		m.Campaigns = appendName(m.Campaigns, name)
	case "malware", "botnet":
		m.Malware = appendName(m.Malware, name)
	default:
		return false
	}
	return true
}

// Names gives all names in one list, as an indicator carries them.
func (m *Marks) Names() []string {
	if len(m.Actors)+len(m.Campaigns)+len(m.Malware) == 0 {
		return nil
	}
	return slices.Concat(m.Actors, m.Campaigns, m.Malware)
}

// Complete writes the marks into a source.
func (m *Marks) Complete(s *Source) {
	s.TLP = max(s.TLP, m.TLP)
	s.PAP, s.Actors, s.Campaigns, s.Malware, s.Tags = m.PAP, m.Actors, m.Campaigns, m.Malware, m.Tags
}

func appendName(list []string, s string) []string {
	if s == "" || len(list) >= maxMarks || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// roles says what the clusters of a MISP galaxy name; galaxies of other types name nothing that
// a finding could be attributed to.
var roles = map[string]string{
	"threat-actor": "threat-actor", "microsoft-activity-group": "threat-actor", "360net-threat-actor": "threat-actor",
	"intelligence-agency": "threat-actor", "campaign": "campaign", "mitre-campaign": "campaign",
	"botnet": "botnet", "malware": "malware", "tool": "malware", "rat": "malware", "ransomware": "malware",
	"malpedia": "malware", "banker": "malware", "stealer": "malware", "backdoor": "malware", "android": "malware",
	"cryptominers": "malware", "exploit-kit": "malware", "tds": "malware", "branded-vulnerability": "",
	"stalkerware": "malware", "rsit": "", "first-dns": "",
}

// GalaxyRole gives what clusters of a galaxy type name: "threat-actor", "campaign", "malware" or
// "botnet", the kinds of Actor; empty for every other type, such as country or attack-pattern.
func GalaxyRole(kind string) string {
	if r, ok := roles[kind]; ok {
		return r
	}
	switch {
	case strings.HasPrefix(kind, "mitre-") && strings.HasSuffix(kind, "intrusion-set"):
		return "threat-actor"
	case strings.HasPrefix(kind, "mitre-") && (strings.HasSuffix(kind, "malware") || strings.HasSuffix(kind, "-tool")):
		return "malware"
	case strings.HasPrefix(kind, "mitre-") && strings.HasSuffix(kind, "campaign"):
		return "campaign"
	}
	return ""
}
