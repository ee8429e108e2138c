package hunt

import (
	"net/netip"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// The pools from which batches and indicators are drawn, so that they often meet.
var (
	poolAddrs = []string{
		"10.0.0.1", "10.0.0.2", "192.168.7.9", "198.51.100.7", "198.51.100.8", "203.0.113.9", "::ffff:198.51.100.7", "2001:db8::1", "2001:db8::2", "fe80::1%eth0", "0.0.0.0",
	}
	poolNames = []string{
		"evil.example", "EVIL.example", "a.evil.example", "b.a.evil.example.", "notevil.example", "example", "localhost", "bücher.example", "xn--bcher-kva.example",
		"two words.evil.example", "\x01\x02.evil.example", "a..evil.example", ".evil.example", "evil.example..", "*.evil.example", "co.uk", "x.co.uk", "192.0.2.1", "", ".", "..", " ", "a b",
		strings.Repeat("x", 60) + "." + strings.Repeat(strings.Repeat("y", 60)+".", 5) + "evil.example", strings.Repeat("a.", 124) + "evil.example", "_dmarc.evil.example", "\xff.evil.example",
	}
	poolPaths = []string{"/", "", "/x/Tool.bin", "/x/tool.bin?id=1", "/x/Tool.bin?", "/a b", "/%zz", "?q", "/" + strings.Repeat("p", maxObserved) + "?x", "/x?" + strings.Repeat("p", maxObserved)}
	poolHash  = []string{
		"0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789abcdef", strings.Repeat("ab", 20), strings.Repeat("AB", 32), strings.Repeat("0c", 64), "none", "-",
		strings.Repeat("z", 32), strings.Repeat("ab", 31),
	}
	poolJA4   = []string{"t13d1516h2_8daaf6152771_e5627efa2ab1", "T13D1516H2_8daaf6152771_e5627efa2ab1", "-", ""}
	poolFiles = []string{`C:\tmp\Tool.BIN`, "/tmp/tool.bin", "tool.bin", "a/", "x", ""}
	poolMails = []string{"Boss <spy@evil.example>", "SPY@Evil.example", "spy[@]evil[.]example", "a@münchen.example"}
	poolHosts = []string{"rtr1", "198.51.100.8", "", "rtr1.example", "imsi=001010123456789"}
)

func drawText(t *rapid.T, label string) string {
	n := rapid.IntRange(0, 6).Draw(t, label)
	words := make([]string, 0, n)
	for range n {
		a, name := rapid.SampledFrom(poolAddrs).Draw(t, "a"), rapid.SampledFrom(poolNames).Draw(t, "n")
		path := rapid.SampledFrom(poolPaths).Draw(t, "p")
		words = append(words, rapid.SampledFrom([]string{
			a, a + ":443", a + "/24", "SRC=" + a, "[" + a + "]:80", name, strings.ReplaceAll(name, ".", "[.]"), "http://" + name + path, "hxxps[:]//" + strings.ReplaceAll(name, ".", "[.]") + ":8443" + path,
			"http://" + name + ":80" + path, "https://" + name + ":443" + path, "http://u:p@" + name + path, "http://" + a + path, "ftp://" + name + ":21/x",
			rapid.SampledFrom(poolHash).Draw(t, "h"), rapid.SampledFrom(poolJA4).Draw(t, "j"), rapid.SampledFrom(poolMails).Draw(t, "m"), rapid.SampledFrom(poolFiles).Draw(t, "f"), "word", "198.51.100.0/25", "2001:db8::/40",
		}).Draw(t, "w"))
	}
	return strings.Join(words, rapid.SampledFrom([]string{" ", ", ", "|", "\n"}).Draw(t, "sep"))
}

func drawAddr(t *rapid.T) netip.Addr {
	if rapid.IntRange(0, 9).Draw(t, "none") == 0 {
		return netip.Addr{}
	}
	return netip.MustParseAddr(rapid.SampledFrom(poolAddrs).Draw(t, "addr"))
}

func drawEnds(t *rapid.T) telemetry.Ends {
	local := func() telemetry.Local { return telemetry.Local(rapid.IntRange(0, 2).Draw(t, "local")) }
	port := func() uint16 { return rapid.SampledFrom([]uint16{0, 80, 443, 8080, 40000}).Draw(t, "port") }
	return telemetry.Ends{Src: drawAddr(t), Dst: drawAddr(t), SrcPort: port(), DstPort: port(), Proto: 6, SrcLocal: local(), DstLocal: local()}
}

func drawTexts(t *rapid.T, b *telemetry.Batch, draw func() string) telemetry.Span {
	var s telemetry.Span
	for range rapid.IntRange(0, 4).Draw(t, "texts") {
		b.AddText(&s, draw())
	}
	return s
}

func drawPairs(t *rapid.T, b *telemetry.Batch) telemetry.Span {
	var s telemetry.Span
	for range rapid.SampledFrom([]int{0, 0, 1, 2, 12}).Draw(t, "pairs") {
		name := rapid.SampledFrom([]string{"message", "file.path", "zeek.Action", "action", "attachment", "name", "url.original"}).Draw(t, "field")
		text := drawText(t, "pair")
		if rapid.IntRange(0, 3).Draw(t, "act") == 0 {
			text = rapid.SampledFrom([]string{"Deny", "allow", "tool.bin", `C:\x\Tool.bin`}).Draw(t, "action")
		}
		b.AddPair(&s, telemetry.FieldNamed(name), text)
	}
	return s
}

// drawBatch makes a batch of a kind, whose records hold values of the pools.
func drawBatch(t *rapid.T) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.Kind(rapid.IntRange(0, int(telemetry.KindEvent)).Draw(t, "kind")), Source: &telemetry.Source{Name: "made.log"}}
	of := func(pool []string) string { return rapid.SampledFrom(pool).Draw(t, "text") }
	answer := func() telemetry.Answer { return telemetry.Answer(rapid.IntRange(0, 3).Draw(t, "answer")) }
	addrOrName := func() string { return of(slices.Concat(poolAddrs, poolNames)) }
	for range rapid.IntRange(1, 4).Draw(t, "records") {
		i := b.Append(1)
		b.Head(i).Extra = drawPairs(t, b)
		if e := b.Ends(i); e != nil {
			*e = drawEnds(t)
		}
		switch b.Kind { //nolint:exhaustive // kinds without a decoder have no records
		case telemetry.KindFlow:
			f := &b.Flow[i]
			f.Answered, f.OneWay, f.TCPFlags = answer(), rapid.Bool().Draw(t, "oneway"), rapid.SampledFrom([]uint8{0, 2, 0x12}).Draw(t, "flags")
		case telemetry.KindDNS:
			b.DNS[i].Query, b.DNS[i].Answers = of(poolNames), drawTexts(t, b, addrOrName)
		case telemetry.KindHTTP:
			h := &b.HTTP[i]
			h.Host = of(slices.Concat(poolNames, poolAddrs, []string{"evil.example:8080", "evil.example:80", "198.51.100.7:81", "[2001:db8::1]:80"}))
			h.URI, h.Referrer = of(append(slices.Clone(poolPaths), "evil.example:443", "http://evil.example/x/Tool.bin", "")), drawText(t, "referrer")
			h.Files = drawTexts(t, b, func() string { return of(poolFiles) })
		case telemetry.KindTLS:
			x := &b.TLS[i]
			x.ServerName, x.JA3, x.JA3S, x.JA4, x.Subject, x.Established = of(poolNames), of(poolHash), of(poolHash), of(poolJA4), drawText(t, "subject"), answer()
			x.Fingerprints = drawTexts(t, b, func() string { return of(poolHash) })
		case telemetry.KindCert:
			b.Cert[i].Fingerprint, b.Cert[i].Subject, b.Cert[i].Names = of(poolHash), drawText(t, "subject"), drawTexts(t, b, addrOrName)
		case telemetry.KindFile:
			f := &b.File[i]
			f.Name, f.MD5, f.SHA1, f.SHA256 = of(poolFiles), of(poolHash), of(poolHash), of(poolHash)
		case telemetry.KindMail:
			m := &b.Mail[i]
			m.From, m.HELO = of(poolMails), addrOrName()
			m.Addresses, m.Path = drawTexts(t, b, func() string { return of(poolMails) }), drawTexts(t, b, addrOrName)
		case telemetry.KindEvent:
			b.Event[i].Host, b.Event[i].Pairs, b.Event[i].Dataset = of(poolHosts), drawPairs(t, b), "syslog"
		}
	}
	return b
}

// poolValues are indicators of the pools.
var poolValues = func() []observable.Value {
	var out []observable.Value
	add := func(k observable.Kind, texts ...string) {
		for _, s := range texts {
			if v, err := observable.ParseAs(k, s); err == nil && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	add(observable.Addr, poolAddrs...)
	add(observable.Prefix, "198.51.100.0/24", "198.51.100.0/25", "10.0.0.0/8", "2001:db8::/32", "2001:db8::/48", "198.51.100.7/32", "::/16")
	add(observable.Domain, poolNames...)
	for _, name := range append(slices.Clone(poolNames), poolAddrs...) {
		for _, path := range poolPaths {
			add(observable.URL, "http://"+name+path, "http://"+name+":8080"+path, "https://"+name+":8443"+path)
		}
	}
	for _, k := range []observable.Kind{observable.MD5, observable.JA3, observable.SHA1, observable.SHA256, observable.SHA512} {
		add(k, poolHash...)
	}
	add(observable.JA4, poolJA4...)
	add(observable.FileName, "tool.bin", "Tool.BIN", "x")
	add(observable.Email, "spy@evil.example", "a@münchen.example")
	return out
}()

func drawNetworks(t *rapid.T) Networks {
	return rapid.SampledFrom([]Networks{{}, NewNetworks([]netip.Prefix{netip.MustParsePrefix("198.51.100.0/28")})}).Draw(t, "networks")
}
