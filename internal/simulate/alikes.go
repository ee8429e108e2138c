package simulate

import (
	"net/netip"
	"strings"
	"time"
)

// alikeNames: names that resemble published domains and are none of theirs.
type alikeNames struct {
	*cast
	lookups schedule
	names   []string
	not     []*Occurrence
	step    int
}

func newAlikeNames(c *cast) part {
	p := &alikeNames{cast: c, lookups: c.series(c.moment(0, 8*time.Hour), 12, 97*time.Minute)}
	from := c.site.host("jump-1").v4.String()
	add := func(id, name, near, reason string) {
		p.names = append(p.names, name)
		p.not = append(p.not, c.alike(LookAlike{ID: id, Reason: reason, Observed: name, Near: near, Subject: from}))
	}
	add("alike-name-suffix", "notseabrine.example", "seabrine.example", "ends with the same letters, is another domain")
	add("alike-name-prefix", "seabrine.example.test", "seabrine.example", "begins with the domain, lies below another one")
	add("alike-name-parent", "tideglass.example", "login.tideglass.example", "parent of a published name")
	add("alike-name-sibling", "www.tideglass.example", "login.tideglass.example", "sister of a published name")
	return p
}

func (p *alikeNames) play(s *slot) {
	for _, at := range p.lookups.due(s) {
		n := p.step % len(p.names)
		p.step++
		s.talk(p.ask(at, p.site.host("jump-1").v4, p.names[n], "A", "NOERROR", placeOf(700+n).v4.String()).mark(p.not[n], inDNS))
	}
}

// alikeAddresses: addresses beside published addresses and prefixes.
type alikeAddresses struct {
	*cast
	calls schedule
	to    []netip.Addr
	not   []*Occurrence
	step  int
}

func newAlikeAddresses(c *cast) part {
	p := &alikeAddresses{cast: c, calls: c.series(c.moment(0, 9*time.Hour), 14, 89*time.Minute)}
	from := c.site.host("mail-1")
	for _, row := range [][4]string{
		{"alike-prefix-below", "203.0.113.63", "203.0.113.64/28", "last address before the prefix"},
		{"alike-prefix-above", "203.0.113.80", "203.0.113.64/28", "first address after the prefix"},
		{"alike-address-digit", "203.0.113.2", "203.0.113.21", "the published address begins with it"},
		{"alike-expired-neighbour", "198.51.100.134", "198.51.100.133", "neighbour of an address whose validity is over"},
		{"alike-ipv6", "2001:db8:bad::c20", "2001:db8:bad::c2", "the published address with a further digit"},
		{"alike-ipv6-prefix", "2001:db8:bad:41::1", "2001:db8:bad:40::/64", "network after the prefix"},
	} {
		subject := from.v4
		to := netip.MustParseAddr(row[1])
		if !to.Is4() {
			subject = from.v6
		}
		p.to = append(p.to, to)
		p.not = append(p.not, c.alike(LookAlike{ID: row[0], Reason: row[3], Observed: row[1], Near: row[2], Subject: subject.String()}))
	}
	return p
}

func (p *alikeAddresses) play(s *slot) {
	for _, at := range p.calls.due(s) {
		n := p.step % len(p.to)
		p.step++
		from := p.site.host("mail-1").v4
		if !p.to[n].Is4() {
			from = p.site.host("mail-1").v6
		}
		s.talk(p.call(at, from, p.to[n], 25, protoTCP).answer("smtp", p.size(9000), 600, p.upTo(9*time.Second)).mark(p.not[n], asEnd))
	}
}

// alikeHandshakes: fingerprints that differ from published ones in one digit.
type alikeHandshakes struct {
	*cast
	calls          schedule
	tool           client
	cert           string
	ja3, ja4, sha2 *Occurrence
}

func newAlikeHandshakes(c *cast) part {
	p := &alikeHandshakes{cast: c, calls: c.series(c.moment(0, 16*time.Hour), 4, 33*time.Minute), tool: intruderTool}
	p.tool.ja3, p.tool.ja4, p.cert = otherDigit(intruderTool.ja3), otherDigit(intruderTool.ja4), otherDigit(intruderCert)
	subject := c.site.host("nms-2").v4.String()
	add := func(id, seen, near string) *Occurrence {
		return c.alike(LookAlike{ID: id, Reason: "differs in the last digit", Observed: seen, Near: near, Subject: subject})
	}
	p.ja3 = add("alike-ja3", p.tool.ja3, intruderTool.ja3)
	p.ja4 = add("alike-ja4", p.tool.ja4, intruderTool.ja4)
	p.sha2 = add("alike-certificate", p.cert, intruderCert)
	return p
}

// otherDigit changes the last hex digit.
func otherDigit(s string) string {
	last := "1"
	if strings.HasSuffix(s, last) {
		last = "2"
	}
	return s[:len(s)-1] + last
}

func (p *alikeHandshakes) play(s *slot) {
	for _, at := range p.calls.due(s) {
		to := placeOf(55)
		t := p.secure(at, p.site.host("nms-2").v4, to.v4, 443, &handshake{client: &p.tool, server: to.name, cert: p.cert}, 1500, 8000, p.upTo(time.Minute))
		s.talk(t.mark(p.ja3, inTLS).mark(p.ja4, inTLS).mark(p.sha2, inCert))
	}
}

// alikeDownloads: another path at the host of a published URL, and a file name that contains a
// published one.
type alikeDownloads struct {
	*cast
	fetches   schedule
	url, file *Occurrence
}

func newAlikeDownloads(c *cast) part {
	subject := c.site.host("jump-2").v4.String()
	return &alikeDownloads{
		cast: c, fetches: c.series(c.moment(0, 17*time.Hour), 3, 21*time.Minute),
		url: c.alike(LookAlike{
			ID: "alike-url", Reason: "same host, a path that begins with the published one",
			Observed: "files.drizzlepier.example/pkg/agent.tgz.sig", Near: "http://files.drizzlepier.example/pkg/agent.tgz", Subject: subject,
		}),
		file: c.alike(LookAlike{
			ID: "alike-file", Reason: "a file name that ends with the published one",
			Observed: "my-tidepool-agent.tgz", Near: "tidepool-agent.tgz", Subject: subject,
		}),
	}
}

func (p *alikeDownloads) play(s *slot) {
	for _, at := range p.fetches.due(s) {
		t := p.fetch(at, p.site.host("jump-2").v4, netip.MustParseAddr("203.0.113.50"), &request{
			method: "GET", host: "files.drizzlepier.example",
			uri: "/pkg/agent.tgz.sig", agent: machine.agent, status: 200, mime: "text/plain", file: "my-tidepool-agent.tgz",
		}, 512)
		s.talk(t.mark(p.url, inHTTP).mark(p.file, inHTTP))
	}
}

// withheldValues: published values that are not to be hunted, and occur.
type withheldValues struct {
	*cast
	calls schedule
	what  []*indicator
	not   []*Occurrence
	step  int
}

var withheldReasons = map[withheld]string{
	deleted:    "the attribute is deleted",
	contextual: "to_ids is false",
	revoked:    "the indicator is revoked",
	joint:      "one side of an AND: means nothing alone",
	commented:  "stands in a comment of the list",
}

func newWithheld(c *cast) part {
	p := &withheldValues{cast: c}
	for _, x := range indicators {
		if x.withheld != huntable {
			p.what = append(p.what, x)
			p.not = append(p.not, c.alike(LookAlike{
				ID: x.key, Reason: withheldReasons[x.withheld], Observed: x.value, Near: x.value,
				Subject: c.site.host("dns-1").v4.String(),
			}))
		}
	}
	p.calls = c.series(c.moment(0, 10*time.Hour), 2*len(p.what), 41*time.Minute)
	return p
}

func (p *withheldValues) play(s *slot) {
	from := p.site.host("dns-1").v4
	for _, at := range p.calls.due(s) {
		n := p.step % len(p.what)
		p.step++
		to, err := netip.ParseAddr(p.what[n].value)
		if err != nil {
			s.talk(p.ask(at, from, p.what[n].value, "A", "NXDOMAIN").mark(p.not[n], inDNS))
			continue
		}
		s.talk(p.call(at, from, to, 53, protoUDP).answer("dns", 60, 120, p.upTo(40*time.Millisecond)).mark(p.not[n], asEnd))
	}
}
