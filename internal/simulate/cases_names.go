package simulate

import (
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"
)

// newCaseNames are the cases of DNS.
func newCaseNames(c *cast) part {
	p := newPlan(c)

	server := p.site.host("med-2").v4
	carrier := p.deed(Case{
		ID: "DNS-01", What: "med-2 carries data out in names below t.quillbay.example", Subject: server.String(), Names: []string{"med-2", "quillbay.example"},
		Also: []string{"DNS-02"}, Observed: []string{server.String() + " + t.quillbay.example"},
	})
	p.every(p.on(23, 2, 0), 460, 6*time.Second, 2*time.Second, func(s *slot, at time.Time) {
		kind := []string{"TXT", "NULL"}[p.rng.IntN(2)]
		t := p.ask(at, server, p.carried()+".t.quillbay.example", kind, "NOERROR", p.carried())
		s.talk(t.mark(carrier, inDNS))
	})

	store := p.site.host("cdr-1").v4
	fresh := p.deed(Case{
		ID: "DNS-02", What: "cdr-1 asks for a domain that no call-record store ever asked for", Subject: store.String(), Names: []string{"cdr-1", "marlowbank.example"},
		Observed: []string{store.String() + " + sync.marlowbank.example"},
	})
	p.every(p.on(24, 5, 20), 3, 30*time.Minute, time.Minute, func(s *slot, at time.Time) {
		s.talk(p.ask(at, store, "sync.marlowbank.example", "A", "NOERROR", hostile(22).String()).mark(fresh, inDNS))
	})

	roaming, shell := p.site.host("edns-1").v4, hostile(23)
	edns := p.deed(Case{
		ID: "DNS-03", What: "the roaming DNS opens SSH to a machine outside", Subject: roaming.String(), Names: []string{"edns-1", shell.String()},
		Observed: []string{roaming.String() + " + " + shell.String()},
	})
	p.every(p.on(25, 3, 5), 3, 20*time.Minute, time.Minute, func(s *slot, at time.Time) {
		s.talk(p.call(at, roaming, shell, 22, protoTCP).answer("ssh", 20_000, 300_000, 6*time.Minute).mark(edns, inFlow))
	})

	manager := p.site.host("cfg-1").v4
	name := "k7.relay." + indicatorOf("lookup-domain").value
	known := p.deed(Case{
		ID: "DNS-04", What: "cfg-1 looks up a name below a published domain", Subject: manager.String(), Names: []string{"cfg-1", name},
		Also: []string{"DNS-02"}, Observed: []string{manager.String() + " + " + name},
	})
	hit := p.plant("case-lookup", "lookup-domain", Planted{
		What: "cfg-1 looks up a name below a domain of the intruder's", Techniques: []string{"T1071.004"}, Form: FormSubdomain,
		Observed: name, Role: WeCalled, Subject: manager.String(),
	})
	p.every(p.on(26, 6, 30), 4, 20*time.Minute, time.Minute, func(s *slot, at time.Time) {
		s.talk(p.ask(at, manager, name, "A", "NOERROR", hostile(24).String()).mark(known, inDNS).mark(hit, inDNS))
	})
	return p
}

// carried makes two labels that hold data.
func (p *plan) carried() string {
	var b []byte
	for range 7 {
		b = binary.BigEndian.AppendUint64(b, p.rng.Uint64())
	}
	text := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
	return text[:45] + "." + text[45:]
}
