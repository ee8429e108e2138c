package telemetry

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/datatest"
)

// secretForms are texts that hold a secret or a subscriber's number in a form that Redact knows.
var secretForms = func() []string {
	var out []string
	for _, tt := range secretTexts {
		out = append(out, planted(tt.in, "Sw0rdfish"))
	}
	for _, tt := range numberTexts {
		out = append(out, tt.in)
	}
	return out
}()

// afterNames are texts that are taken otherwise after a name than on their own.
var afterNames = []string{
	"PWD=/home/op", "OLDPWD=~/x", "PASS s3cretpw", "-u op:s3cretpw", "op:s3cretpw@h.example:8080 x", "-p s3cretpw", "key s3cretpw", "user u auth md5 s3cretpw", "number 4915112345678", "4915112345678", "abcdef0123", "65000:1",
}

func drawScrubText(t *rapid.T, label string) string {
	switch rapid.IntRange(0, 4).Draw(t, label) {
	case 0:
		return ""
	case 1:
		return rapid.SampledFrom(plainTexts).Draw(t, "plain")
	case 2:
		return rapid.SampledFrom(plainTexts).Draw(t, "before") + rapid.SampledFrom([]string{" ", "\n", ",", "&", ""}).Draw(t, "sep") + rapid.SampledFrom(secretForms).Draw(t, "secret")
	}
	return rapid.SampledFrom(slices.Concat(secretForms, afterNames)).Draw(t, "secret")
}

// scrubbedNames are names of fields of every kind that tells something of a text, and of others.
var scrubbedNames = []string{
	"message", "zeek.ftp.password", "password", "token", "auth.token_type", "authorization", "zeek.snmp.community", "imsi", "msisdn", "radius.calling_station_id", "user.name",
	"radius.key", "key", "ki", "snmp-server", "total_bytes", "bytes", "number", "calling number", "imsi=001010123456789", "-U", "--user", "a--user", "1-2", "ssh", "sshpass", "radius", "tacacs.server", "snmp", "community", "@timestamp", "a b", `q"uote`, "caller", "",
}

// fillTexts sets every text of a value, structures within included.
func fillTexts(v reflect.Value, draw func() string) {
	for _, f := range v.Fields() {
		switch f.Kind() { //nolint:exhaustive // the others are no text and hold none
		case reflect.String:
			f.SetString(draw())
		case reflect.Struct:
			if f.Type() != reflect.TypeFor[netip.Addr]() && f.Type() != reflect.TypeFor[Span]() {
				fillTexts(f, draw)
			}
		}
	}
}

func drawScrubBatch(t *rapid.T) *Batch {
	b := &Batch{Kind: Kind(rapid.IntRange(0, int(KindEvent)).Draw(t, "kind")), Source: &Source{Name: "imsi-001010123456789.log"}}
	for n := range rapid.IntRange(1, 3).Draw(t, "records") {
		i := b.Append(uint64(n))
		fillTexts(recordOf(b, i), func() string { return drawScrubText(t, "text") })
		for range rapid.IntRange(0, 3).Draw(t, "extra") {
			b.AddPair(&b.Head(i).Extra, FieldNamed(rapid.SampledFrom(scrubbedNames).Draw(t, "name")), drawScrubText(t, "pair"))
		}
		var texts Span
		for range rapid.IntRange(0, 3).Draw(t, "texts") {
			b.AddText(&texts, drawScrubText(t, "member"))
		}
		setTexts(b, i, texts)
		if b.Kind == KindEvent {
			for range rapid.IntRange(0, 3).Draw(t, "pairs") {
				b.AddPair(&b.Event[i].Pairs, FieldNamed(rapid.SampledFrom(scrubbedNames).Draw(t, "name")), drawScrubText(t, "pair"))
			}
		}
	}
	return b
}

// recordOf gives record i of a batch, as a structure that can be set.
func recordOf(b *Batch, i int) reflect.Value {
	return reflect.ValueOf(b).Elem().FieldByName([...]string{"Flow", "DNS", "HTTP", "TLS", "Cert", "File", "Mail", "Event"}[b.Kind]).Index(i)
}

func setTexts(b *Batch, i int, s Span) {
	switch b.Kind { //nolint:exhaustive // the others have no texts
	case KindDNS:
		b.DNS[i].Answers = s
	case KindHTTP:
		b.HTTP[i].Files = s
	case KindTLS:
		b.TLS[i].Fingerprints = s
	case KindCert:
		b.Cert[i].Names = s
	case KindMail:
		b.Mail[i].Addresses = s
	}
}

// kept are the texts of records that Scrub leaves as they are.
var kept = map[string]bool{
	"UID": true, "Service": true, "State": true, "CommunityID": true, "QType": true, "RCode": true, "Method": true, "Version": true, "Cipher": true, "JA3": true, "JA3S": true, "JA4": true,
	"Fingerprint": true, "Serial": true, "MIME": true, "MD5": true, "SHA1": true, "SHA256": true, "Protocol": true,
}

// fieldOfText says under which name a text of a record is scrubbed.
var fieldOfText = map[string]FieldID{
	"Query": FieldDNSQuestionName, "Host": FieldURLDomain, "URI": FieldURLOriginal, "Referrer": FieldHTTPReferrer, "UserAgent": FieldUserAgent, "UserName": FieldUserName,
	"ServerName": FieldTLSServerName, "Subject": FieldTLSSubject, "Issuer": FieldTLSIssuer, "Name": FieldFileName, "From": FieldMailFrom, "HELO": FieldMailHELO,
	"MessageID": FieldMailMessageID, "Dataset": FieldDataset, "Raw": FieldOriginal,
}

// compareTexts holds each text of a record against what it was.
func compareTexts(t *rapid.T, was, is reflect.Value) {
	for i := range was.NumField() {
		name := was.Type().Field(i).Name
		switch f := was.Field(i); {
		case f.Kind() == reflect.Struct && f.Type() != reflect.TypeFor[netip.Addr]():
			compareTexts(t, f, is.Field(i))
		case f.Kind() != reflect.String:
			if !reflect.DeepEqual(f.Interface(), is.Field(i).Interface()) {
				t.Fatalf("%s changed: %v to %v", name, f, is.Field(i))
			}
		case kept[name]:
			if f.String() != is.Field(i).String() {
				t.Fatalf("%s changed: %q to %q", name, f, is.Field(i))
			}
		case name == "Raw":
			if got := is.Field(i).String(); HoldsSecret(got) || HoldsSubscriber(got) {
				t.Fatalf("raw %q holds a secret: %q", f, got)
			}
		default:
			if want := redactedAs(fieldOfText[name].String(), f.String()); is.Field(i).String() != want {
				t.Fatalf("%s: %q became %q, want %q", name, f, is.Field(i), want)
			}
		}
	}
}

// redactedAs is RedactField until it changes nothing.
func redactedAs(name, text string) string {
	for range maxPasses {
		text = RedactField(name, text)
	}
	return text
}

func cloneBatch(b *Batch) *Batch {
	c := *b
	c.Flow, c.DNS, c.HTTP, c.TLS = append([]Flow(nil), b.Flow...), append([]DNS(nil), b.DNS...), append([]HTTP(nil), b.HTTP...), append([]TLS(nil), b.TLS...)
	c.Cert, c.File, c.Mail, c.Event = append([]Cert(nil), b.Cert...), append([]File(nil), b.File...), append([]Mail(nil), b.Mail...), append([]Event(nil), b.Event...)
	c.Texts, c.Pairs = append([]string(nil), b.Texts...), append([]Pair(nil), b.Pairs...)
	return &c
}

// TestScrubIsRedactOfEveryField holds that each text becomes what RedactField makes of it, that nothing
// else changes, and that scrubbing again changes nothing.
func TestScrubIsRedactOfEveryField(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawScrubBatch(t)
		was := cloneBatch(b)
		Scrub(b)
		for i := range b.Len() {
			compareTexts(t, recordOf(was, i), recordOf(b, i))
		}
		for i, p := range b.Pairs {
			name := RedactName(was.Pairs[i].Field.String())
			if want := (Pair{FieldNamed(name), redactedAs(name, was.Pairs[i].Text)}); p != want {
				t.Fatalf("%s %q became %s %q, want %q", was.Pairs[i].Field, was.Pairs[i].Text, p.Field, p.Text, want.Text)
			}
		}
		for i, s := range b.Texts {
			want := redactedAs(FieldMessage.String(), was.Texts[i])
			if b.Kind == KindTLS {
				want = was.Texts[i]
			}
			if s != want && (b.Kind == KindDNS || b.Kind == KindHTTP || b.Kind == KindTLS || b.Kind == KindCert || b.Kind == KindMail) {
				t.Fatalf("%q became %q, want %q", was.Texts[i], s, want)
			}
		}
		once := cloneBatch(b)
		Scrub(b)
		if diff := cmp.Diff(once, b, cmp.AllowUnexported(Batch{}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Fatalf("twice: -once +twice\n%s", diff)
		}
	})
}

// TestScrubUnderEveryName does the same for each name with each text that a name may change.
func TestScrubUnderEveryName(t *testing.T) {
	for _, name := range scrubbedNames {
		for _, text := range slices.Concat(afterNames, secretForms) {
			b := &Batch{Kind: KindFlow}
			b.AddPair(&b.Flow[b.Append(1)].Extra, FieldNamed(name), text)
			Scrub(b)
			if want := redactedAs(RedactName(name), text); b.Pairs[0].Text != want {
				t.Errorf("%s %q became %q, want %q", name, text, b.Pairs[0].Text, want)
			}
		}
	}
}

// TestScrubReachesUnnamedColumns holds that a secret which only the name of its column tells is blanked
// in the line it stands in.
func TestScrubReachesUnnamedColumns(t *testing.T) {
	b := &Batch{Kind: KindEvent, Source: &Source{}}
	add := func(raw string, pairs ...string) {
		i := b.Append(1)
		b.Event[i].Raw = raw
		for n := 0; n < len(pairs); n += 2 {
			b.AddPair(&b.Event[i].Pairs, FieldNamed(pairs[n]), pairs[n+1])
		}
	}
	add("1700000000.1\top\thunter2\tRETR\thunter2x", "zeek.ftp.user", "op", "zeek.ftp.password", "hunter2", "zeek.ftp.command", "RETR")
	add("4915112345678,ok,4915112345678", "msisdn", "4915112345678", "state", "ok")
	add("a\t-\t-\tno\tb", "password", "-", "token", "no")
	add("ab\tb", "password", "ab")
	Scrub(b)
	var got []string
	for i := range b.Event {
		got = append(got, b.Event[i].Raw)
	}
	want := []string{"1700000000.1\top\t***\tRETR\thunter2x", "49151******78,ok,49151******78", "a\t-\t-\tno\tb", "ab\tb"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if p := b.Pairs[1].Text; p != "***" {
		t.Errorf("password %q", p)
	}
}

func TestScrubLeavesPlainTextsWithoutMemory(t *testing.T) {
	b := &Batch{Kind: KindEvent, Source: &Source{}}
	for n, s := range plainTexts {
		i := b.Append(uint64(n))
		b.Event[i].Raw, b.Event[i].Host, b.Event[i].Dataset = s, "gw1", "syslog"
		b.AddPair(&b.Event[i].Pairs, FieldMessage, s)
		b.AddPair(&b.Event[i].Pairs, FieldNamed("user.name"), "op")
	}
	was := cloneBatch(b)
	Scrub(b)
	for i := range b.Event {
		if b.Event[i] != was.Event[i] {
			t.Errorf("%q became %q", was.Event[i].Raw, b.Event[i].Raw)
		}
	}
	var s scrubber
	if n := testing.AllocsPerRun(10, func() { s.scrub(b) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzScrub holds that a text scrubbed under any name stays as it is from then on, and that it is what
// RedactField makes of it.
func FuzzScrub(f *testing.F) {
	for i, s := range secretForms {
		f.Add(scrubbedNames[i%len(scrubbedNames)], s, plainTexts[i%len(plainTexts)])
	}
	f.Fuzz(func(t *testing.T, name, text, raw string) {
		if len(name) > MaxFieldName || len(text)+len(raw) > 1<<11 || strings.Contains(text+raw+name, "*") {
			return
		}
		b := &Batch{Kind: KindEvent, Source: &Source{}}
		i := b.Append(1)
		b.AddPair(&b.Event[i].Pairs, FieldNamed(name), text)
		b.Event[i].Raw = raw + "\t" + text
		name = RedactName(b.Pairs[0].Field.String())
		Scrub(b)
		if got, want := b.Pairs[0].Text, redactedAs(name, text); got != want {
			t.Fatalf("%s %q became %q, want %q", name, text, got, want)
		}
		once := cloneBatch(b)
		Scrub(b)
		if b.Event[i] != once.Event[i] || b.Pairs[0].Text != once.Pairs[0].Text {
			t.Fatalf("%s %q: %q then %q, raw %q then %q", name, text, once.Pairs[0].Text, b.Pairs[0].Text, once.Event[i].Raw, b.Event[i].Raw)
		}
	})
}

// syslogLines gives lines of foreign syslog, as many bytes as asked for.
func syslogLines(b *testing.B, size int) []string {
	var all []string
	for _, dir := range []string{"syslog-wazuh", "syslog-elastic", "syslog-napalm", "aaa-elastic"} {
		err := filepath.WalkDir(datatest.Path(b, "telemetry", dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".json") {
				return err
			}
			data, err := os.ReadFile(path)
			for line := range bytes.Lines(data) {
				if len(line) > 40 {
					all = append(all, string(bytes.TrimSpace(line)))
				}
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	rnd := rand.New(rand.NewPCG(1, 1))
	var out []string
	for n := 0; n < size; {
		s := all[rnd.IntN(len(all))]
		out, n = append(out, s), n+len(s)
	}
	return out
}

// BenchmarkScrub scrubs lines that were scrubbed before; the unit is bytes of text.
func BenchmarkScrub(b *testing.B) {
	batch := &Batch{Kind: KindEvent, Source: &Source{}}
	size := 0
	for n, s := range syslogLines(b, 4<<20) {
		batch.Append(uint64(n))
		batch.Event[n].Raw = s
		size += len(s)
	}
	Scrub(batch)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		Scrub(batch)
	}
}
