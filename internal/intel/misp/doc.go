// Package misp reads what MISP writes: events, the answers of its search, galaxies, warning lists,
// and the files that describe its data. It follows the MISP core format (misp-rfc, draft 20) and
// the galaxy and warning-list formats beside it.
//
// An event's items are its attributes (those of objects too), proposals, event reports, and
// objects without attributes; an event without any of them is one item itself. Galaxy clusters are
// items of a galaxy, and a warning list is one item. Files that hold no values are recognised and
// listed as what they are.
//
// It does not open attached files or samples, does not fetch anything, and does not write MISP.
package misp
