package rule

// Bounds of what is read. Rules of the public corpus stay below a tenth of each.
const (
	maxFile       = 4 << 20   // bytes of a file
	maxDocument   = 256 << 10 // bytes of a document: nodes of YAML take some hundred times their text
	maxDocuments  = 5000      // of a file
	maxFiles      = 50_000    // of a folder
	maxRules      = 50_000    // of a folder
	maxSelections = 256       // of a rule
	maxValues     = 10_000    // of a rule
	maxForms      = 3125      // patterns that modifiers make of one value: five dashes of five forms
	maxFormBytes  = 1 << 20   // bytes of these
	maxBytes      = 8 << 20   // bytes of all patterns of a rule
	maxPatterns   = 20_000    // patterns of a rule
	maxText       = 8 << 10   // bytes of a value or a field's name
	maxConditions = 32        // of a rule
	maxCondition  = 8 << 10   // bytes of a condition
	maxNesting    = 32        // of a condition: parentheses and nots
	maxTerms      = 10_000    // of the conditions of a rule, "1 of x*" written out
	maxRegexp     = 4 << 10   // bytes of a regular expression
	maxProgram    = 5000      // instructions of a compiled regular expression
	maxPrograms   = 50_000    // instructions of all regular expressions of a rule
	maxComplaints = 20        // of a document; the first of them are the useful ones
	maxNotes      = 50        // of a document
	maxWritten    = 120       // characters of a value that are shown
	maxList       = 1000      // entries of a list of texts: references, tags
	maxRefs       = 1000      // rules that a correlation or filter names
	maxGroupBy    = 32        // fields, and aliases, of a correlation
	maxChain      = 16        // correlations of correlations
	maxSpan       = 3660      // days of a timespan
	maxWeight     = 128 << 20 // bytes of all rules of a folder, about, that are more than their text
)

// About how many bytes of memory things take.
const (
	weightStep    = 60 // of a regular expression's program
	weightPattern = 96
	weightTerm    = 32
)
