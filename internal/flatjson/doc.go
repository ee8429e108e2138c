// Package flatjson reads one JSON object as a flat list of fields, the way log lines hold them:
// {"a":{"b":1},"c":["x"]} is the fields a.b and c. It builds no tree and, once its memory has
// grown to the size of the lines, allocates nothing.
//
// It accepts exactly what encoding/json accepts as an object (RFC 8259), with these limits, which
// come from hostile-input.md H02 and H03: objects and arrays nest at most MaxDepth deep, a number
// has at most MaxNumber bytes, and the path to a nested object at most MaxPath (it is copied for
// every field there). Bytes of strings that are no UTF-8 are left as they are,
// where encoding/json puts U+FFFD.
//
// A key that occurs twice: both fields are given, in their order, where encoding/json keeps the
// last. Nothing can hide behind a repeated key that way; who wants one value chooses, and reports.
// Keys are compared by nobody here, so case matters. The path a.b is given both for {"a":{"b":1}}
// and for {"a.b":1}, since log shippers write either.
package flatjson
