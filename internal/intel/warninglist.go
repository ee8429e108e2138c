package intel

// WarningList is a list of values that are expected to be harmless, or too common to mean
// anything (MISP warning-list format). A match lowers a finding's level and is named; it never
// deletes a finding.
type WarningList struct {
	Name        string
	Description string
	Version     int
	Type        string   // "cidr", "string", "hostname", "substring", "regex"
	Applies     []string // MISP attribute types it is meant for; empty is all
	Entries     []string
	Special     bool // a list of special-purpose ranges (RFC 1918 and the like): not applied to the operator's own prefixes
}
