package simulate

import (
	"net/netip"
	"time"
)

// nameLookups: a monitoring server asks for names below a domain of the intruder's, which answer
// in TXT records. Nothing is ever called.
type nameLookups struct {
	*cast
	lookups schedule
	hit     *Occurrence
}

func newNameLookups(c *cast) part {
	return &nameLookups{
		cast: c, lookups: c.series(c.moment(0.5, 9*time.Hour+47*time.Minute), 14, 11*time.Minute),
		hit: c.plant("name-lookups", "lookup-domain", Planted{
			What: "nms-1 looks up a name below a domain of the intruder's", Techniques: []string{"T1071.004"}, Form: FormSubdomain,
			Observed: "k7.relay.seabrine.example", Role: WeCalled, Subject: c.site.host("nms-1").v4.String(),
		}),
	}
}

func (p *nameLookups) play(s *slot) {
	for _, at := range p.lookups.due(s) {
		t := p.ask(at, p.site.host("nms-1").v4, "k7.relay.seabrine.example", "TXT", "NOERROR", "v="+word(p.rng.Uint64()))
		s.talk(t.mark(p.hit, inDNS))
	}
}

// tlsName: a mediation server speaks TLS with a control server that only its name gives away.
type tlsName struct {
	*cast
	calls schedule
	hit   *Occurrence
}

func newTLSName(c *cast) part {
	return &tlsName{
		cast: c, calls: c.series(c.moment(0.5, 10*time.Hour+30*time.Minute), 6, 2*time.Hour),
		hit: c.plant("tls-name", "tls-domain", Planted{
			What: "med-1 looks up a control server and speaks TLS with it", Techniques: []string{"T1071.001", "T1573.002"},
			Role: WeCalled, Subject: c.site.host("med-1").v4.String(),
		}),
	}
}

func (p *tlsName) play(s *slot) {
	from, to := p.site.host("med-1").v4, netip.MustParseAddr("198.51.100.40")
	name := indicatorOf("tls-domain").value
	for _, at := range p.calls.due(s) {
		q := p.ask(at, from, name, "A", "NOERROR", to.String())
		s.talk(q.mark(p.hit, inDNS))
		t := p.secure(at.Add(q.length+p.upTo(10*time.Millisecond)), from, to, 443, &handshake{client: &machine, server: name, cert: digest(811, 32)},
			p.amount(900, 5000), p.amount(900, 9000), 20*time.Second+p.upTo(90*time.Second))
		s.talk(t.mark(p.hit, inTLS))
	}
}

// tlsFingerprint: the intruder's own tool on a jump host, known by the shape of its handshake
// alone. JA3 and JA4 are published apart.
type tlsFingerprint struct {
	*cast
	calls    schedule
	ja3, ja4 *Occurrence
}

func newTLSFingerprint(c *cast) part {
	subject := c.site.host("jump-2").v4.String()
	techniques := []string{"T1071.001", "T1573.002"}
	return &tlsFingerprint{
		cast: c, calls: c.series(c.moment(0.5, 19*time.Hour), 5, 23*time.Minute),
		ja3: c.plant("tls-ja3", "tls-ja3", Planted{What: "jump-2 opens TLS with the intruder's tool (JA3)", Techniques: techniques, Role: WeCalled, Subject: subject}),
		ja4: c.plant("tls-ja4", "tls-ja4", Planted{What: "jump-2 opens TLS with the intruder's tool (JA4)", Techniques: techniques, Role: WeCalled, Subject: subject}),
	}
}

func (p *tlsFingerprint) play(s *slot) {
	for _, at := range p.calls.due(s) {
		t := p.secure(at, p.site.host("jump-2").v4, netip.MustParseAddr("198.51.100.41"), 443, &handshake{client: &intruderTool},
			p.amount(900, 5000), p.amount(900, 9000), 20*time.Second+p.upTo(90*time.Second))
		s.talk(t.mark(p.ja3, inTLS).mark(p.ja4, inTLS))
	}
}

// tlsCertificate: the backup server meets a certificate of the intruder's.
type tlsCertificate struct {
	*cast
	calls schedule
	hit   *Occurrence
}

func newTLSCertificate(c *cast) part {
	return &tlsCertificate{
		cast: c, calls: c.series(c.moment(0.5, 20*time.Hour+30*time.Minute), 2, 50*time.Minute),
		hit: c.plant("tls-certificate", "tls-certificate", Planted{
			What: "backup-1 is shown a certificate of the intruder's", Techniques: []string{"T1573.002"}, Role: WeCalled,
			Subject: c.site.host("backup-1").v4.String(),
		}),
	}
}

func (p *tlsCertificate) play(s *slot) {
	for _, at := range p.calls.due(s) {
		t := p.secure(at, p.site.host("backup-1").v4, netip.MustParseAddr("198.51.100.43"), 8443,
			&handshake{client: &clients[3], cert: intruderCert}, 1800, 5200, p.upTo(time.Minute))
		s.talk(t.mark(p.hit, inCert))
	}
}

// download: a jump host gets a tool by a published URL, a mediation server gets it from elsewhere
// by a published file name.
type download struct {
	*cast
	byURL, byName schedule
	url, file     *Occurrence
}

func newDownload(c *cast) part {
	return &download{
		cast: c, byURL: c.series(c.moment(0.5, 11*time.Hour+20*time.Minute), 2, 7*time.Minute),
		byName: c.series(c.moment(0.5, 12*time.Hour), 1, time.Minute),
		url: c.plant("download-url", "tool-url", Planted{
			What: "jump-1 downloads a tool", Techniques: []string{"T1105"}, Form: FormURL,
			Observed: "files.drizzlepier.example/pkg/agent.tgz", Role: WeCalled, Subject: c.site.host("jump-1").v4.String(),
		}),
		file: c.plant("download-file", "tool-file", Planted{
			What: "web-1 downloads a file with a published name", Techniques: []string{"T1105"}, Role: WeCalled,
			Subject: c.site.host("web-1").v4.String(),
		}),
	}
}

func (p *download) play(s *slot) {
	for _, at := range p.byURL.due(s) {
		from, to := p.site.host("jump-1").v4, netip.MustParseAddr("203.0.113.50")
		s.talk(p.ask(at, from, "files.drizzlepier.example", "A", "NOERROR", to.String()))
		t := p.fetch(at.Add(200*time.Millisecond), from, to, &request{
			method: "GET", host: "files.drizzlepier.example", uri: "/pkg/agent.tgz",
			agent: machine.agent, status: 200, mime: "application/x-gzip",
		}, 2_400_000)
		s.talk(t.mark(p.url, inHTTP))
	}
	for _, at := range p.byName.due(s) {
		from, to := p.site.host("web-1").v4, netip.MustParseAddr("203.0.113.52")
		t := p.fetch(at, from, to, &request{
			method: "GET", host: to.String(), uri: "/get?id=77", agent: machine.agent, status: 200,
			mime: "application/x-gzip", file: indicatorOf("tool-file").value,
		}, 2_400_000)
		s.talk(t.mark(p.file, inHTTP))
	}
}

// inPrefix: the configuration server calls an address of rented relays that are published as a
// prefix.
type inPrefix struct {
	*cast
	calls schedule
	hit   *Occurrence
}

func newInPrefix(c *cast) part {
	return &inPrefix{
		cast: c, calls: c.series(c.moment(0.5, 15*time.Hour), 4, 31*time.Minute),
		hit: c.plant("in-prefix", "relay-prefix", Planted{
			What: "cfg-1 calls an address of a published prefix", Techniques: []string{"T1090.003"}, Form: FormPrefix,
			Observed: "203.0.113.70", Role: WeCalled, Subject: c.site.host("cfg-1").v4.String(),
		}),
	}
}

func (p *inPrefix) play(s *slot) {
	for _, at := range p.calls.due(s) {
		t := p.call(at, p.site.host("cfg-1").v4, netip.MustParseAddr("203.0.113.70"), 2222, protoTCP)
		s.talk(t.answer("ssh", p.size(8000), p.size(20_000), time.Minute+p.upTo(5*time.Minute)).mark(p.hit, asEnd))
	}
}

// exfiltration: a call-record store sends gigabytes away at night, and the sensor there raises an
// alert.
type exfiltration struct {
	*cast
	loads schedule
	hit   *Occurrence
}

func newExfiltration(c *cast) part {
	return &exfiltration{
		cast: c, loads: c.series(c.moment(1, 2*time.Hour+20*time.Minute), 4, 16*time.Minute),
		hit: c.plant("exfiltration", "drop", Planted{
			What: "cdr-1 sends gigabytes to the intruder at night", Techniques: []string{"T1048.002", "T1041"}, Role: WeCalled,
			Subject: c.site.host("cdr-1").v4.String(),
		}),
	}
}

func (p *exfiltration) play(s *slot) {
	for _, at := range p.loads.due(s) {
		up := uint64(2.5e9) + p.size(3e9)
		t := p.secure(at, p.site.host("cdr-1").v4, netip.MustParseAddr(indicatorOf("drop").value), 443, &handshake{client: &machine},
			up, up/700, 6*time.Minute+p.upTo(8*time.Minute))
		t.alert = &alert{id: 9000001, signature: "SIMULATED large upload from call-record store", category: "Potentially Bad Traffic", severity: 2}
		s.talk(t.mark(p.hit, asEnd))
	}
}

// ipv6C2: a router and a monitoring server reach a control server over IPv6; the server learns its
// address from an AAAA record.
type ipv6C2 struct {
	*cast
	calls          schedule
	router, server *Occurrence
}

func newIPv6C2(c *cast) part {
	techniques := []string{"T1071.001", "T1095"}
	return &ipv6C2{
		cast: c, calls: c.series(c.moment(1, 4*time.Hour), 5, 73*time.Minute),
		router: c.plant("ipv6-c2-router", "ipv6-c2", Planted{
			What: "edge-r3 calls a control server over IPv6", Techniques: techniques,
			Role: WeCalled, Subject: c.site.device("edge-r3").v6.String(),
		}),
		server: c.plant("ipv6-c2-server", "ipv6-c2", Planted{
			What: "nms-2 is given the control server's IPv6 address and calls it", Techniques: techniques,
			Role: WeCalled, Subject: c.site.host("nms-2").v6.String(),
		}),
	}
}

func (p *ipv6C2) play(s *slot) {
	to := netip.MustParseAddr(indicatorOf("ipv6-c2").value)
	for _, at := range p.calls.due(s) {
		t := p.call(at, p.site.device("edge-r3").v6, to, 8443, protoTCP)
		s.talk(t.answer("", p.amount(300, 900), p.amount(200, 2500), 5*time.Second+p.upTo(time.Minute)).mark(p.router, asEnd))
		from := p.site.host("nms-2").v6
		q := p.ask(at.Add(time.Minute), from, "time.gullwing.example", "AAAA", "NOERROR", to.String())
		s.talk(q.mark(p.server, inAnswer))
		x := p.secure(at.Add(time.Minute+q.length+p.upTo(10*time.Millisecond)), from, to, 443, &handshake{client: &machine, server: "time.gullwing.example"},
			p.amount(900, 5000), p.amount(900, 9000), 20*time.Second+p.upTo(90*time.Second))
		s.talk(x.mark(p.server, asEnd))
	}
}

// pastValidity: an address that was the intruder's last year calls the website, as anybody may.
type pastValidity struct {
	*cast
	calls schedule
	hit   *Occurrence
}

func newPastValidity(c *cast) part {
	return &pastValidity{
		cast: c, calls: c.series(c.moment(1, 9*time.Hour+15*time.Minute), 3, 12*time.Minute),
		hit: c.plant("past-validity", "past", Planted{
			What: "an address that was the intruder's until months ago calls web-1", Techniques: []string{"T1595.002"}, Role: CalledUs,
			Subject: c.site.host("web-1").v4.String(),
		}),
	}
}

func (p *pastValidity) play(s *slot) {
	for _, at := range p.calls.due(s) {
		t := p.secure(at, netip.MustParseAddr(indicatorOf("past").value), p.site.host("web-1").v4, 443,
			&handshake{client: &clients[0], server: "www." + operatorDomain, cert: digest(61, 32)}, 1400, 30_000, p.upTo(20*time.Second))
		s.talk(t.mark(p.hit, asEnd))
	}
}

// onWarningList: values that hasty lists publish although they belong to a content network, which
// a warning list knows.
type onWarningList struct {
	*cast
	calls         schedule
	address, name *Occurrence
}

func newOnWarningList(c *cast) part {
	subject := c.site.host("mail-1").v4.String()
	return &onWarningList{
		cast: c, calls: c.series(c.moment(1, 10*time.Hour+40*time.Minute), 3, 21*time.Minute),
		address: c.plant("on-list-address", "on-list-address", Planted{
			What:       "mail-1 calls an address of a content network that a list publishes",
			Techniques: []string{}, Role: WeCalled, Subject: subject,
		}),
		name: c.plant("on-list-domain", "on-list-domain", Planted{
			What:       "mail-1 loads from a name at a content network that a list publishes",
			Techniques: []string{}, Role: WeCalled, Subject: subject,
		}),
	}
}

func (p *onWarningList) play(s *slot) {
	from, to := p.site.host("mail-1").v4, netip.MustParseAddr(indicatorOf("on-list-address").value)
	name := indicatorOf("on-list-domain").value
	for _, at := range p.calls.due(s) {
		q := p.ask(at, from, name, "A", "NOERROR", to.String())
		s.talk(q.mark(p.name, inDNS).mark(p.address, inAnswer))
		t := p.secure(at.Add(q.length+p.upTo(time.Millisecond)), from, to, 443, &handshake{client: &machine, server: name}, 1200, 60_000, p.upTo(20*time.Second))
		s.talk(t.mark(p.name, inTLS).mark(p.address, asEnd))
	}
}
