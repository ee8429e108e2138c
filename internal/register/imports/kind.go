package imports

import (
	"slices"
	"strings"
	"unicode"
)

// Words by which programs and accounts for emergencies are called.
var (
	programWords = []string{
		"oxidized", "rancid", "ansible", "salt", "backup", "nms", "netconf", "api", "svc", "service", "script", "robot", "bot", "automation", "auto", "librenms",
		"zabbix", "nagios", "icinga", "prometheus", "ncm", "solarwinds", "monitor", "monitoring", "probe", "collector", "nornir", "napalm", "jenkins", "gitlab",
	}
	emergencyWords = []string{"breakglass", "break", "firecall", "emergency", "rescue", "notfall"}
)

// kind guesses the kind of an account by its name.
func (i *item) kind(name string) {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
	has := func(list []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	kind := "person"
	switch {
	case has(emergencyWords):
		kind = "break_glass"
	case has(programWords), strings.HasSuffix(name, "$"):
		kind = "automation"
	}
	i.set("kind", kind)
	i.remark("the kind is a guess")
}
