package config

import "reflect"

// Keys gives every key as a reader of the reference knows it, in the order of the struct:
// "collect.netflow[].address", "outbox.sinks.NAME.type". Sections are not among them, lists are.
func Keys() []string { return keysOf("", reflect.TypeFor[Config]()) }

func keysOf(path string, t reflect.Type) []string {
	switch {
	case scalar(t):
		return []string{path}
	case t.Kind() == reflect.Slice && scalar(t.Elem()):
		return []string{path}
	case t.Kind() == reflect.Slice:
		return keysOf(path+"[]", t.Elem())
	case t.Kind() == reflect.Map:
		return keysOf(path+".NAME", t.Elem())
	}
	var keys []string
	for _, f := range fieldsOf(t) {
		keys = append(keys, keysOf(join(path, f.key), t.FieldByIndex(f.at).Type)...)
	}
	return keys
}
