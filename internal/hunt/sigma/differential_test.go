package sigma

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/hunt/sigma/sigmatest"
	"stormglass/internal/telemetry"
)

// TestNaiveAgreesOnEvents: the compiled rules and an evaluator that was written straight from the specification, by other hands and
// without shared code, give the same of drawn rules and events.
func TestNaiveAgreesOnEvents(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := sigmatest.Draw(rt, false)
		got, err := evaluate(t, e.Rules, e.Sets, e.Records)
		if err != nil {
			rt.Fatalf("%v\n%s", err, e.Rules)
		}
		agrees(rt, e, got)
	})
}

// TestNaiveAgreesOnTypedRecords: the same of all kinds, whose fields are numbers, addresses and times as well as texts.
func TestNaiveAgreesOnTypedRecords(t *testing.T) {
	for _, k := range []telemetry.Kind{
		telemetry.KindFlow, telemetry.KindDNS, telemetry.KindHTTP, telemetry.KindTLS, telemetry.KindCert, telemetry.KindFile,
		telemetry.KindMail, telemetry.KindEvent,
	} {
		t.Run(k.String(), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				e := sigmatest.DrawOver(rt, vocabularyOf(rt, k), false)
				b := typed(k, e.Records)
				for i := range e.Records {
					e.Records[i] = recordOf(b, i)
				}
				p, err := compiled(e.Rules, e.Sets, k)
				if err != nil {
					rt.Fatalf("%v\n%s", err, e.Rules)
				}
				agrees(rt, e, matched(p, b))
			})
		})
	}
}

// TestNaiveAgreesOnManyRules: rules that stand in one program, where they share an index, what was asked and what was answered, and
// batches that follow each other.
func TestNaiveAgreesOnManyRules(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := rapid.SampledFrom([]telemetry.Kind{telemetry.KindFlow, telemetry.KindDNS, telemetry.KindEvent}).Draw(rt, "kind")
		v := vocabularyOf(rt, k)
		var examples []sigmatest.Example
		filters := map[*rule.Rule][]*rule.Filter{}
		var rules []*rule.Rule
		for range rapid.IntRange(2, 12).Draw(rt, "rules") {
			e := sigmatest.DrawOver(rt, v, false)
			c := collected(rt, e.Rules)
			filters[c.Rules[0]] = c.FiltersOf(c.Rules[0])
			rules, examples = append(rules, c.Rules[0]), append(examples, e)
		}
		routes := []*pipeline.Route{{Kind: k}}
		p := compile(rules, func(r *rule.Rule) []*rule.Filter { return filters[r] }, func(rule.LogSource) []*pipeline.Route { return routes },
			Options{Sets: plainSets(v.Sets)})
		evaluator := p.Evaluator()
		for _, batch := range examples[:2] {
			b := typed(k, batch.Records)
			got := make([][]bool, len(rules))
			for n := range rules {
				got[n] = make([]bool, b.Len())
			}
			evaluator.Batch(b, func(r, i int) { got[r][i] = true })
			for i := range batch.Records {
				batch.Records[i] = recordOf(b, i)
			}
			for n, e := range examples {
				agrees(rt, sigmatest.Example{Rules: e.Rules, Sets: v.Sets, Records: batch.Records}, got[n])
			}
		}
	})
}

func collected(t *rapid.T, text string) *rule.Collection {
	rules, complaints := rule.Parse("drawn.yml", []byte(text))
	c := &rule.Collection{Rules: rules, Complaints: complaints}
	c.Resolve()
	if len(c.Complaints) > 0 {
		t.Fatalf("%s\n%s", c.Complaints[0], text)
	}
	return c
}

// agrees asks the naive evaluator too.
func agrees(t *rapid.T, e sigmatest.Example, got []bool) {
	naive, err := sigmatest.Read(e.Rules, e.Sets)
	if err != nil {
		t.Fatalf("%v\n%s", err, e.Rules)
	}
	for i, r := range e.Records {
		want, err := naive.Match(r)
		if err != nil {
			t.Fatalf("%v\n%s", err, e.Rules)
		}
		if got[i] != want {
			t.Fatalf("matched %t of %+v, want %t, sets %q\n%s", got[i], r, want, e.Sets, e.Rules)
		}
	}
}

// compiled makes a program of rules that are routed to one kind.
func compiled(text string, sets sigmatest.Sets, k telemetry.Kind) (*Program, error) {
	rules, complaints := rule.Parse("drawn.yml", []byte(text))
	c := &rule.Collection{Rules: rules, Complaints: complaints}
	c.Resolve()
	if len(c.Complaints) > 0 {
		return nil, errors.New(c.Complaints[0].String())
	}
	routes := []*pipeline.Route{{Kind: k}}
	p := compile(c.Rules, c.FiltersOf, func(rule.LogSource) []*pipeline.Route { return routes }, Options{Sets: plainSets(sets)})
	for _, r := range p.Unusable() {
		return nil, errors.New(r.Unusable)
	}
	return p, nil
}

// vocabularyOf draws some fields of a kind and two that only pairs hold.
func vocabularyOf(t *rapid.T, k telemetry.Kind) sigmatest.Vocabulary {
	words := sigmatest.Words(t)
	v := sigmatest.Vocabulary{
		Words:  words,
		Sets:   sigmatest.Sets{"texts": words[:2], "none": {}, "prefixes": {"10.0.0.0/24", "2001:db8::/33"}},
		Fields: []sigmatest.Field{{Name: "x.text", Sort: sigmatest.Text, Pool: words}, {Name: "x.number", Sort: sigmatest.Number, Pool: []string{"0", "7", "80"}}},
	}
	for _, f := range rapid.Permutation(telemetry.Schema(k)).Draw(t, "fields")[:5] {
		field := sigmatest.Field{Name: f.ID.String(), Sort: sigmatest.Text, Pool: words}
		switch f.Type {
		case telemetry.TypeInt:
			field.Sort, field.Pool = sigmatest.Number, []string{"1", "10", "80", "81", "443", "180"}
		case telemetry.TypeAddr:
			field.Sort, field.Pool = sigmatest.Address, []string{"10.0.0.1", "10.0.0.255", "10.1.0.1", "2001:db8::1", "2001:db8:8000::1"}
		case telemetry.TypeTime:
			field.Sort, field.Pool = sigmatest.Instant, []string{"2024-12-31T23:59:59Z", "2024-12-30T00:00:00Z", "2025-01-06T03:07:00.5Z"}
		case telemetry.TypeText, telemetry.TypeTexts:
		}
		v.Fields = append(v.Fields, field)
	}
	return v
}

// typed makes a batch of drawn records, as far as the kind holds what they state.
func typed(k telemetry.Kind, records []sigmatest.Record) *telemetry.Batch {
	b := &telemetry.Batch{Kind: k}
	inSchema := map[telemetry.FieldID]bool{}
	for _, f := range telemetry.Schema(k) {
		inSchema[f.ID] = true
	}
	for n, r := range records {
		i := b.Append(uint64(n + 1))
		pairs := &b.Head(i).Extra
		if k == telemetry.KindEvent {
			b.Event[i].Raw, pairs = r.Raw, &b.Event[i].Pairs
		}
		for name, values := range r.Fields {
			for _, v := range values {
				if id := telemetry.FieldNamed(name); b.Assign(i, id, v) == telemetry.NotTaken && !inSchema[id] {
					b.AddPair(pairs, id, v)
				}
			}
		}
	}
	return b
}

// recordOf gives a record of telemetry as texts: what a typed field holds, else what pairs of its name do.
func recordOf(b *telemetry.Batch, i int) sigmatest.Record {
	r := sigmatest.Record{Fields: map[string][]string{}}
	typed := map[string]bool{}
	for _, f := range telemetry.Schema(b.Kind) {
		name := f.ID.String()
		for _, text := range textsOf(f, b, i) {
			if text != "" {
				r.Fields[name], typed[name] = append(r.Fields[name], text), true
			}
		}
		if f.Type == telemetry.TypeTime || b.Kind == telemetry.KindEvent {
			r.Ours = append(r.Ours, name)
		}
	}
	if b.Kind == telemetry.KindEvent {
		r.Raw = b.Event[i].Raw
	}
	for _, p := range pairsOf(b, i) {
		if name := p.Field.String(); !typed[name] && p.Text != "" {
			r.Fields[name] = append(r.Fields[name], p.Text)
		}
	}
	return r
}

func textsOf(f telemetry.Field, b *telemetry.Batch, i int) []string {
	switch f.Type {
	case telemetry.TypeInt:
		if n, ok := f.Int(b, i); ok {
			return []string{strconv.FormatInt(n, 10)}
		}
	case telemetry.TypeAddr:
		if a := f.Addr(b, i); a.IsValid() {
			return []string{a.String()}
		}
	case telemetry.TypeTime:
		if at := f.Time(b, i); at.Known() {
			return []string{at.Time().UTC().Format(time.RFC3339Nano)}
		}
	case telemetry.TypeTexts:
		return f.Texts(b, i)
	case telemetry.TypeText:
		return []string{f.Text(b, i)}
	}
	return nil
}
