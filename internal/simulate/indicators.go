package simulate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"stormglass/internal/observable"
)

// The documents of the intelligence, by path under the folder.
var (
	docCampaign  = "intel/misp/" + uuidOf("event campaign") + ".json"
	docOlder     = "intel/misp/" + uuidOf("event older") + ".json"
	docBundle    = "intel/stix/bundle.json"
	docWatchlist = "intel/list/watchlist.txt"
	docCSV       = "intel/list/partner.csv"
)

// withheld says why a published value is not to be hunted.
type withheld uint8

const (
	huntable   withheld = iota
	deleted             // a deleted MISP attribute
	contextual          // a MISP attribute with to_ids false
	revoked             // a revoked STIX indicator
	joint               // one side of an AND in a STIX pattern
	commented           // a value in a comment of a list
)

// indicator is one published value.
type indicator struct {
	key         string
	kind        observable.Kind
	value       string
	docs        []string
	from, until time.Duration // validity, counted from Config.Start; 0 is open
	port        uint16        // published as address|port in MISP
	withheld    withheld
	list        string // name of the warning list that holds it
	note        string
}

// Validity that lies before the hunt, begins before it, and ends after any hunt.
const (
	longAgo  = -400 * day
	notSoAgo = -120 * day
	lastWeek = -9 * day
	farAhead = 2 * 366 * day
)

var indicators = []*indicator{
	{key: "scanner", kind: observable.Addr, value: "198.51.100.7", docs: []string{docBundle, docCSV}, note: "looks for management planes"},
	{key: "operator-of-tools", kind: observable.Addr, value: "198.51.100.90", docs: []string{docCampaign, docWatchlist}, from: lastWeek, note: "uses the web interface of routers"},
	{key: "logs-in", kind: observable.Addr, value: "198.51.100.91", docs: []string{docBundle}, note: "logs in to routers with taken accounts"},
	{key: "staging", kind: observable.Addr, value: "203.0.113.10", docs: []string{docCampaign}, from: lastWeek, until: farAhead, note: "hands out tools"},
	{key: "router-c2", kind: observable.Addr, value: "203.0.113.21", docs: []string{docCampaign, docCSV}, port: 57422, note: "controls implants on routers"},
	{key: "lookup-domain", kind: observable.Domain, value: "seabrine.example", docs: []string{docCampaign, docWatchlist}, note: "carries answers in TXT records"},
	{key: "tls-domain", kind: observable.Domain, value: "login.tideglass.example", docs: []string{docBundle}, until: farAhead, note: "controls implants on servers"},
	{key: "tls-ja3", kind: observable.JA3, value: intruderTool.ja3, docs: []string{docCampaign}, note: "TLS of the intruder's own tool"},
	{key: "tls-ja4", kind: observable.JA4, value: intruderTool.ja4, docs: []string{docCSV}, note: "TLS of the intruder's own tool"},
	{key: "tls-certificate", kind: observable.SHA256, value: intruderCert, docs: []string{docCampaign}, note: "certificate of a control server"},
	{key: "tool-url", kind: observable.URL, value: "http://files.drizzlepier.example/pkg/agent.tgz", docs: []string{docCampaign, docWatchlist}, note: "the tool"},
	{key: "tool-file", kind: observable.FileName, value: "tidepool-agent.tgz", docs: []string{docCampaign}, note: "the tool, renamed"},
	{key: "relay-prefix", kind: observable.Prefix, value: "203.0.113.64/28", docs: []string{docBundle, docWatchlist}, note: "rented relays"},
	{key: "drop", kind: observable.Addr, value: "198.51.100.120", docs: []string{docCSV}, note: "takes in what is carried out"},
	{key: "ipv6-c2", kind: observable.Addr, value: "2001:db8:bad::c2", docs: []string{docCampaign, docBundle}, note: "controls implants over IPv6"},
	{key: "tunnel-end", kind: observable.Addr, value: "203.0.113.140", docs: []string{docCampaign}, from: lastWeek, note: "far end of tunnels from routers"},
	{key: "administers", kind: observable.Addr, value: "198.51.100.150", docs: []string{docBundle, docCSV}, note: "administers routers from outside"},
	{key: "carried-to", kind: observable.Addr, value: "198.51.100.160", docs: []string{docBundle, docWatchlist}, until: farAhead, note: "takes files from routers"},
	{key: "past", kind: observable.Addr, value: "198.51.100.133", docs: []string{docOlder}, from: longAgo, until: notSoAgo, note: "was the intruder's last year"},
	{key: "on-list-address", kind: observable.Addr, value: "198.18.200.15", docs: []string{docWatchlist}, list: cdnListName, note: "seen in a sandbox"},
	{key: "on-list-domain", kind: observable.Domain, value: "assets." + cdnDomain, docs: []string{docBundle}, list: cdnNamesListName, note: "seen in a sandbox"},

	{key: "withheld-deleted", kind: observable.Addr, value: "203.0.113.201", docs: []string{docCampaign}, withheld: deleted, note: "published by mistake"},
	{key: "withheld-context", kind: observable.Addr, value: "203.0.113.200", docs: []string{docCampaign}, withheld: contextual, note: "shared hosting"},
	{key: "withheld-revoked", kind: observable.Addr, value: "203.0.113.211", docs: []string{docBundle}, withheld: revoked, note: "was a mistake"},
	{key: "withheld-joint-address", kind: observable.Addr, value: "203.0.113.210", docs: []string{docBundle}, withheld: joint, note: "only together with the name"},
	{key: "withheld-joint-domain", kind: observable.Domain, value: "cove.driftnet.example", docs: []string{docBundle}, withheld: joint, note: "only together with the address"},
	{key: "withheld-commented", kind: observable.Addr, value: "203.0.113.220", docs: []string{docWatchlist}, withheld: commented, note: "taken off"},

	{key: "decoy-address", kind: observable.Addr, value: "203.0.113.250", docs: []string{docCampaign, docCSV}, note: "not used here"},
	{key: "decoy-domain", kind: observable.Domain, value: "quietharbor.example", docs: []string{docBundle, docWatchlist}, note: "not used here"},
	{key: "decoy-ipv6-prefix", kind: observable.Prefix, value: "2001:db8:bad:40::/64", docs: []string{docWatchlist, docBundle}, note: "not used here"},
	{key: "decoy-hash", kind: observable.SHA256, value: digest(901, 32), docs: []string{docBundle, docWatchlist}, note: "not used here"},
	{key: "decoy-tool", kind: observable.SHA256, value: digest(902, 32), docs: []string{docOlder}, note: "published with a file name"},
	{key: "decoy-url", kind: observable.URL, value: "http://mirror.quietharbor.example/get/update.bin", docs: []string{docCSV}, note: "not used here"},
	{key: "decoy-mail", kind: observable.Email, value: "billing@saltspray.example", docs: []string{docCampaign}, note: "not used here"},
}

// decoyFile goes with decoy-tool in a composite attribute.
const decoyFile = "oldtool.bin"

// What the intruder's own software shows in a handshake.
var intruderTool = client{
	name: "intruder", version: "TLSv12", cipher: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", curve: "secp256r1",
	ja3: digest(801, 16), ja3s: digest(803, 16), ja4: "t12d190800_" + digest(804, 6) + "_" + digest(805, 6),
}

// intruderCert is the SHA-256 of the intruder's certificate.
var intruderCert = digest(806, 32)

// indicatorOf finds an indicator by its key, which is in the table.
func indicatorOf(key string) *indicator {
	i := slices.IndexFunc(indicators, func(x *indicator) bool { return x.key == key })
	if i < 0 {
		panic("simulate: no indicator " + key)
	}
	return indicators[i]
}

// in gives the indicators that a document publishes.
func in(doc string) []*indicator {
	var l []*indicator
	for _, x := range indicators {
		if slices.Contains(x.docs, doc) {
			l = append(l, x)
		}
	}
	return l
}

// plant declares that a value of the table occurs for a subject. Observed and Form may be left to
// be the value itself.
func (c *cast) plant(id, key string, p Planted) *Occurrence {
	x := indicatorOf(key)
	p.ID, p.Value, p.Kind, p.Intel, p.WarningList = id, x.value, x.kind.String(), x.docs, x.list
	p.Standing = "valid"
	if x.until < 0 {
		p.Standing = "historical"
	}
	if p.Form == "" {
		p.Form = FormExact
	}
	if p.Observed == "" {
		p.Observed = x.value
	}
	c.truth.Planted = append(c.truth.Planted, &p)
	return &p.Occurrence
}

// trace declares something without a published value.
func (c *cast) trace(t Trace) *Occurrence {
	c.truth.Traces = append(c.truth.Traces, &t)
	return &t.Occurrence
}

// alike declares something that must not fire.
func (c *cast) alike(l LookAlike) *Occurrence {
	c.truth.LookAlikes = append(c.truth.LookAlikes, &l)
	return &l.Occurrence
}

// decoys adds the published values that never occur.
func decoys(t *Truth) {
	for _, x := range indicators {
		if len(x.key) > 6 && x.key[:6] == "decoy-" {
			t.LookAlikes = append(t.LookAlikes, &LookAlike{ID: x.key, Reason: "decoy: published, in no record", Observed: x.value, Near: x.value})
		}
	}
}

// uuidOf makes a UUID that stays the same for a name.
func uuidOf(name string) string {
	h := sha256.Sum256([]byte("stormglass simulate " + name))
	h[6], h[8] = h[6]&0x0f|0x40, h[8]&0x3f|0x80
	x := hex.EncodeToString(h[:16])
	return fmt.Sprintf("%s-%s-%s-%s-%s", x[:8], x[8:12], x[12:16], x[16:20], x[20:])
}
