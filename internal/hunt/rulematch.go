package hunt

import (
	"net/netip"
	"strings"

	"stormglass/internal/hunt/sigma"
	"stormglass/internal/telemetry"
)

// RuleHit is one rule matched by one record.
type RuleHit struct {
	Record   int // in the batch
	Rule     int // its number in the RuleSet
	Subject  Subject
	Ours     bool     // the subject is known to be the operator's
	Reported bool     // it is a finding by itself
	Counted  bool     // a correlation counts it, by Values
	Values   []string // of the fields that correlations look at; its own memory
	Keywords bool     // the rule also looks for words anywhere in the record
	Absent   uint64   // bit i is set where the record lacks the field of Values[i]

	// Looked gives the fields that the rule looks at, as the record has them, without secrets. It holds until the sink returns.
	Looked func() []SampleField
}

// RuleSink takes what rules matched in a batch. It is called from several goroutines; the batch is gone after the call.
type RuleSink interface {
	RuleHits(b *telemetry.Batch, hits []RuleHit)
}

// ruler asks rules of a batch.
type ruler struct {
	set  *RuleSet
	eval *sigma.Evaluator
	hits []RuleHit

	batch *telemetry.Batch
	short Shortfalls // of the batch; nil: nobody asks
}

func newRuler(s *RuleSet, short bool) *ruler {
	r := &ruler{set: s, eval: s.Program.Evaluator()}
	if short {
		r.short = Shortfalls{}
		r.eval.Missed(func(n, record int, cut bool) {
			x := Shortfall{Unknown: 1}
			if cut {
				x = Shortfall{Cut: 1}
			}
			r.short.Add(RuleDay{n, r.batch.Head(record).Occurred.Day()}, x)
		})
	}
	return r
}

func (r *ruler) match(w *walk) []RuleHit {
	r.hits = r.hits[:0]
	b := w.batch
	r.batch = b
	r.eval.Batch(b, func(n, record int) {
		p := &r.set.plans[n]
		if !p.reported && !p.counted {
			return
		}
		w.record = record
		h := RuleHit{Record: record, Rule: n, Reported: p.reported, Counted: p.counted, Keywords: p.keywords}
		h.Looked = func() []SampleField { return r.looked(b, n, record, p.fields) }
		h.Subject = r.subject(w, n, p)
		h.Ours = w.ours(&h.Subject)
		if p.counted {
			h.Values = r.eval.Values(n, b, record, p.wanted)
			for i, v := range h.Values {
				if v == "" {
					h.Absent |= 1 << i
				}
			}
		}
		r.hits = append(r.hits, h)
	})
	return r.hits
}

// looked gives some fields of a record as a sample shows them.
func (r *ruler) looked(b *telemetry.Batch, n, record int, fields []string) []SampleField {
	var out []SampleField
	room := maxSampleText
	for i, v := range r.eval.Values(n, b, record, fields) {
		if v == "" || room <= 0 {
			continue
		}
		f := SampleField{Name: telemetry.RedactName(fields[i]), Value: shown(fields[i], v, maxSampleValue)}
		room -= len(f.Value)
		out = append(out, f)
	}
	return out
}

// subject gives whom a match is about: by the field that the rule names, else the device that wrote the record, else the operator's end
// of the conversation.
func (r *ruler) subject(w *walk, n int, p *rulePlan) Subject {
	if p.subject != nil {
		if v := r.eval.Values(n, w.batch, w.record, p.subject); v[0] != "" {
			return subjectOfFields(p.subject, v)
		}
	}
	if w.batch.Kind.Eventful() {
		if host := w.batch.Event[w.record].Host; host != "" {
			return deviceSubject(strings.Clone(host))
		}
	}
	return w.subject(ofRecord)
}

// Bounds of a subject's texts, in bytes.
const (
	maxSubjectValue = 160
	maxSubject      = 400
)

// subjectOfFields gives the subject that values of fields name.
func subjectOfFields(fields, values []string) Subject {
	if len(fields) == 0 {
		return Subject{Kind: SubjectFields, Name: "all records"}
	}
	if len(fields) == 1 {
		if a, err := netip.ParseAddr(values[0]); err == nil {
			return Subject{Addr: a.Unmap().WithZone("")}
		}
		if namesHost(fields[0]) {
			return deviceSubject(cut(strings.Clone(values[0]), maxSubjectValue))
		}
	}
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = telemetry.RedactName(f) + "=" + shown(f, values[i], maxSubjectValue)
	}
	return Subject{Kind: SubjectFields, Name: cut(strings.Join(parts, ", "), maxSubject)}
}

// namesHost reports whether a field holds the name of the device that a record is about.
func namesHost(field string) bool {
	switch strings.ToLower(field) {
	case "host.name", "host.hostname", "hostname", "host", "computer", "computername", "observer.name":
		return true
	}
	return false
}
