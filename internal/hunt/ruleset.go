package hunt

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"stormglass/internal/hunt/sigma"
	"stormglass/internal/hunt/sigma/correlate"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
)

// RuleSet is rules ready to be hunted with. It is immutable.
type RuleSet struct {
	Collection *rule.Collection
	Program    *sigma.Program
	Infos      []*RuleInfo       // by number: the detections as the program numbers them, then the correlations
	Complaints []*rule.Complaint // about rules and pipelines that cannot be used, or not in part

	plans  []rulePlan // by number, of detections
	number map[*rule.Rule]int
}

// rulePlan is what is done with the matches of a detection.
type rulePlan struct {
	rule     *rule.Rule
	reported bool     // they are findings by themselves
	silent   bool     // neither they nor what the detection counts of them is a finding
	counted  bool     // a correlation counts them
	wanted   []string // fields that correlations look at
	subject  []string // the field that says whom they are about, if the rule names one
	fields   []string // that the rule looks at, and those of interest by its author
	keywords bool     // it also looks for words anywhere
}

// NewRuleSet makes rules ready. The references of the collection are resolved. Rules that nothing can be asked of are in it too, so that an
// answer can say that they were not assessed (Program.Unusable).
func NewRuleSet(c *rule.Collection, p *pipeline.Set, o sigma.Options) (*RuleSet, error) {
	s := &RuleSet{Collection: c, Program: sigma.Compile(c, p, o), number: map[*rule.Rule]int{}, Complaints: c.Complaints}
	counting, complaints, err := correlate.New(c, correlate.DefaultLimits(), nil)
	if err != nil {
		return nil, err
	}
	s.Complaints = append(slices.Clip(s.Complaints), complaints...)
	reported := c.Reported()
	for _, compiled := range s.Program.Rules() {
		r := compiled.Rule
		s.add(r)
		plan := rulePlan{rule: r, silent: !reported[r], reported: reported[r] && r.Detection.Aggregate == nil, counted: counting.Needs(r), wanted: counting.Wanted(r)}
		plan.fields, plan.keywords = fieldsOfRule(r)
		if r.Subject != "" {
			plan.subject = []string{r.Subject}
		}
		s.plans = append(s.plans, plan)
	}
	for _, r := range c.Rules {
		if r.Correlation != nil {
			s.add(r)
		}
	}
	return s, counting.Close()
}

// maxFieldsOfRule bounds the fields of a sample.
const maxFieldsOfRule = 12

// fieldsOfRule gives the fields that a rule's selections name, then those its author calls of interest, and whether it looks for words
// anywhere.
func fieldsOfRule(r *rule.Rule) (out []string, keywords bool) {
	for _, s := range r.Detection.Selections {
		for _, g := range s.Groups {
			for _, i := range g.Items {
				out = append(out, i.Field)
				keywords = keywords || i.Field == ""
			}
		}
	}
	seen := map[string]bool{"": true}
	out = slices.DeleteFunc(append(out, r.Fields...), func(f string) bool {
		again := seen[f]
		seen[f] = true
		return again
	})
	return out[:min(len(out), maxFieldsOfRule)], keywords
}

func (s *RuleSet) add(r *rule.Rule) {
	s.number[r] = len(s.Infos)
	s.Infos = append(s.Infos, RuleInfoOf(r))
}

// Correlations reports whether any rule counts the matches of others.
func (s *RuleSet) Correlations() bool {
	for i := range s.plans {
		if s.plans[i].counted {
			return true
		}
	}
	return false
}

// Version names the rules: SHA-256 over the digests of all documents, in hex.
func (s *RuleSet) Version() string {
	h := sha256.New()
	for _, r := range s.Collection.Rules {
		h.Write(r.Digest[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}
