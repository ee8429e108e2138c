package sigma

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stormglass/content"
	"stormglass/internal/collect"
	"stormglass/internal/datatest"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/hunt/sigma/sigmatest"
	"stormglass/internal/telemetry"
)

// naiveRule is a foreign rule as the naive evaluator sees it on one route.
type naiveRule struct {
	number int
	rule   *rule.Rule
	route  *pipeline.Route
	where  *sigmatest.Naive // the rule of the log source; nil: every record
	own    *sigmatest.Naive // what records of the source itself have, where the rule asks what only they can say; nil: nothing
	naive  *sigmatest.Naive
	fields []string // that the rule names, and the log source
}

// aggregation is the end of an old condition: what is counted is no matter of single records.
var aggregation = regexp.MustCompile(`(?m)\| count\(.*$`)

// foreignSets are what the placeholders of foreign rules stand for.
var foreignSets = sigmatest.Sets{"Workstations": {"pc1", "pc2"}, "Approved_Inviters": {"ann", "bob"}}

// TestNaiveAgreesOnForeignTelemetry: the compiled rules and the naive evaluator give the same of all foreign rules over foreign
// telemetry. The naive one is slow: of each file it is asked about some records of each kind
// (STORMGLASS_SIGMA_RECORDS says how many; many more of a soak), and about all that the program matched.
func TestNaiveAgreesOnForeignTelemetry(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all foreign telemetry")
	}
	perFile := 3
	if os.Getenv("STORMGLASS_SOAK") != "" {
		perFile = 50
	}
	if n, err := strconv.Atoi(os.Getenv("STORMGLASS_SIGMA_RECORDS")); err == nil {
		perFile = n
	}
	program, rules := foreignRules(t)
	e := program.Evaluator()
	asked, held := 0, 0
	taken := map[string]int{}
	eachForeign(t, []string{datatest.Path(t, "telemetry"), datatest.Path(t, "sigma", "regression")}, func(member string, b *telemetry.Batch) {
		found := map[int][]int{}
		e.Batch(b, func(r, i int) { found[i] = append(found[i], r) })
		for i := range b.Len() {
			key := member + b.Kind.String()
			if taken[key]++; taken[key] > perFile && found[i] == nil {
				continue
			}
			want := naiveMatches(t, rules[b.Kind], recordOf(b, i))
			asked += len(rules[b.Kind])
			held += len(want)
			if got := found[i]; !slices.Equal(got, want) {
				t.Errorf("%s: record %d matches %s, want %s", member, b.Head(i).Ordinal, titles(program, got), titles(program, want))
			}
		}
	})
	if held == 0 {
		t.Error("no rule matches")
	}
	t.Logf("asked %d times, matched %d", asked, held)
}

// eachForeign reads files as a hunt does, one batch at a time.
func eachForeign(t *testing.T, paths []string, handle func(member string, b *telemetry.Batch)) {
	t.Helper()
	files := &collect.Files{}
	err := files.Each(t.Context(), paths, func(m *collect.Member) error {
		r := collect.Reader{Workers: 1, Handle: func(_ context.Context, b *telemetry.Batch) error {
			handle(m.Name, b)
			return nil
		}}
		_, err := r.Read(t.Context(), m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// foreignRules compiles all foreign rules and reads them for the naive evaluator, by kind of record.
func foreignRules(t *testing.T) (*Program, map[telemetry.Kind][]naiveRule) {
	t.Helper()
	root := datatest.Path(t, "sigma")
	c := &rule.Collection{}
	for _, folder := range []string{"rules", "rules-emerging-threats", "rules-placeholder", "rules-threat-hunting", "unsupported"} {
		read, err := rule.Read(os.DirFS(root), folder)
		if err != nil {
			t.Fatal(err)
		}
		c.Rules = append(c.Rules, read.Rules...)
	}
	c.Resolve()
	set, _ := pipeline.Load(content.Pipelines())
	program := Compile(c, set, Options{Sets: plainSets(foreignSets)})
	byKind := map[telemetry.Kind][]naiveRule{}
	for _, compiled := range program.Rules() {
		if compiled.Unusable != "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(compiled.Rule.File)))
		if err != nil {
			t.Fatal(err)
		}
		for _, route := range set.Routes(compiled.Rule.LogSource) {
			byKind[route.Kind] = append(byKind[route.Kind], naiveRule{
				number: compiled.Number, rule: compiled.Rule, route: route, where: naiveWhere(t, route.Where), own: naiveOwn(t, compiled.Rule, route),
				naive: readNaive(t, aggregation.ReplaceAllString(string(text), "")), fields: fieldsOf(compiled.Rule, route),
			})
		}
	}
	return program, byKind
}

func readNaive(t *testing.T, text string) *sigmatest.Naive {
	t.Helper()
	naive, err := sigmatest.Read(text, foreignSets)
	if err != nil {
		t.Fatal(err)
	}
	return naive
}

// naiveWhere writes the conditions of a route as a rule.
func naiveWhere(t *testing.T, groups []rule.Group) *sigmatest.Naive {
	t.Helper()
	if len(groups) == 0 {
		return nil
	}
	var text strings.Builder
	text.WriteString("detection:\n  where:\n")
	for _, g := range groups {
		bullet := "    - "
		for _, item := range g.Items {
			text.WriteString(bullet + strconv.Quote(item.Written) + ": [")
			bullet = "      "
			for _, v := range item.Values {
				if item.Op == rule.OpExists {
					text.WriteString(v.Written + ", ")
				} else {
					text.WriteString("'" + strings.ReplaceAll(v.Written, "'", "''") + "', ")
				}
			}
			text.WriteString("]\n")
		}
	}
	text.WriteString("  condition: where\n")
	return readNaive(t, text.String())
}

// naiveOwn gives what must be true of a record besides when the rule asks for fields that only records of the source itself have.
func naiveOwn(t *testing.T, r *rule.Rule, route *pipeline.Route) *sigmatest.Naive {
	t.Helper()
	if !slices.ContainsFunc(fieldsOf(r, &pipeline.Route{}), route.Owns) {
		return nil
	}
	return naiveWhere(t, route.Own)
}

// fieldsOf gives the fields that a rule names, and its log source.
func fieldsOf(r *rule.Rule, route *pipeline.Route) []string {
	var fields []string
	groups := slices.Concat(route.Where, route.Own)
	for _, s := range r.Detection.Selections {
		groups = append(groups, s.Groups...)
	}
	for _, g := range groups {
		for _, item := range g.Items {
			fields = append(fields, item.Field)
			for _, v := range item.Values {
				fields = append(fields, v.Ref.Field)
			}
		}
	}
	fields = slices.DeleteFunc(fields, func(f string) bool { return f == "" })
	slices.Sort(fields)
	return slices.Compact(fields)
}

// naiveMatches gives the rules that match a record.
func naiveMatches(t *testing.T, rules []naiveRule, r sigmatest.Record) []int {
	t.Helper()
	var matches []int
	for _, n := range rules {
		named := n.renamed(r)
		if n.where != nil && !asks(t, n, n.where, named) || n.own != nil && !asks(t, n, n.own, named) || !asks(t, n, n.naive, named) {
			continue
		}
		matches = append(matches, n.number)
	}
	slices.Sort(matches)
	return slices.Compact(matches)
}

func asks(t *testing.T, n naiveRule, naive *sigmatest.Naive, r sigmatest.Record) bool {
	t.Helper()
	matched, err := naive.Match(r)
	if err != nil {
		t.Fatalf("%s: %v", n.rule.File, err)
	}
	return matched
}

// renamed gives a record with the names and values that the rule's author would use beside its own.
func (n naiveRule) renamed(r sigmatest.Record) sigmatest.Record {
	fields := maps.Clone(r.Fields)
	for _, field := range n.fields {
		delete(fields, field)
		for _, target := range n.route.Fields(field) {
			values := r.Fields[target.Name]
			if target.Name == telemetry.FieldOriginal.String() && r.Raw != "" {
				values = []string{r.Raw}
			}
			if values == nil {
				continue
			}
			fields[field] = slices.Clone(values)
			for written, held := range target.Values {
				if slices.Contains(values, held) {
					fields[field] = append(fields[field], written)
				}
			}
			break
		}
	}
	return sigmatest.Record{Fields: fields, Raw: r.Raw, Ours: r.Ours}
}

func titles(p *Program, rules []int) string {
	var titles []string
	for _, r := range rules {
		titles = append(titles, p.Rules()[r].Rule.Title)
	}
	return "[" + strings.Join(titles, ", ") + "]"
}
