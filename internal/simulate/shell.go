package simulate

import (
	"net/netip"
	"time"
)

// shell is a session of a person or program on a device, with what all who see it write: the flow, the device's own
// messages, and the accounting of its AAA server.
type shell struct {
	at      time.Time
	device  *device
	user    string
	from    netip.Addr
	length  time.Duration
	outside bool // it comes to the device's outside address
	typed   []typed
	whole   []*Occurrence // to which each record of the session counts
	flow    []*Occurrence // to which its flow counts
	unheard bool          // no AAA server hears of it
	server  *host         // the AAA server that hears of it, instead of the usual one
	failed  int           // attempts before the login
	vty     int
	task    int
	netconf bool
}

// typed is a command of a session.
type typed struct {
	after  time.Duration // the login
	text   string
	config bool          // typed in configuration mode
	marks  []*Occurrence // to which each record of it counts
}

// types spreads commands over a session, so long apart. Those between "configure terminal" (or what a platform calls it) and
// what ends it are configuration.
func (c *cast) types(first, apart time.Duration, marks []*Occurrence, commands ...string) []typed {
	var l []typed
	at, config := first, false
	for _, text := range commands {
		if endsConfig[text] {
			config = false
		}
		l = append(l, typed{after: at, text: text, config: config, marks: marks})
		config = config || beginsConfig[text]
		at += apart + c.upTo(apart/4+time.Millisecond)
	}
	return l
}

var (
	beginsConfig = map[string]bool{"configure terminal": true, "configure": true, "system-view": true}
	endsConfig   = map[string]bool{"end": true, "exit": true, "commit and-quit": true, "return": true}
)

// work plays a session.
func (c *cast) work(s *slot, w *shell) {
	to := w.device.inner
	if w.outside {
		to = w.device.v4
	}
	w.vty, w.task = c.rng.IntN(4), c.between(1000, 99_999)
	if n := len(w.typed); n > 0 {
		w.length = max(w.length, w.typed[n-1].after+5*time.Second)
	}
	w.length = max(w.length, 20*time.Second)
	port := uint16(22)
	if w.netconf {
		port = 830
	}
	t := c.call(w.at, w.from, to, port, protoTCP).answer("ssh", c.size(9000)+3000, c.size(60_000)+4000, w.length)
	for _, of := range w.flow {
		t.mark(of, inFlow)
	}
	s.talk(t)
	in := w.at.Add(time.Second + c.upTo(3*time.Second))
	c.asks(s, w, in)
	for range w.failed {
		s.say(in, w.device, w.device.loginFailed(in, w.user, w.from)).mark(w.whole...)
		in = in.Add(4*time.Second + c.upTo(4*time.Second))
	}
	s.say(in, w.device, w.device.login(in, w.user, w.from)).mark(w.whole...)
	c.tell(s, w, in.Add(c.upTo(200*time.Millisecond)), "start", "", nil)
	for i, x := range w.typed {
		c.command(s, w, in.Add(x.after+time.Duration(i)*time.Millisecond), x)
	}
	out := w.at.Add(w.length).Add(-time.Second)
	if l := w.device.logout(w.user, w.from, w.vty); l != nil {
		s.say(out, w.device, l).mark(w.whole...)
	}
	c.tell(s, w, out.Add(c.upTo(200*time.Millisecond)), "stop", "", nil)
}

// command plays one command: what the device logs of it, and what its AAA server hears.
func (c *cast) command(s *slot, w *shell, at time.Time, x typed) {
	marks := append(append([]*Occurrence(nil), w.whole...), x.marks...)
	c.tell(s, w, at, "stop", x.text, x.marks)
	for _, l := range w.device.commanded(w, x) {
		s.say(at.Add(c.upTo(300*time.Millisecond)), w.device, l).mark(marks...)
	}
	if endsConfig[x.text] {
		s.say(at.Add(400*time.Millisecond+c.upTo(300*time.Millisecond)), w.device, w.device.changed(w)).mark(marks...)
	}
}

// asks is the device's question to its AAA server.
func (c *cast) asks(s *slot, w *shell, at time.Time) {
	if !w.unheard {
		s.talk(c.call(at, w.device.inner, w.accountedAt(c.site).v4, 49, protoTCP).answer("", 180, 140, c.upTo(80*time.Millisecond)))
	}
}

// accountedAt is the AAA server that hears of the session.
func (w *shell) accountedAt(s *site) *host {
	if w.server != nil {
		return w.server
	}
	return s.aaa(w.device)
}

// tell is the accounting of a session.
func (c *cast) tell(s *slot, w *shell, at time.Time, verb, command string, of []*Occurrence) {
	if w.unheard {
		return
	}
	e := &entry{
		at: at, server: w.accountedAt(c.site), device: w.device, user: w.user, tty: w.device.terminal(w.vty), from: w.from.String(), verb: verb,
		task: w.task, began: w.at, command: command, elapsed: w.length,
	}
	for _, o := range append(append([]*Occurrence(nil), w.whole...), of...) {
		e.marks = append(e.marks, mark{o, inLine})
	}
	s.account(e)
}
