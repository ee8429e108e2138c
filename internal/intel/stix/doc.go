// Package stix reads STIX 2.1 (OASIS standard, 10 June 2021): bundles, TAXII envelopes, single
// objects and lists of them; of STIX 2.0 what 2.1 kept. Every object is an item.
//
// Hunted are the values of indicators whose pattern says "any of these values"; see Pattern.
// Values that somebody merely observed are context and listed. Reports and groupings become the
// sources of the indicators they name; markings, identities and "indicates" relationships complete
// them. A marking that is not known counts as TLP:RED.
//
// It does not evaluate patterns over time or over several objects, and does not fetch objects that
// the file only refers to.
package stix
