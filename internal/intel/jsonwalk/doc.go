// Package jsonwalk reads JSON of unknown size and goodwill item by item. The document around the
// items is streamed and never held; an item is checked in full before any of it is used.
//
// It exists for the JSON readers below package intel (MISP, STIX, KEV) and knows nothing of their
// formats. It holds the limits they share (facts file hostile-input.md, H02 and H03): nesting up
// to 64, strings up to 1 MiB, items up to 32 MiB, no duplicate keys and no invalid UTF-8 within an
// item. Keys are compared exactly, so a key in other case is another key.
//
// A string over the limit is cut while it is read, so that an attached file of a gigabyte costs no
// memory; whoever asks for the text of such a string gets ErrLongString.
package jsonwalk
