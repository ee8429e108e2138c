package sigmatest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Event is a match of a rule that correlations refer to.
type Event struct {
	At     time.Time
	Rule   string // by the name or id that the correlation uses
	Fields map[string][]string
}

// Window is one that was tried: the events of one group in it, and whether the condition holds over them.
type Window struct {
	Group  []string
	Events []int // their places in what was given, by time; events of equal time in the order given
	First  time.Time
	Last   time.Time
	Number float64
	Holds  bool
}

// Windows are all that a correlation was tried on.
type Windows struct {
	From []Window // for each event of a group the window of the timespan that begins with it
	To   []Window // for each event of a group the window of the timespan that ends with it, equal times included
	// Lasting says that what once holds cannot cease to when more events come: lower bounds of what only grows. All else is judged over
	// complete windows.
	Lasting  bool
	Timespan time.Duration
}

// Groups gives the groups for which the correlation fires, sorted: of which some window holds that ends with an event or, where the
// condition does not last, some complete one.
func (w Windows) Groups() [][]string {
	windows := w.To
	if !w.Lasting {
		windows = w.Complete()
	}
	var groups [][]string
	for _, window := range windows {
		if window.Holds {
			groups = append(groups, window.Group)
		}
	}
	slices.SortFunc(groups, slices.Compare[[]string])
	return slices.CompactFunc(groups, slices.Equal[[]string])
}

// Complete gives the windows of which the group has been active for the whole timespan: in each run of events that follow each other
// within the timespan the window that begins with the first, and all that end with an event at least a timespan after it.
func (w Windows) Complete() []Window {
	var complete []Window
	for i, to := range w.To {
		first := w.runOf(i)
		if first == i {
			complete = append(complete, w.From[i])
		}
		if to.Last.Sub(w.To[first].Last) >= w.Timespan {
			complete = append(complete, to)
		}
	}
	return complete
}

// runOf gives the first event of the run that an event belongs to, going back through the events of its group.
func (w Windows) runOf(i int) int {
	first := i
	for j := i - 1; j >= 0; j-- {
		if slices.Equal(w.To[j].Group, w.To[i].Group) && w.To[first].Last.Sub(w.To[j].Last) <= w.Timespan {
			first = j
		}
	}
	return first
}

// Correlate tries every window of the correlation of a name or id. A correlation that it refers to contributes an event at the end
// of each of its windows (To) that holds, with its group as fields. A window is closed at both ends: two events exactly one timespan
// apart are in one. An event without a field of group-by belongs to no group; one without the field that is counted, or with what is no
// number there, counts nothing and has no window of its own.
func (n *Naive) Correlate(name string, events []Event) (Windows, error) {
	doc := n.named(name)
	if doc == nil {
		return Windows{}, fmt.Errorf("no document is called %q", name)
	}
	c, err := n.correlation(mapping(doc["correlation"]))
	if err != nil {
		return Windows{}, fmt.Errorf("%s: %w", name, err)
	}
	return n.windows(c, events)
}

func (n *Naive) windows(c *correlation, events []Event) (Windows, error) {
	events = slices.Clone(events)
	for _, name := range c.rules {
		chained, err := n.chained(name, events)
		if err != nil {
			return Windows{}, err
		}
		events = append(events, chained...)
	}
	tried := Windows{Lasting: c.lasting(), Timespan: c.timespan}
	order := sorted(events)
	for _, i := range order {
		group, ok := c.group(events[i])
		if !ok || !c.counts(events[i]) {
			continue
		}
		var from, to []int
		for _, j := range order {
			other, ok := c.group(events[j])
			if !ok || !slices.Equal(group, other) || !c.counts(events[j]) {
				continue
			}
			switch apart := events[j].At.Sub(events[i].At); {
			case apart == 0:
				from, to = append(from, j), append(to, j)
			case apart > 0 && apart <= c.timespan:
				from = append(from, j)
			case apart < 0 && -apart <= c.timespan:
				to = append(to, j)
			}
		}
		tried.From = append(tried.From, c.try(group, events, from))
		tried.To = append(tried.To, c.try(group, events, to))
	}
	return tried, nil
}

// chained gives the events of a rule that is a correlation itself.
func (n *Naive) chained(name string, events []Event) ([]Event, error) {
	doc := n.named(name)
	if doc == nil || doc["correlation"] == nil {
		return nil, nil
	}
	c, err := n.correlation(mapping(doc["correlation"]))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	tried, err := n.windows(c, events)
	var found []Event
	for _, w := range tried.To {
		if !w.Holds {
			continue
		}
		e := Event{At: w.Last, Rule: name, Fields: map[string][]string{}}
		for i, field := range c.groupBy {
			e.Fields[field] = []string{w.Group[i]}
		}
		found = append(found, e)
	}
	return found, err
}

// named finds a document by name or id.
func (n *Naive) named(name string) map[string]*yaml.Node {
	for _, doc := range n.docs {
		if text(doc["name"]) == name || strings.EqualFold(text(doc["id"]), name) {
			return doc
		}
	}
	return nil
}

// sorted gives the places of events by time.
func sorted(events []Event) []int {
	order := make([]int, len(events))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return events[a].At.Compare(events[b].At) })
	return order
}
