package sigma

import (
	"maps"
	"slices"
	"strconv"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
)

// itemKey is text that is the same for items that ask the same of the same names: each part with its length before it.
type itemKey []byte

func keyOf(item *rule.Item, names naming) string {
	k := itemKey(make([]byte, 0, 256))
	k = append(k, byte(item.Op), bit(item.All), bit(item.Negated), bit(item.Field == ""))
	if item.Field != "" {
		k.names(names(item.Field))
	}
	for i := range item.Values {
		v := &item.Values[i]
		k.value(v)
		if item.Op == rule.OpFieldRef {
			k.names(names(v.Ref.Field))
		}
	}
	return string(k)
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func (k *itemKey) text(s string) {
	*k = strconv.AppendInt(*k, int64(len(s)), 10)
	*k = append(append(*k, ':'), s...)
}

func (k *itemKey) names(names []pipeline.Target) {
	*k = strconv.AppendInt(*k, int64(len(names)), 10)
	for _, n := range names {
		k.text(n.Name)
		for _, value := range slices.Sorted(maps.Keys(n.Values)) {
			k.text(value)
			k.text(n.Values[value])
		}
	}
}

func (k *itemKey) value(v *rule.Value) {
	*k = append(*k, '\n', bit(v.Null), bit(v.Exists), byte(v.Part), bit(v.Ref.Before), bit(v.Ref.After), bit(v.Ref.Cased))
	for i := range v.Patterns {
		p := &v.Patterns[i]
		*k = append(*k, '|', bit(p.Cased))
		for _, part := range p.Parts {
			*k = append(*k, '0'+part.Wild)
			k.text(part.Literal)
			k.text(part.Placeholder)
		}
	}
	k.text(v.Placeholder)
	if v.Regexp != nil {
		k.text(v.Regexp.String())
	}
	if v.Prefix.IsValid() {
		k.text(v.Prefix.String())
	}
	*k = strconv.AppendFloat(*k, v.Number, 'g', -1, 64)
}
