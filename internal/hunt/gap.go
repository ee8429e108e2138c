package hunt

import (
	"slices"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Class is a class of values with the kinds of record that show them. A kind of value stands in
// one class.
type Class struct {
	Name  string // for people, plural
	Kinds []observable.Kind
	Need  []telemetry.Kind // records that are made of such values: any of them will do
	Part  []telemetry.Kind // records that hold some such values
	Only  string           // what the values of Part are, when that needs saying
}

// classes follow what Engine matches in which record.
var classes = []Class{
	{
		"addresses and prefixes",
		[]observable.Kind{observable.Addr, observable.Prefix},
		[]telemetry.Kind{telemetry.KindFlow},
		[]telemetry.Kind{telemetry.KindDNS, telemetry.KindHTTP, telemetry.KindTLS, telemetry.KindFile, telemetry.KindMail, telemetry.KindCert, telemetry.KindEvent},
		"",
	},
	{
		"domains",
		[]observable.Kind{observable.Domain},
		[]telemetry.Kind{telemetry.KindDNS},
		[]telemetry.Kind{telemetry.KindHTTP, telemetry.KindTLS, telemetry.KindCert, telemetry.KindMail, telemetry.KindEvent},
		"",
	},
	{
		"URLs",
		[]observable.Kind{observable.URL},
		[]telemetry.Kind{telemetry.KindHTTP},
		[]telemetry.Kind{telemetry.KindEvent},
		"",
	},
	{
		"file hashes",
		[]observable.Kind{observable.MD5, observable.SHA1, observable.SHA256, observable.SHA512},
		[]telemetry.Kind{telemetry.KindFile},
		[]telemetry.Kind{telemetry.KindTLS, telemetry.KindCert, telemetry.KindEvent},
		"hashes of certificates, or hashes in texts",
	},
	{
		"file names",
		[]observable.Kind{observable.FileName},
		[]telemetry.Kind{telemetry.KindFile, telemetry.KindHTTP},
		[]telemetry.Kind{telemetry.KindEvent},
		"only in fields that hold a file's name or path, not in running text",
	},
	{
		"e-mail addresses",
		[]observable.Kind{observable.Email},
		[]telemetry.Kind{telemetry.KindMail},
		[]telemetry.Kind{telemetry.KindEvent},
		"",
	},
	{
		"TLS fingerprints",
		[]observable.Kind{observable.JA3, observable.JA4},
		[]telemetry.Kind{telemetry.KindTLS},
		[]telemetry.Kind{telemetry.KindEvent},
		"",
	},
	{
		"flow hashes (Community ID)",
		[]observable.Kind{observable.CommunityID},
		[]telemetry.Kind{telemetry.KindFlow},
		nil, "",
	},
}

// Gap is a class of values that what was read could not show, or not fully.
type Gap struct {
	Class  *Class
	Values int              // hunted
	By     []telemetry.Kind // records read that hold some; empty: not assessed at all
}

// Gaps compares what was hunted with the kinds of record that were read: first what was not
// assessed at all, then what was in part.
func (r *Result) Gaps() []Gap {
	_, kinds, _, _ := r.Records()
	read := func(k telemetry.Kind) bool { return kinds[k] > 0 }
	var none, partly []Gap
	for i := range classes {
		c := &classes[i]
		g := Gap{Class: c}
		for _, k := range c.Kinds {
			g.Values += r.Hunted[k]
		}
		if g.Values == 0 || slices.ContainsFunc(c.Need, read) {
			continue
		}
		for _, k := range c.Part {
			if read(k) {
				g.By = append(g.By, k)
			}
		}
		if len(g.By) > 0 {
			partly = append(partly, g)
		} else {
			none = append(none, g)
		}
	}
	return append(none, partly...)
}

// NotAssessed reports whether values were hunted that nothing read could have shown, or not fully, or
// rules that could not be asked, or not of every record. Records that could not be read are the matter of Incomplete.
func (r *Result) NotAssessed() bool {
	return len(r.Gaps())+len(r.Unread) > 0 || slices.ContainsFunc(r.RuleStates(), func(s RuleState) bool { return s != RuleAsked })
}
