package device

import "strings"

// Platform is the sort of device that wrote a message, as far as the line shows.
type Platform uint8

// The platforms.
const (
	Unknown Platform = iota
	IOS              // IOS and IOS XE
	IOSXR
	NXOS
	ASA
	SmallSwitch // of Cisco, with letters for severities
	JunosOS
	EOS
	VRP
	Comware
	FortiOS
	ScreenOS
	NumPlatforms
)

var vendors = [NumPlatforms][2]string{
	IOS: {"cisco", "ios"}, IOSXR: {"cisco", "ios-xr"}, NXOS: {"cisco", "nx-os"}, ASA: {"cisco", "asa"}, SmallSwitch: {"cisco", ""},
	JunosOS: {"juniper", "junos"}, EOS: {"arista", "eos"}, VRP: {"huawei", "vrp"}, Comware: {"h3c", "comware"},
	FortiOS: {"fortinet", "fortios"}, ScreenOS: {"juniper", "screenos"},
}

// Vendor gives the maker, in lower case; empty when unknown.
func (p Platform) Vendor() string { return vendors[p][0] }

// Product gives the system, in lower case; empty when unknown.
func (p Platform) Product() string { return vendors[p][1] }

// Signs are what the header of a line shows of its writer.
type Signs struct {
	Node      bool   // a node of IOS XR stood before the time
	YearFirst bool   // the time was 2006 Jan  2 03:04:05, as NX-OS writes it
	Process   string // the program that wrote the message
	PID       string // of it
}

// PlatformOf judges by the code of a message and the signs of its header.
func PlatformOf(c *Code, s *Signs) Platform {
	switch c.Form {
	case FormVRP:
		if c.H3C {
			return Comware
		}
		return VRP
	case FormJunos:
		return JunosOS
	case FormScreen:
		return ScreenOS
	case FormPercent:
		return percentPlatform(c, s)
	case FormNone:
	}
	if junosDaemons[s.Process] {
		return JunosOS
	}
	return Unknown
}

func percentPlatform(c *Code, s *Signs) Platform {
	switch {
	case c.Severity == "" && c.Facility == "": // FRR and its kind
		return Unknown
	case isASA(c.Facility):
		return ASA
	case c.Lettered:
		return SmallSwitch
	case s.Node, c.Spaced && strings.IndexByte(c.Facility, '-') > 0:
		return IOSXR
	case s.Process != "" && s.PID == "":
		return EOS
	case s.YearFirst, nxosFacilities[c.Facility]:
		return NXOS
	}
	return IOS
}

func isASA(facility string) bool {
	first, _, _ := strings.Cut(facility, "-")
	return first == "ASA" || first == "FTD" || first == "PIX" || first == "FWSM"
}

// nxosFacilities write on NX-OS only, among those whose messages are typed or common.
var nxosFacilities = map[string]bool{
	"VSHD": true, "AUTHPRIV": true, "VDC_MGR": true, "ETHPORT": true, "ETH_PORT_CHANNEL": true, "DAEMON": true, "ACLLOG": true,
	"ASCII-CFG": true, "ACLMGR": true, "SYSMGR": true, "URIB": true, "FEATURE-MGR": true, "BOOTVAR": true, "VPC": true,
}

// junosDaemons are programs of Junos that write under names that few others use.
var junosDaemons = map[string]bool{
	"mgd": true, "rpd": true, "dcd": true, "chassisd": true, "mib2d": true, "craftd": true, "alarmd": true, "jddosd": true, "lacpd": true,
	"l2cpd": true, "xntpd": true, "eventd": true, "jlaunchd": true, "cscript": true, "pfed": true, "cosd": true, "authd": true,
	"jdhcpd": true, "kmd": true, "RT_FLOW": true, "RT_IDS": true, "RT_UTM": true, "dfwd": true, "ppmd": true, "bfdd": true, "rmopd": true,
	"lldpd_junos": true, "spd": true, "jsrpd": true, "utmd": true, "license-check": true, "fpc": true, "mspmand": true,
}

// junosFacilities are those that stand before tags of Junos where it is told to state priorities (explicit-priority).
var junosFacilities = map[string]bool{
	"INTERACT": true, "USER": true, "DAEMON": true, "AUTH": true, "AUTHPRIV": true, "CHANGE": true, "CONFLICT": true, "KERN": true,
	"PFE": true, "FIREWALL": true, "DFC": true, "SYSLOG": true, "SECURITY": true, "EXTERNAL": true, "NTP": true,
}

// isJunos reports whether a tag is one of Junos: by the program that wrote it, or since it is known.
func isJunos(tag, process string) bool {
	if junosDaemons[process] || strings.HasPrefix(process, "fpc") {
		return true
	}
	_, known := parsers[key{"", tag}]
	return known || strings.HasPrefix(tag, "UI_") || strings.HasPrefix(tag, "RPD_") || strings.HasPrefix(tag, "RT_FLOW_")
}
