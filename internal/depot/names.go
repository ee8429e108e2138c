package depot

import (
	"strings"
	"sync"
)

// names is the dictionary of sensors and of peers that have no address. Numbers are never reused.
type names struct {
	mu    sync.RWMutex
	ids   map[string]uint32
	next  uint32
	texts map[uint32]string
	fresh map[uint32]string // not committed yet
}

// maxNames bounds the dictionary: names come from outside. Beyond it names share one number.
const (
	maxNames   = 1_000_000
	otherNames = "further names"
)

func newNames(known map[uint32]string) *names {
	n := &names{ids: make(map[string]uint32, len(known)), next: 1, fresh: map[uint32]string{}, texts: make(map[uint32]string, len(known))}
	for id, s := range known {
		n.ids[s], n.texts[id] = id, s
		n.next = max(n.next, id+1)
	}
	return n
}

// id gives the number of a name, a new one when it is not known.
func (n *names) id(s string) uint32 {
	n.mu.RLock()
	id, ok := n.ids[s]
	n.mu.RUnlock()
	if ok {
		return id
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, ok := n.ids[s]; ok {
		return id
	}
	if len(n.ids) >= maxNames {
		s = otherNames
		if id, ok := n.ids[s]; ok {
			return id
		}
	}
	s = strings.Clone(s) // it may share memory with a batch
	id = n.next
	n.next++
	n.ids[s], n.texts[id], n.fresh[id] = id, s, s
	return id
}

// take gives the names that no edit holds yet.
func (n *names) take() map[uint32]string {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := n.fresh
	n.fresh = map[uint32]string{}
	return out
}

// name gives the name of a number.
func (n *names) name(id uint32) (string, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	s, ok := n.texts[id]
	return s, ok
}

// forget blanks the names that gone chooses, and gives what stands for them now. Who bears such a name
// later gets a new number.
func (n *names) forget(gone func(string) bool) map[uint32]string {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := map[uint32]string{}
	for id, s := range n.texts {
		if gone(s) {
			delete(n.ids, s)
			n.texts[id], out[id] = blank, blank
		}
	}
	return out
}
