package intel

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"stormglass/internal/observable"
)

// Where names an item within its file: by its id, or by its number.
type Where struct {
	What string // "attribute", "object", "line"
	ID   string // uuid or id; empty when the item has none
	N    int    // line, or position counted from 1; used when ID is empty
}

// String gives "attribute 5a3c…" or "line 12".
func (w Where) String() string {
	switch {
	case w.ID != "":
		return w.What + " " + clip(w.ID)
	case w.N > 0:
		return w.What + " " + strconv.Itoa(w.N)
	}
	return w.What
}

// loss is a value of an item that was not used.
type loss struct {
	outcome Outcome
	reason  string
	kind    observable.Kind
	value   string
}

// Item is the account of one item of a file while its values are taken in. An item of which at
// least one value is hunted, or which is held in the library, is loaded; its other values become
// parts. An item without is reported if one of its values is, else listed; in either case it
// counts once.
type Item struct {
	l     *Loader
	where Where
	kept  int
	lost  []loss
}

// Begin starts the account of an item. It is valid until End; a loader has one item at a time.
func (l *Loader) Begin(w Where) *Item {
	l.item.l, l.item.where, l.item.kept, l.item.lost = l, w, 0, l.item.lost[:0]
	return &l.item
}

// Take reads text as a value of kind k and adds it to the hunt with the rest of i.
func (it *Item) Take(k observable.Kind, text string, i Indicator) {
	if k == observable.URL && !strings.Contains(text, "://") && partOfAddress(text) {
		it.Lose(Reported, "value is a part of an address", k, text)
		return
	}
	v, err := observable.ParseAs(k, text)
	if err != nil {
		it.Lose(Reported, ParseReason(k, err), k, text)
		return
	}
	i.Value = v
	it.Add(i)
}

// partOfAddress reports whether the host of a URL without scheme is made of digits and dots and yet
// no address. Clients would read "107.183.86" as 107.183.0.86; a publisher has cut something off.
func partOfAddress(s string) bool {
	host := s
	if n := strings.IndexAny(s, "/?:#"); n >= 0 {
		host = s[:n]
	}
	if host == "" || strings.Trim(host, "0123456789.") != "" {
		return false
	}
	_, err := netip.ParseAddr(host)
	return err != nil
}

// TakeNet is Take for a text that may be an address or a prefix. A prefix of a single address is
// that address.
func (it *Item) TakeNet(text string, i Indicator) {
	if !strings.Contains(text, "/") {
		it.Take(observable.Addr, text, i)
		return
	}
	v, err := observable.ParseAs(observable.Prefix, text)
	if err != nil {
		it.Lose(Reported, ParseReason(observable.Prefix, err), observable.Prefix, text)
		return
	}
	i.Value = Single(v)
	it.Add(i)
}

// Single turns a prefix that holds one address into that address; other values stay.
func Single(v observable.Value) observable.Value {
	if p := v.Prefix(); v.Kind() == observable.Prefix && p.IsSingleIP() {
		return observable.OfAddr(p.Addr())
	}
	return v
}

// Add takes a value into the hunt unless its kind is not hunted or it is too broad.
func (it *Item) Add(i Indicator) {
	if !Huntable(i.Value.Kind()) {
		it.Lose(Listed, "kind "+i.Value.Kind().String()+" is not searched in telemetry", i.Value.Kind(), i.Value.String())
		return
	}
	if reason, broad := TooBroad(i.Value); broad {
		it.Lose(Listed, reason, i.Value.Kind(), i.Value.String())
		return
	}
	it.l.Indicator(i)
	it.kept++
}

// Hold says that the item is kept in the library, as an actor or a name.
func (it *Item) Hold() { it.kept++ }

// Lose names a value of the item that is not used. Kind decides whether the note is masked; it is
// Unknown when the value has none.
func (it *Item) Lose(o Outcome, reason string, k observable.Kind, value string) {
	it.lost = append(it.lost, loss{o, reason, k, value})
}

// End counts the item.
func (it *Item) End() {
	l, lost := it.l, it.lost
	switch {
	case it.kept > 0:
		l.Loaded()
	case len(lost) == 0:
		l.NotLoaded(Listed, "holds no value", it.text(), "")
	default:
		first := 0
		for n := range lost {
			if lost[n].outcome == Reported {
				first = n
				break
			}
		}
		l.NotLoaded(lost[first].outcome, lost[first].reason, it.text(), it.show(lost[first]))
		lost[0], lost[first] = lost[first], lost[0]
		lost = lost[1:]
	}
	for _, x := range lost {
		l.Part(x.outcome, x.reason, it.text(), it.show(x))
	}
	clear(it.lost)
}

func (it *Item) text() string {
	if !it.l.KeepNotes {
		return ""
	}
	return it.where.String()
}

func (it *Item) show(x loss) string {
	if !it.l.KeepNotes {
		return ""
	}
	return Shown(x.kind, x.value)
}

// Shown gives a text of a kind as notes show it: masked when it identifies a subscriber, and cut.
func Shown(k observable.Kind, text string) string {
	if k.Subscriber() {
		text = observable.Mask(observable.Of(k, text))
	}
	return clip(text)
}

// maxShown bounds what a note repeats of a file, in bytes.
const maxShown = 200

func clip(s string) string {
	if len(s) > maxShown {
		return strings.ToValidUTF8(s[:maxShown], "") + "…"
	}
	return s
}

// ParseReason turns the error of observable.ParseAs into a phrase that is the same for all values
// of its sort: "value is not a domain name".
func ParseReason(k observable.Kind, err error) string {
	var pe *observable.ParseError
	if !errors.As(err, &pe) {
		return "value cannot be read as " + k.String()
	}
	why, _, _ := strings.Cut(pe.Why, ":")
	return "value is " + why
}
