package sigma

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"stormglass/content"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// corpus makes rules in the mix of log sources, modifiers and conditions that the public rules have (methods.md, 1.1), of made-up words.
type corpus struct {
	*rand.Rand
	words []string
	plain []string // that no rule looks for
}

func newCorpus(seed uint64) *corpus {
	c := &corpus{Rand: rand.New(rand.NewPCG(seed, 7))}
	syllables := strings.Fields("po wer shell run dll net whoa mi cert util reg svr sc task bit admin sys host proc dump mim kat rub eus inv oke web req uest down load exec pay lo ad temp user data pub lic log win dow chr ome edge upd ate serv ice conf ig key pass cred vault min er loc ker back door bea con")
	seen := map[string]bool{}
	for len(c.words) < 1500 {
		var b strings.Builder
		for range 2 + c.IntN(3) {
			b.WriteString(syllables[c.IntN(len(syllables))])
		}
		if w := b.String(); !seen[w] {
			seen[w] = true
			c.words = append(c.words, w)
		}
	}
	for len(c.plain) < 6000 {
		var b strings.Builder
		for range 3 + c.IntN(7) {
			b.WriteByte("etaoinshrdlucmfwypvbgkjqxz"[int(26*c.Float64()*c.Float64())])
		}
		c.plain = append(c.plain, b.String())
	}
	return c
}

// word gives one of the corpus' words, the first ones most often, as tools that everybody uses.
func (c *corpus) word() string {
	n := float64(len(c.words))
	f := c.Float64()
	return c.words[int(n*f*f)]
}

// seen gives a word as events hold them: one in eight is one that rules look for.
func (c *corpus) seen() string {
	if c.IntN(8) == 0 {
		return c.word()
	}
	return c.plain[c.IntN(len(c.plain))]
}

func (c *corpus) pick(s ...string) string { return s[c.IntN(len(s))] }

func (c *corpus) upper(s string) string {
	if s != "" && c.IntN(3) == 0 {
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// literal gives a value as rules hold it for a modifier.
func (c *corpus) literal(modifier string) string {
	w := c.upper(c.word())
	switch modifier {
	case "endswith":
		return `\` + w + c.pick(".exe", ".exe", ".exe", ".dll", ".ps1")
	case "startswith":
		return `C:\` + c.upper(c.word()) + `\`
	case "contains":
		return c.pick(" -"+w, " /"+w+" ", `\`+w+`\`, w, w+" "+c.word(), w+".", "http://"+w)
	}
	return w
}

// logSource is a log source of the corpus, how many of 1,000 rules have it, and its fields with their modifiers.
type logSource struct {
	share  int
	source string
	fields []string
}

var logSources = []logSource{
	{430, "{product: windows, category: process_creation}", []string{"Image|endswith", "Image|endswith", "CommandLine|contains", "CommandLine|contains", "CommandLine|contains|all", "ParentImage|endswith", "OriginalFileName", "CommandLine|contains|windash", "CommandLine|re", "User|contains"}},
	{65, "{product: windows, category: file_event}", []string{"TargetFilename|endswith", "TargetFilename|contains", "Image|endswith", "TargetFilename|startswith"}},
	{60, "{product: windows, category: registry_set}", []string{"TargetObject|contains", "TargetObject|endswith", "Details|contains", "Image|endswith", "Details"}},
	{50, "{product: windows, category: ps_script}", []string{"ScriptBlockText|contains", "ScriptBlockText|contains|all", "ScriptBlockText|re"}},
	{35, "{product: windows, category: image_load}", []string{"ImageLoaded|endswith", "Image|endswith", "Signed"}},
	{20, "{product: windows, category: network_connection}", []string{"Image|endswith", "DestinationPort", "DestinationIp|cidr", "DestinationHostname|endswith"}},
	{10, "{product: windows, category: dns_query}", []string{"QueryName|contains", "QueryName|endswith", "Image|endswith"}},
	{90, "{product: windows, service: security}", []string{"EventID", "ObjectName|contains", "SubjectUserName", "ProcessName|endswith"}},
	{30, "{product: windows, service: system}", []string{"EventID", "ServiceName|contains", "ImagePath|contains"}},
	{60, "{product: linux, category: process_creation}", []string{"Image|endswith", "CommandLine|contains", "CommandLine|contains|all"}},
	{20, "{product: linux, service: auditd}", []string{"type", "a0", "a1|contains", "name|startswith"}},
	{35, "{product: azure, service: auditlogs}", []string{"properties.message", "operationName", "Status"}},
	{20, "{product: aws, service: cloudtrail}", []string{"eventSource", "eventName", "errorCode"}},
	{20, "{category: webserver}", []string{"cs-uri-query|contains", "cs-method", "sc-status", "cs-uri-stem|endswith"}},
	{20, "{category: proxy}", []string{"c-useragent|contains", "c-uri|contains", "cs-host|endswith"}},
	{8, "{category: dns}", []string{"query|contains", "query|endswith", "record_type"}},
	{7, "{category: firewall}", []string{"dst_port", "dst_ip|cidr", "action"}},
	{12, "{product: cisco, service: aaa}", []string{"", ""}},
	{8, "{product: zeek, service: http}", []string{"uri|contains", "host|endswith"}},
}

// rules gives n documents.
func (c *corpus) rules(n int, of []logSource) string {
	total := 0
	for _, s := range of {
		total += s.share
	}
	var b strings.Builder
	for i := range n {
		at := c.IntN(total)
		for _, s := range of {
			if at -= s.share; at < 0 {
				c.rule(&b, i, s)
				break
			}
		}
	}
	return b.String()
}

func (c *corpus) rule(b *strings.Builder, i int, s logSource) {
	fmt.Fprintf(b, "---\ntitle: Rule %d\nid: %08x-0000-4000-8000-%012x\nstatus: test\nlogsource: %s\nlevel: %s\ndetection:\n", i, i, i, s.source, c.pick("low", "medium", "high"))
	if s.fields[0] == "" {
		fmt.Fprintf(b, "  keywords:\n")
		for range 2 + c.IntN(8) {
			fmt.Fprintf(b, "    - '%s %s'\n", c.word(), c.word())
		}
		b.WriteString("  condition: keywords\n")
		return
	}
	selections, filters := 1+c.IntN(3), max(c.IntN(5)-2, 0)
	for n := range selections {
		c.selection(b, fmt.Sprintf("selection_%d", n), s, 1+c.IntN(2))
	}
	for n := range filters {
		c.selection(b, fmt.Sprintf("filter_main_%d", n), s, 1+c.IntN(2))
	}
	condition := c.pick("all of selection_*", "1 of selection_*", "all of selection_*")
	if filters > 0 {
		condition += " and not 1 of filter_main_*"
	}
	fmt.Fprintf(b, "  condition: %s\n", condition)
}

func (c *corpus) selection(b *strings.Builder, name string, s logSource, items int) {
	fmt.Fprintf(b, "  %s:\n", name)
	used := map[string]bool{}
	for range items {
		field := s.fields[c.IntN(len(s.fields))]
		if used[field] {
			continue
		}
		used[field] = true
		values := 1
		if c.IntN(2) == 0 || strings.HasSuffix(field, "|all") {
			values = 2 + c.IntN(6)
		}
		fmt.Fprintf(b, "    %s:\n", field)
		for range values {
			fmt.Fprintf(b, "      - '%s'\n", c.value(field))
		}
	}
}

func (c *corpus) value(field string) string {
	_, modifiers, _ := strings.Cut(field, "|")
	first, _, _ := strings.Cut(modifiers, "|")
	switch {
	case first == "re":
		return c.pick("(?i)", "") + c.word() + `[a-z0-9]{2,8}\s+-` + c.word()
	case first == "cidr":
		return fmt.Sprintf("10.%d.0.0/16", c.IntN(256))
	case field == "EventID":
		return strconv.Itoa(4600 + c.IntN(400))
	case field == "sc-status":
		return c.pick("200", "404", "500")
	case strings.Contains(strings.ToLower(field), "port"):
		return c.pick("22", "445", "3389", "8080", "4444")
	case field == "cs-method":
		return c.pick("GET", "POST")
	}
	return c.literal(first)
}

// corpusProgram compiles n rules of a mix.
func corpusProgram(t testing.TB, c *corpus, n int, of []logSource) *Program {
	t.Helper()
	rules, complaints := rule.Parse("corpus.yml", []byte(c.rules(n, of)))
	for _, complaint := range complaints[:min(len(complaints), 5)] {
		t.Errorf("complaint: %s", complaint)
	}
	set, _ := pipeline.Load(content.Pipelines())
	all := &rule.Collection{Rules: rules}
	all.Resolve()
	return Compile(all, set, Options{})
}

// events gives a batch of kind events of what a Windows collector, Linux hosts and routers send.
func (c *corpus) events(n int) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	for range n {
		switch k := c.IntN(100); {
		case k < 55:
			c.sysmon(b, "1", "Image", c.path(), "CommandLine", c.command(), "ParentImage", c.path(), "ParentCommandLine", c.command(), "User", `CORP\`+c.seen(),
				"OriginalFileName", c.seen()+".exe", "CurrentDirectory", `C:\Windows\system32\`, "IntegrityLevel", "Medium",
				"Hashes", "MD5=1E51483B451829355585FCF1C08506A2,SHA256=B42CB4F7C7F085403E2E4FA58DF1F5E781807BC13021EA982BA0ECEA3E97352F")
		case k < 65:
			c.sysmon(b, "11", "Image", c.path(), "TargetFilename", c.path())
		case k < 75:
			c.sysmon(b, "13", "Image", c.path(), "TargetObject", `HKLM\SOFTWARE\Microsoft\`+c.seen()+`\`+c.seen(), "Details", c.command())
		case k < 80:
			c.sysmon(b, "7", "Image", c.path(), "ImageLoaded", c.path(), "Signed", "true")
		case k < 85:
			c.sysmon(b, "3", "Image", c.path(), "DestinationIp", fmt.Sprintf("10.%d.3.4", c.IntN(256)), "DestinationPort", c.pick("443", "445", "80"))
		case k < 92:
			c.windows(b, "Security", strconv.Itoa(4600+c.IntN(400)), "SubjectUserName", c.seen(), "ObjectName", c.path(), "ProcessName", c.path())
		default:
			event(b, fmt.Sprintf("<189>%d: %s: Jun  3 10:11:12.345: %%SYS-5-CONFIG_I: %s", c.IntN(1e6), c.seen(), c.command()), "message", c.command())
		}
	}
	return b
}

func (c *corpus) sysmon(b *telemetry.Batch, id string, pairs ...string) {
	c.windows(b, "Microsoft-Windows-Sysmon/Operational", id, pairs...)
}

func (c *corpus) windows(b *telemetry.Batch, channel, id string, pairs ...string) {
	all := []string{
		"winlog.channel", channel, "event.code", id, "winlog.event_id", id, "winlog.provider_name", "Microsoft-Windows-Sysmon", "winlog.computer_name", "host7.corp.example",
		"winlog.record_id", strconv.Itoa(c.IntN(1e6)), "winlog.process.pid", "4584",
	}
	var raw strings.Builder
	raw.WriteString(`{"winlog":{"channel":"` + channel + `"`)
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, "winlog.event_data."+pairs[i], pairs[i+1])
		raw.WriteString(`,"` + pairs[i] + `":"` + strings.ReplaceAll(pairs[i+1], `\`, `\\`) + `"`)
	}
	event(b, raw.String()+"}}", all...)
}

func (c *corpus) path() string {
	return `C:\` + c.pick("Windows", "Program Files", "Users") + `\` + c.pick("System32", c.seen()) + `\` + c.seen() + c.pick(".exe", ".dll", ".tmp")
}

func (c *corpus) command() string {
	words := []string{c.path()}
	for range 2 + c.IntN(5) {
		words = append(words, c.pick("-", "/", "")+c.seen()+c.pick("", "="+c.seen(), " "+c.seen()))
	}
	return strings.Join(words, " ")
}

// questions gives a batch of DNS questions.
func (c *corpus) questions(n int) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindDNS}
	for range n {
		d := &b.DNS[b.Append(uint64(b.Len()+1))]
		c.ends(&d.Ends, 17, 53)
		d.Query, d.QType, d.RCode = c.seen()+"."+c.seen()+".example", c.pick("A", "AAAA", "TXT", "HTTPS"), "NOERROR"
	}
	return b
}

// requests gives a batch of HTTP requests.
func (c *corpus) requests(n int) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindHTTP}
	for range n {
		h := &b.HTTP[b.Append(uint64(b.Len()+1))]
		c.ends(&h.Ends, 6, 80)
		h.Method, h.Status, h.Host = c.pick("GET", "GET", "POST"), 200, c.seen()+".example"
		h.URI = "/" + c.seen() + "/" + c.seen() + "?" + c.seen() + "=" + c.seen()
		h.UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	}
	return b
}

func (c *corpus) ends(e *telemetry.Ends, proto uint8, port uint16) {
	e.Src = netip.AddrFrom4([4]byte{10, byte(c.IntN(256)), byte(c.IntN(256)), byte(c.IntN(256))})
	e.Dst = netip.AddrFrom4([4]byte{byte(11 + c.IntN(200)), byte(c.IntN(256)), byte(c.IntN(256)), byte(c.IntN(256))})
	e.SrcPort, e.DstPort, e.Proto = uint16(1024+c.IntN(60000)), port, proto
}
