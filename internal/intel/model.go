package intel

import (
	"strings"
	"time"

	"stormglass/internal/observable"
)

// TLP is a marking of the Traffic Light Protocol 2.0 (FIRST, 2022). A greater value is stricter;
// unmarked is the zero value. TLP 1 "white" is Clear.
type TLP uint8

// The markings.
const (
	Unmarked TLP = iota
	Clear
	Green
	Amber
	AmberStrict
	Red
)

var tlpNames = [...]string{"", "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"}

// String gives the marking as "TLP:AMBER+STRICT", empty when unmarked.
func (t TLP) String() string {
	if int(t) < len(tlpNames) {
		return tlpNames[t]
	}
	return "TLP:RED"
}

// Restricted reports whether the marking forbids passing on beyond one's own organisation.
func (t TLP) Restricted() bool { return t >= AmberStrict }

// ParseTLP reads a marking in any usual spelling: "tlp:amber+strict", "TLP:WHITE", "red". An unknown
// TLP word ("tlp:unclear") reads as Red: an unknown marking is not shared. ok is false for a text
// that is no TLP marking at all.
func ParseTLP(s string) (t TLP, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	word, tagged := strings.CutPrefix(s, "tlp:")
	switch word {
	case "clear", "white":
		return Clear, true
	case "green":
		return Green, true
	case "amber":
		return Amber, true
	case "amber+strict":
		return AmberStrict, true
	case "red":
		return Red, true
	}
	return Red, tagged
}

// SourceID is the number of a source within one Library.
type SourceID uint32

// Source is where indicators come from: a MISP event, a STIX report, grouping or bundle, a list.
type Source struct {
	Format    string // "misp", "stix", "list", "csv", "kev", "zeek-intel"
	File      string // where it was read, as the user named it
	ID        string // uuid or id within its format
	Title     string
	Org       string // who published it
	TLP       TLP
	PAP       string // Permissible Actions Protocol marking, "PAP:AMBER"
	Published time.Time
	Actors    []string // threat actors, intrusion sets
	Campaigns []string
	Malware   []string // malware and tools
	Tags      []string // every other tag
}

// Indicator is one value that a source says is worth looking for.
type Indicator struct {
	Value   observable.Value
	Source  SourceID
	ID      string    // uuid of the attribute, id of the STIX indicator; empty in lists
	TLP     TLP       // of the value itself, on top of its source's
	Port    uint16    // stated with an address or host, 0 when none
	From    time.Time // valid from, zero when open
	Until   time.Time // valid until, zero when open
	Comment string    // what the source says of it: attribute type, file name, note
	Names   []string  // actors, campaigns, malware named for this value alone
}

// Actor is a group, campaign or malware family with the names it goes by.
type Actor struct {
	Kind    string // "threat-actor", "campaign", "malware", "botnet"
	Name    string
	Aliases []string
	Country string
	Source  SourceID
	ID      string
}

// Vulnerability is one entry of a catalogue of exploited vulnerabilities.
type Vulnerability struct {
	CVE        string
	Vendor     string
	Product    string
	Title      string
	Added      time.Time
	Ransomware bool // known to be used in ransomware campaigns
	Source     SourceID
}
