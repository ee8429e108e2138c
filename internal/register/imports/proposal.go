package imports

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Proposal is what files propose for registers. It changes nothing.
type Proposal struct {
	Source string
	Notes  []Notes // a file each, in the order read

	items map[string][]*item // by register
	taken map[string]place   // register and name: which entry states it
	more  map[string]int     // entries of a register beyond what one holds
}

// place is where something stands in a file.
type place struct {
	file string
	line int
}

func (p place) String() string { return p.file + ":" + strconv.Itoa(p.line) }

// item is one proposed entry.
type item struct {
	place
	keys    []key
	remarks []string // for the person who reads it
	doubts  []string // with one the entry is only a comment
}

// key is one key of an entry with its values.
type key struct {
	name   string
	many   bool // written as a list
	values []string
}

// set gives the entry a key with one value; an empty value is none.
func (i *item) set(name, value string) {
	if value != "" {
		i.keys = append(i.keys, key{name: name, values: []string{value}})
	}
}

// list gives the entry a key with several values, each once.
func (i *item) list(name string, values []string) {
	var once []string
	for _, v := range values {
		if v != "" && !slices.Contains(once, v) {
			once = append(once, v)
		}
	}
	if len(once) > 0 {
		i.keys = append(i.keys, key{name, true, once})
	}
}

func (i *item) remark(format string, args ...any) {
	i.remarks = append(i.remarks, fmt.Sprintf(format, args...))
}

func (i *item) doubt(format string, args ...any) {
	i.doubts = append(i.doubts, fmt.Sprintf(format, args...))
}

func newProposal(source string) *Proposal {
	return &Proposal{Source: source, items: map[string][]*item{}, taken: map[string]place{}, more: map[string]int{}}
}

// keep takes an entry in. The names are what registers allow one entry only; a second entry with one of them becomes a comment.
func (p *Proposal) keep(register string, i *item, names ...string) {
	if len(p.items[register]) >= maxItems {
		p.more[register]++
		return
	}
	for _, n := range names {
		if at, twice := p.taken[register+" "+strings.ToLower(n)]; twice {
			i.doubt("%q is stated in %s already", n, at)
		}
	}
	if len(i.doubts) == 0 {
		for _, n := range names {
			p.taken[register+" "+strings.ToLower(n)] = i.place
		}
	}
	p.items[register] = append(p.items[register], i)
}

// finish puts the notes in order, and in them what concerns all files.
func (p *Proposal) finish() {
	for i := range p.Notes {
		slices.SortStableFunc(p.Notes[i].Lines, func(a, b Left) int { return a.Line - b.Line })
	}
	for register, n := range p.more {
		p.Notes[len(p.Notes)-1].Remarks = append(p.Notes[len(p.Notes)-1].Remarks,
			fmt.Sprintf("%d further entries of %s found no place: a register holds %d", n, register, maxItems))
	}
}

// Registers gives the names of the registers for which something is proposed, in order.
func (p *Proposal) Registers() []string { return slices.Sorted(maps.Keys(p.items)) }

// Count gives how many entries are proposed for a register, and how many of them only as comments.
func (p *Proposal) Count(register string) (entries, doubtful int) {
	for _, i := range p.items[register] {
		if len(i.doubts) > 0 {
			doubtful++
		}
	}
	return len(p.items[register]), doubtful
}

// Limits of values, as registers have them.
const (
	maxText   = 512
	maxValues = 10_000
)

// nameable reports whether a text can be a value of a register.
func nameable(s string) bool {
	return s != "" && len(s) <= maxText && utf8.ValidString(s) && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsGraphic(r) || r == utf8.RuneError
	})
}

// words gives a text for people as a value: blanks and ends of lines joined, shortened; empty when it cannot be shown.
func words(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	const most = 200
	if len(s) > most {
		s = strings.TrimSpace(strings.ToValidUTF8(s[:most], "")) + "…"
	}
	if !nameable(s) {
		return ""
	}
	return s
}
