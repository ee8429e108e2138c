package simulate

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"stormglass/internal/observable"
)

// Names of what the intelligence speaks of, all made up.
const (
	intruderName  = "Copper Petrel"
	publisherName = "Made-up Telecom CERT"

	cdnListName      = "Made-up list of content network prefixes"
	cdnNamesListName = "Made-up list of content network names"
)

func warningListNames() []string { return []string{cdnListName, cdnNamesListName} }

// object is a JSON object; encoding sorts its keys, which keeps files the same from run to run.
type object map[string]any

// writeIntel publishes the indicators in every format.
func writeIntel(dir string, cfg Config, _ *site) error {
	manifest := object{}
	for _, e := range mispEvents {
		if err := writeJSON(filepath.Join(dir, e.doc), object{"Event": e.event(cfg)}); err != nil {
			return err
		}
		manifest[e.uuid()] = e.summary(cfg)
	}
	files := []struct {
		path string
		body any
	}{
		{"intel/misp/manifest.json", manifest},
		{docBundle, stixBundle(cfg)},
		{"intel/warninglists/harbor-cdn/list.json", object{
			"name": cdnListName, "description": "Prefixes of a made-up content network", "type": "cidr", "version": 20261101,
			"matching_attributes": []string{"ip-src", "ip-dst", "ip-src|port", "ip-dst|port", "domain|ip"},
			"list":                []string{cdnPrefix4.String(), cdnPrefix6.String()},
		}},
		{"intel/warninglists/harbor-cdn-names/list.json", object{
			"name": cdnNamesListName, "description": "Names of a made-up content network", "type": "hostname", "version": 20261101,
			"matching_attributes": []string{"hostname", "domain", "url", "domain|ip"},
			"list":                []string{cdnDomain},
		}},
	}
	for _, f := range files {
		if err := writeJSON(filepath.Join(dir, f.path), f.body); err != nil {
			return err
		}
	}
	if err := writeFile(filepath.Join(dir, docWatchlist), []byte(watchlist())); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, docCSV), []byte(partnerCSV(cfg)))
}

// watchlist is a list as people mail it: defanged, with comments.
func watchlist() string {
	var b strings.Builder
	b.WriteString("# Watchlist of a made-up partner. Values are defanged. All of it is invented.\n\n")
	for _, x := range in(docWatchlist) {
		if x.withheld == commented {
			fmt.Fprintf(&b, "# %s %s\n", x.value, x.note)
			continue
		}
		fmt.Fprintf(&b, "%s  # %s\n", defang(x), x.note)
	}
	return b.String()
}

// defang writes a value so that nothing opens it by mistake.
func defang(x *indicator) string {
	switch x.kind { //nolint:exhaustive // the others need no defanging
	case observable.URL:
		scheme, rest, _ := strings.Cut(x.value, "://")
		host, path, _ := strings.Cut(rest, "/")
		return strings.Replace(scheme, "tt", "xx", 1) + "://" + strings.ReplaceAll(host, ".", "[.]") + "/" + path
	case observable.Addr, observable.Prefix, observable.Domain:
		return strings.ReplaceAll(x.value, ".", "[.]")
	}
	return x.value
}

func partnerCSV(cfg Config) string {
	var b strings.Builder
	b.WriteString("value,type,first_seen,comment\n")
	for _, x := range in(docCSV) {
		fmt.Fprintf(&b, "%s,%s,%s,%s\n", x.value, csvType(x), cfg.Start.Add(lastWeek).Format(time.RFC3339), x.note)
	}
	return b.String()
}

func csvType(x *indicator) string {
	switch x.kind { //nolint:exhaustive // the others are called as the product calls them
	case observable.Addr:
		return "ip"
	case observable.Prefix:
		return "cidr"
	}
	return x.kind.String()
}

func epoch(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
