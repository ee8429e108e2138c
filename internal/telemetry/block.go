package telemetry

import "fmt"

// Block is a run of whole lines of one source, in decompressed form. The last line of a source may
// lack its end. Nobody writes Data while a batch made from it lives.
type Block struct {
	Data    []byte
	Line    uint64 // number of the first line, from 1
	Last    bool   // the source ends with this block
	Context any    // what a decoder noted in Prepare for its Decode (a header, say); immutable
}

// MaxExamples is how many examples of one reason a Set keeps.
const MaxExamples = 3

// Set is where a decoder puts what it read from one block: a batch per kind, and what it could not
// read. It is reused from block to block and serves one goroutine.
type Set struct {
	batches  [NumKinds]Batch
	Lines    uint64 // lines (or elements) looked at that hold a record or should
	Read     uint64 // of those, how many became a record
	Undated  uint64 // of those, how many have no time that could be read
	Problems Problems
	Missed   []Missed // records that never came, as their senders' numbers tell
	// Ordinal is that of the last record of a source without lines: Append counts it on. It outlives Reset.
	Ordinal uint64
	// After is the line up to which the source was read before: Losses leaves out what could not be read up to there. It outlives Reset.
	After uint64
	lost  uint64
}

// Batch gives the batch of a kind, for adding records to it.
func (s *Set) Batch(k Kind) *Batch {
	b := &s.batches[k]
	b.Kind = k
	return b
}

// Append adds an empty record to the batch of a kind, for a source without lines: records are numbered as
// they come, whatever their kind.
func (s *Set) Append(k Kind) (b *Batch, i int) {
	b = s.Batch(k)
	s.Ordinal++
	return b, b.Append(s.Ordinal)
}

// Len gives the number of records.
func (s *Set) Len() int {
	n := 0
	for k := range s.batches {
		n += s.batches[k].Len()
	}
	return n
}

// Batches yields the batches that hold records.
func (s *Set) Batches(yield func(*Batch) bool) {
	for k := range s.batches {
		if b := &s.batches[k]; b.Len() > 0 && !yield(b) {
			return
		}
	}
}

// Reset empties the set and keeps its memory.
func (s *Set) Reset() {
	for k := range s.batches {
		s.batches[k].Reset()
	}
	s.Lines, s.Read, s.Undated, s.lost, s.Missed = 0, 0, 0, 0, s.Missed[:0]
	s.Problems.Reset()
}

// Skip notes a record that could not be read, or a part of one. The reason is a constant phrase
// ("wrong number of columns"); detail says what was found, may be empty and must hold no secret.
func (s *Set) Skip(line uint64, reason, detail string) {
	if line == 0 || line > s.After {
		s.lost++
	}
	s.Problems.Add(line, reason, detail)
}

// Losses counts what Skip noted behind After, or of the whole source.
func (s *Set) Losses() uint64 { return s.lost }

// Pass notes a part of a source that holds no records and was left out on purpose. It is no loss.
func (s *Set) Pass(line uint64, reason string) {
	s.Problems.merge(reason, true, 1, Example{Line: line})
}

// Problems counts what could not be read, by reason, with the first examples of each.
type Problems struct{ List []Problem }

// Problem is one reason with its count.
type Problem struct {
	Reason   string
	Notice   bool // left out on purpose: no loss
	Count    uint64
	Examples []Example // the first of them, at most MaxExamples
}

// Example is one place where a problem was met.
type Example struct {
	Line   uint64 // 0 when the problem is the whole file's
	Detail string
}

// String gives the example as "line 12: detail".
func (e Example) String() string {
	switch {
	case e.Line == 0:
		return e.Detail
	case e.Detail == "":
		return fmt.Sprintf("line %d", e.Line)
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Detail)
}

// Add counts one problem.
func (p *Problems) Add(line uint64, reason, detail string) {
	p.merge(reason, false, 1, Example{line, detail})
}

// Merge adds what another list holds; examples with the lowest lines win, so the order in which
// blocks are merged does not matter.
func (p *Problems) Merge(o *Problems) {
	for i := range o.List {
		q := &o.List[i]
		p.merge(q.Reason, q.Notice, q.Count, q.Examples...)
	}
}

func (p *Problems) merge(reason string, notice bool, n uint64, examples ...Example) {
	i := 0
	for i < len(p.List) && (p.List[i].Reason != reason || p.List[i].Notice != notice) {
		i++
	}
	if i == len(p.List) {
		p.List = append(p.List, Problem{Reason: reason, Notice: notice})
	}
	q := &p.List[i]
	q.Count += n
	for _, e := range examples {
		at := len(q.Examples)
		for at > 0 && q.Examples[at-1].Line > e.Line {
			at--
		}
		if at >= MaxExamples {
			continue
		}
		q.Examples = append(q.Examples, Example{})
		copy(q.Examples[at+1:], q.Examples[at:])
		q.Examples[at] = e
		q.Examples = q.Examples[:min(len(q.Examples), MaxExamples)]
	}
}

// Losses gives the number of records that could not be read, whatever the reason.
func (p *Problems) Losses() uint64 {
	var n uint64
	for i := range p.List {
		if !p.List[i].Notice {
			n += p.List[i].Count
		}
	}
	return n
}

// Reset forgets everything.
func (p *Problems) Reset() { p.List = p.List[:0] }
