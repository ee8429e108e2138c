package sigma

import (
	"strconv"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
)

// itemKey is text that is the same for items that ask the same of the same places: each part with its length before it.
type itemKey []byte

func (k *kindProgram) keyOf(item *rule.Item, route *pipeline.Route) string {
	key := itemKey(make([]byte, 0, 256))
	key = append(key, byte(item.Op), bit(item.All), bit(item.Negated), bit(item.Field == ""))
	if item.Field != "" {
		key.place(k.resolve(route, item.Field))
	}
	for i := range item.Values {
		v := &item.Values[i]
		key.value(v)
		if item.Op == rule.OpFieldRef {
			key.place(k.resolve(route, v.Ref.Field))
		}
	}
	return string(key)
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

func (k *itemKey) place(r *resolved) { *k = strconv.AppendInt(*k, int64(r.id), 10) }

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
