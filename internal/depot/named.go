package depot

import (
	"slices"
	"strings"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/named"
)

// namesIn tells whether names were taken out of lines of a batch, and puts tokens in their places once the batch is scrubbed: scrubbing blanks
// the names themselves, and must not see a token, some digits of which may look like a number.
func (d *Depot) namesIn(b *telemetry.Batch) (tokens map[int]string, err error) {
	if b.Kind != telemetry.KindEvent {
		return nil, nil
	}
	for k := range b.Pairs {
		if b.Pairs[k].Field != named.FieldSecret {
			continue
		}
		ref, err := d.sealed(b.Pairs[k].Text)
		if err != nil {
			return nil, err
		}
		if tokens == nil {
			tokens = map[int]string{}
		}
		tokens[k] = ref
		b.Pairs[k].Text = ""
	}
	return tokens, nil
}

// putTokens puts tokens in the places of names, in the texts of each event and as pairs.
func putTokens(b *telemetry.Batch, tokens map[int]string) {
	if len(tokens) == 0 {
		return
	}
	for i := range b.Event {
		e := &b.Event[i]
		var marks []string
		for _, span := range [...]telemetry.Span{e.Pairs, e.Extra} {
			for k := span.Start; k < span.Start+span.Len; k++ {
				if ref, ok := tokens[int(k)]; ok {
					marks = append(marks, named.Mark(len(marks)/2+1), ref)
					b.Pairs[k] = telemetry.Pair{Field: named.FieldRef, Text: ref}
				}
			}
		}
		if len(marks) == 0 {
			continue
		}
		r := strings.NewReplacer(marks...)
		e.Raw = r.Replace(e.Raw)
		for _, span := range [...]telemetry.Span{e.Pairs, e.Extra} {
			pairs := b.PairsOf(span)
			for k := range pairs {
				pairs[k].Text = r.Replace(pairs[k].Text)
			}
		}
	}
}

// hasToken reports whether a record names one of some, by the texts of their tokens.
func hasToken(b *telemetry.Batch, i int, whose func(ref string) bool) bool {
	return b.Kind == telemetry.KindEvent && slices.ContainsFunc(b.PairsOf(b.Event[i].Pairs), func(p telemetry.Pair) bool {
		return p.Field == named.FieldRef && whose(p.Text)
	})
}
