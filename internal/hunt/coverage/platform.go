package coverage

import (
	"slices"
	"strings"
)

// families are the platforms that a product of log sources has, as registers may call them: without case, spaces, dashes and underscores.
var families = map[string][]string{
	"cisco": {"cisco", "ios", "iosxe", "iosxr", "xe", "xr", "nxos", "asa", "ftd"}, "juniper": {"juniper", "junos"}, "arista": {"arista", "eos"},
	"huawei": {"huawei", "vrp"}, "fortinet": {"fortinet", "fortios", "fortigate"}, "linux": {"linux", "debian", "ubuntu", "rhel", "redhat", "centos", "sles"},
	"windows": {"windows"},
}

// OfProduct reports whether rules about a product (of a log source: "cisco") may be about the device: one whose platform nobody states, or
// in other words, may be any.
func (d *Device) OfProduct(product string) bool {
	mine, ok := families[strings.ToLower(product)]
	if !ok || d.Platform == "" {
		return true
	}
	is := plainName(d.Platform)
	begins := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(is, n) })
	}
	if begins(mine) {
		return true
	}
	for _, names := range families {
		if begins(names) {
			return false
		}
	}
	return true
}

// plainName writes a platform without case, spaces, dashes and underscores.
func plainName(s string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(s))
}
