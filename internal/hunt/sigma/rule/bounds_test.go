package rule

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"
)

const head = "title: t\nlogsource: {product: p}\n"

// TestBounds: what is over a bound is refused, by a complaint that says so.
func TestBounds(t *testing.T) {
	repeat := func(count int, format string) string {
		var b strings.Builder
		for i := range count {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	detection := func(selections, condition string) string {
		return head + "detection:\n" + selections + "  condition: " + condition + "\n"
	}
	tests := map[string]struct{ text, want string }{
		"file":                 {strings.Repeat("# comment\n", maxFile/10+1), "the file has over 4 MiB"},
		"documents":            {strings.Repeat("---\n", maxDocuments+1), "the file has over 5,000 documents"},
		"document":             {head + "description: " + strings.Repeat("x", maxDocument), "the document has over 256 KiB"},
		"a million values":     {detection("  s:\n    f:\n"+strings.Repeat("    - a\n", 450_000), "s"), "the document has over 256 KiB"},
		"a million in a line":  {detection("  s: {f: ["+strings.Repeat("a,", 2_000_000)+"]}\n", "s"), "the document has over 256 KiB"},
		"values":               {detection("  s: {f: ["+strings.Repeat("a,", maxValues+1)+"]}\n", "s"), "the rule has over 10000 values"},
		"values of two fields": {detection("  s: {f: ["+strings.Repeat("a,", maxValues/2+1)+"], g: ["+strings.Repeat("a,", maxValues/2)+"]}\n", "s"), "the rule has over 10000 values"},
		"pattern of 180 KB":    {detection("  s: {f: '"+strings.Repeat("a?", 90_000)+"'}\n", "s"), "a value has over 8192 bytes"},
		"regexp of 180 KB":     {detection("  s: {f|re: '"+strings.Repeat("a?", 90_000)+"'}\n", "s"), "a value has over 8192 bytes"},
		"regexp of 5 KB":       {detection("  s: {f|re: '"+strings.Repeat("a?", 2500)+"'}\n", "s"), "the regular expression has over 4096 bytes"},
		"repeats":              {detection("  s: {f|re: '"+strings.Repeat("(a{1000})", 6)+"'}\n", "s"), "the regular expression is too costly"},
		"repeats of repeats":   {detection("  s: {f|re: '((a{1000}){1000})'}\n", "s"), "the regular expression is too costly"},
		"repeats of classes":   {detection("  s: {f|re: '"+strings.Repeat(`(\pL\pN){100}`, 5)+"'}\n", "s"), "the regular expression is too costly"},
		"many repeats":         {detection("  s: {f|re: ["+strings.Repeat("'(ab){900}',", 40)+"]}\n", "s"), "the regular expressions of the rule are too costly"},
		"deep regexp":          {detection("  s: {f|re: '"+strings.Repeat("(", 1500)+strings.Repeat(")", 1500)+"'}\n", "s"), "too costly"},
		"selections":           {detection(repeat(maxSelections+1, "  s%d: {f: a}\n"), "s0"), "the rule has over 256 selections"},
		"condition":            {detection("  s: {f: a}\n", strings.Repeat("s or ", maxCondition/5+1)+"s"), "the condition has over 8192 bytes"},
		"conditions":           {detection("  s: {f: a}\n", "["+strings.Repeat("s,", maxConditions+1)+"]"), "condition has 33 entries, over 32"},
		"parentheses":          {detection("  s: {f: a}\n", strings.Repeat("(", 33)+"s"+strings.Repeat(")", 33)), "nested deeper than 32"},
		"nots":                 {detection("  s: {f: a}\n", strings.Repeat("not ", 33)+"s"), "nested deeper than 32"},
		"terms":                {detection(repeat(200, "  s%d: {f: a}\n"), strings.Repeat("1 of s* or ", 60)+"s0"), "the conditions name over 10000 selections"},
		"windash":              {detection("  s: {f|windash: '-a -b -c -d -e -f'}\n", "s"), "windash makes too many forms"},
		"windash of long text": {detection("  s: {f|windash: '-a -b -c -d "+strings.Repeat("x", 4000)+"'}\n", "s"), "windash makes too many forms"},
		"windash on a list":    {detection("  s: {f|windash: ["+strings.Repeat("'-a -b -c -d -e',", 7)+"]}\n", "s"), "the values of the rule stand for over 20000 patterns"},
		"offsets of windash":   {detection("  s: {f|windash|base64offset: '-a -b -c -d -e'}\n", "s"), "the modifiers make over 3125 forms"},
		"long patterns":        {detection("  s: {f|windash: ["+strings.Repeat("'-a -b -c "+strings.Repeat("x", 4000)+"',", 20)+"]}\n", "s"), "or 8 MiB of them"},
		"base64 of base64":     {detection("  s: {f|base64|base64|base64|base64|base64|base64|base64|base64|base64|base64|base64|base64|base64: ab}\n", "s"), "13 modifiers, over 12"},
		"field":                {detection("  s: {"+strings.Repeat("f", maxText+1)+": a}\n", "s"), "the field's name has over 8192 bytes"},
		"name":                 {detection("  "+strings.Repeat("s", 200)+": {f: a}\n", "s"), "the name of a selection has over 120 bytes"},
		"depth":                {detection("  s: {f: "+strings.Repeat("[", 40)+strings.Repeat("]", 40)+"}\n", "s"), "exceeded max depth of 32"},
		"aliases":              {"a: &a [x]\nb: *a\n" + head, "anchors (&) and aliases (*) are not allowed"},
		"an alias bomb":        {"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n" + head, "alias"},
		"tags":                 {"title: !!binary aGk=\n", "tags (!) are not allowed"},
		"merges":               {head + "detection:\n  s: {<<: {f: a}}\n  condition: s\n", "a key is a single text"},
		"references":           {head + "references: [" + strings.Repeat("a,", maxList+1) + "]\n", "references has 1001 entries"},
		"rules":                {"title: t\ncorrelation: {type: temporal, timespan: 1m, rules: [" + repeat(maxRefs+1, "r%d,") + "]}\n", "rules has 1001 entries"},
		"group-by":             {"title: t\ncorrelation: {type: temporal, timespan: 1m, rules: [r], group-by: [" + repeat(33, "r%d,") + "]}\n", "group-by has 33 entries"},
		"aliases of fields":    {"title: t\ncorrelation: {type: temporal, timespan: 1m, rules: [r], aliases: {" + repeat(33, "r%d: {r: f},") + "}}\n", "aliases is a mapping of up to 32"},
		"timespan":             {"title: t\ncorrelation: {type: temporal, timespan: 99999999999d, rules: [r]}\n", "timespan: a length of time"},
		"counted groups":       {detection("  s: {f: a}\n  timeframe: 1m\n", "s | count() by "+strings.TrimSuffix(repeat(33, "a%d, "), ", ")+" > 3"), "over 32 fields to group by"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, complaints := Parse("t.yml", []byte(test.text))
			for _, m := range complaints {
				if strings.Contains(m.Text, test.want) {
					return
				}
			}
			t.Errorf("%d complaints, none with %q: %v", len(complaints), test.want, complaints)
		})
	}
}

// TestManyComplaints: a document has at most a number of complaints, whatever is wrong with it.
func TestManyComplaints(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "    f%d|wrong: x\n", i)
	}
	_, complaints := Parse("t.yml", []byte(head+"detection:\n  s:\n"+b.String()+"  condition: s\n"))
	if len(complaints) != maxComplaints {
		t.Errorf("%d complaints", len(complaints))
	}
}

// TestFolderWeight: rules that are small as text and large in memory are refused from some point on, and those before it stay.
func TestFolderWeight(t *testing.T) {
	costly := head + "detection:\n  s: {f|windash: ['-a -b -c -d -e', '-b -b -c -d -e', '-c -b -c -d -e', '-d -b -c -d -e', '-e -b -c -d -e', '-f -b -c -d -e']}\n  condition: s\n---\n"
	fsys := fstest.MapFS{}
	for i := range 20 {
		fsys[fmt.Sprintf("%02d.yml", i)] = &fstest.MapFile{Data: bytes.Repeat([]byte(costly), 20)}
	}
	before := heap()
	c, err := Read(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	if took := heap() - before; took > 2*maxWeight {
		t.Errorf("the rules take %d MiB, counted as at most %d", took>>20, maxWeight>>20)
	}
	if len(c.Rules) == 0 || len(c.Complaints) == 0 || !strings.Contains(c.Complaints[0].Text, "128 MiB of memory") {
		t.Errorf("%d rules, %d complaints", len(c.Rules), len(c.Complaints))
	}
	runtime.KeepAlive(c)
}

// TestMillionValuesTakeLittle: what is refused for its size costs little more than the file.
func TestMillionValuesTakeLittle(t *testing.T) {
	text := []byte(head + "detection:\n  s: {f: [" + strings.Repeat("a,", 2_000_000) + "]}\n  condition: s\n")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, complaints := Parse("t.yml", text)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 || len(complaints) != 1 {
		t.Errorf("%d bytes, %v", took, complaints)
	}
}

func heap() int64 {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
