package rule

import (
	"net/netip"
	"regexp"
	"strconv"
	"time"
)

// Rule is one document: a detection, a correlation or a filter, of which exactly one is set.
type Rule struct {
	File string // as it was named, below the folder that was read
	Line int    // where the document begins, from 1

	ID              string // a UUID in lower case, else as written; empty when none is stated
	Name            string // by which correlations and filters may refer to it
	Title           string
	Status          string
	Description     string
	Author, License string
	Date, Modified  string // as written
	References      []string
	Tags            []string
	FalsePositives  []string
	Fields          []string // of interest to an analyst
	Related         []Related
	Level           Level
	LogSource       LogSource // of detections and filters
	Needs           []string  // stormglass.needs: kinds and classes of record that the rule cannot do without
	Subject         string    // stormglass.subject: the field that says whom it is about; empty for the operator's end of the record
	Detection       *Detection
	Correlation     *Correlation
	Filter          *Filter
	Notes           []Note   // what is odd and was read all the same, for people who check rules
	CustomKeys      []string // keys at the top that the specification does not know
	Digest          [32]byte // SHA-256 over the document's bytes, less the line --- before it
}

// Key is what findings and references call the rule by: its id, else its name, else its file and line.
func (r *Rule) Key() string {
	switch {
	case r.ID != "":
		return r.ID
	case r.Name != "":
		return r.Name
	}
	return r.File + ":" + strconv.Itoa(r.Line)
}

// Level is a rule's level. NoLevel is one that states none.
type Level uint8

// The levels of the specification, in order.
const (
	NoLevel Level = iota
	Informational
	Low
	Medium
	High
	Critical
)

// Related is another rule, and how it is related.
type Related struct{ ID, Type string }

// LogSource says in which log a rule looks. Empty is any.
type LogSource struct{ Category, Product, Service, Definition string }

// Note is something about a rule, at a place of its file.
type Note struct {
	Line, Column int
	Text         string
}

// Detection is what a rule looks for.
type Detection struct {
	Selections []Selection  // in the order of the file
	Conditions []Expr       // the rule matches where one of them holds
	Written    []string     // the conditions as written, one for each
	Aggregate  *Correlation // of a condition with "| count() by": what is counted over the matches of Conditions; Rules is empty
}

// Selection is a named search of a detection. It holds where one of its groups does.
type Selection struct {
	Name         string
	Line, Column int
	Groups       []Group
}

// Group holds where all of its items do: the fields of one mapping, or one list of keywords.
type Group struct {
	Line  int
	Items []Item
}

// Expr is a condition: And, Or, Not or Ref. "1 of x*" and "all of them" are written out as Or and And of Refs.
type Expr interface{ expr() }

// And holds where all of its terms do.
type And []Expr

// Or holds where one of its terms does.
type Or []Expr

// Not holds where its term does not.
type Not struct{ Expr Expr }

// Ref is a selection, by its place in Detection.Selections.
type Ref int

func (And) expr() {}
func (Or) expr()  {}
func (Not) expr() {}
func (Ref) expr() {}

// Item is one field with what is asked of it, or, where Field is empty, keywords: patterns matched against the raw line and every value
// of the record, with * at both ends where no modifier says how they stand. An absent field satisfies no item but null, "exists: false", and those with Negated.
type Item struct {
	Field        string
	Written      string // as written: "CommandLine|contains|all"
	Line, Column int
	Op           Op
	All          bool // every value must hold, not one of them
	Negated      bool // neq: the item holds where it would not
	Values       []Value
}

// Op is what an item asks.
type Op uint8

// What an item may ask.
const (
	OpMatch  Op = iota // a value's patterns against the text of the field
	OpRegexp           // a regular expression, found anywhere in the text
	OpCIDR             // the address lies in a prefix
	OpLess             // numbers: lt, lte, gt, gte
	OpLessOrEqual
	OpGreater
	OpGreaterOrEqual
	OpExists   // the field is there, or not, by Value.Exists
	OpFieldRef // the text of another field, Value.Ref
)

// Part of a time that the modifiers minute, hour, day, week, month and year take out of a field before it is compared.
type Part uint8

// The parts of a time, in UTC; a week is that of ISO 8601.
const (
	PartNone Part = iota
	PartMinute
	PartHour
	PartDay // of the month
	PartWeek
	PartMonth
	PartYear
)

// Value is one value of an item. What is set follows from the item's Op.
type Value struct {
	Line, Column int
	Written      string    // as written, bounded, for people
	Null         bool      // OpMatch: the field is absent or empty
	Patterns     []Pattern // OpMatch: one of them must hold: forms of one value (base64offset, windash, wide)
	Regexp       *Regexp
	Prefix       netip.Prefix
	Number       float64 // OpLess and its like, and OpMatch with Part
	Part         Part
	Exists       bool
	Ref          FieldRef
	Placeholder  string // OpMatch, OpCIDR with expand: the whole value is the set of this name; a pattern's part may be one too
}

// Regexp is a compiled expression. It is matched against the text as it is.
type Regexp struct {
	*regexp.Regexp
	Source string // with its flags
}

// FieldRef is another field of the same record, and how its text must stand in that of the item's field: whole, or where Before or
// After are set (contains, endswith: something may stand before; contains, startswith: something may stand after).
type FieldRef struct {
	Field         string
	Before, After bool
	Cased         bool
}

// Pattern is matched against a whole text: literals and wildcards by turns.
type Pattern struct {
	Cased bool // else letters match in either case, by Unicode's simple folding
	Parts []PatternPart
}

// PatternPart is a literal, when Wild is zero, or a wildcard, or a placeholder.
type PatternPart struct {
	Literal     string // as written; escapes undone
	Wild        byte   // '*' any run of characters, '?' one character, '%' the set Placeholder
	Placeholder string
}

// Correlation is a rule about the matches of others.
type Correlation struct {
	Line, Column int
	Type         CorrelationType
	Rules        []RuleRef
	GroupBy      []string
	Aliases      []Alias
	Timespan     time.Duration
	Conditions   []Bound  // all of them must hold; of temporal types without a condition: every rule
	Fields       []string // that value_count and its like look at
	Percentile   float64  // 0 to 100
	Generate     bool     // whether the rules referred to are reported too
}

// CorrelationType is what is counted.
type CorrelationType uint8

// The types of correlation.
const (
	EventCount CorrelationType = iota
	ValueCount
	Temporal
	TemporalOrdered
	ValueSum
	ValueAvg
	ValuePercentile
	ValueMedian // not in the specification; peers read it
)

// RuleRef is a reference to a rule, by id or name.
type RuleRef struct { //nolint:revive // a Ref is a selection in a condition
	Written      string
	Line, Column int
	Rule         *Rule // nil until Collection.Resolve
}

// Alias is a field of a correlation that stands for others, each of one rule.
type Alias struct {
	Name         string
	Fields       map[string]string // rule, as written in it, to field; after Collection.Resolve as RuleRef.Written has it
	Line, Column int
}

// Bound compares what was counted with a number.
type Bound struct {
	Op     BoundOp
	Number float64
}

// BoundOp is a comparison.
type BoundOp uint8

// The comparisons.
const (
	Greater BoundOp = iota
	GreaterOrEqual
	Less
	LessOrEqual
	Equal
	NotEqual
)

// Filter leaves out what its condition matches, in the rules it names.
type Filter struct {
	Any       bool // all rules of its log source
	Rules     []RuleRef
	Detection Detection
}

// Complaint is why a rule was not read, or what keeps it from being used.
type Complaint struct {
	File         string
	Line, Column int
	Rule         string // its title or id, where it got as far
	Text         string // what is wrong and what to do
}

// Collection is all that was read.
type Collection struct {
	Rules      []*Rule // in the order of files and documents
	Complaints []*Complaint
	Files      int
}
