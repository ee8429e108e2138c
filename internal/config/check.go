package config

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"stormglass/internal/fault"
	"stormglass/internal/outbox"
)

// Check reads a configuration and judges it, and opens the certificates that it names. Complaints keep the service from
// starting; warnings are what it would start with all the same, and what is most likely not meant.
func Check(path string, getenv func(string) string) (complaints []error, warnings []string) {
	if path == "" {
		c, list := parse("", nil, getenv)
		return append(list, c.validate()...), c.Warnings()
	}
	content, err := readFile(path)
	if err != nil {
		return []error{fault.Wrap(fault.Invalid, err)}, nil
	}
	c, list := parse(path, content, getenv)
	w := warner{Config: c}
	w.file(path)
	if len(list) > 0 {
		return append(list, c.besides(list)...), append(w.list, path+": not everything could be read: further checks come after what is wrong below is mended")
	}
	v := c.judge()
	w.certificates(v)
	return v.all(), append(w.list, c.Warnings()...)
}

// Warnings gives what a valid configuration most likely does not mean.
func (c *Config) Warnings() []string {
	w := warner{Config: c}
	w.http()
	w.senders()
	w.untold()
	w.buffers(os.ReadFile)
	w.memory()
	w.relative()
	w.ephemeral()
	return w.list
}

// warner gathers warnings.
type warner struct {
	*Config
	list []string
}

func (w *warner) warn(path, format string, args ...any) {
	w.list = append(w.list, (&ValueError{w.origins.of(path), path, fmt.Sprintf(format, args...)}).Error())
}

// file looks whether somebody else could change the configuration, and so whom the service tells.
func (w *warner) file(name string) {
	info, err := os.Stat(name)
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o002 != 0 {
		w.list = append(w.list, fmt.Sprintf("%s: everybody may change it (mode %04o): chmod o-w %s", name, info.Mode().Perm(), name))
	}
}

func (w *warner) http() {
	if w.clear() {
		w.warn("http.address", "%s can be reached from outside without TLS: tokens go over the network in clear. State http.cert and http.key, or put a proxy in front", w.HTTP.Address)
	}
}

// senders warns of listeners that take datagrams from anybody: the sender of a datagram can be made up, so a
// list is no proof, but it keeps out what is not meant.
func (w *warner) senders() {
	note := func(path, address string, allow []netip.Prefix) {
		if host, _, ok := parseBound(address); ok && !host.IsLoopback() && len(allow) == 0 {
			w.warn(path, "anybody may send to %s: state the senders in %s.allow, and in the firewall", address, path)
		}
	}
	w.eachUDP(func(path string, u *UDP) { note(path, u.Address, u.Allow) })
	w.eachStream(func(path string, s *Stream, t *TLS) {
		if t == nil || t.ClientCA == "" {
			note(path, s.Address, s.Allow)
		}
	})
}

// untold warns of sinks that nothing leads to.
func (w *warner) untold() {
	if len(w.Outbox.Sinks) > 0 && len(w.Outbox.Routes) == 0 {
		w.warn("outbox.sinks", "nobody is told anything: no route leads to a sink. Write outbox.routes, as {name: all, to: [%s]}", slices.Sorted(maps.Keys(w.Outbox.Sinks))[0])
		return
	}
	for _, name := range slices.Sorted(maps.Keys(w.Outbox.Sinks)) {
		if !slices.ContainsFunc(w.Outbox.Routes, func(r outbox.Route) bool { return slices.Contains(r.To, name) }) {
			w.warn("outbox.sinks."+name, "no route names it: it is told nothing")
		}
	}
}

const (
	bufferLimit = "/proc/sys/net/core/rmem_max"
	ownStatus   = "/proc/self/status"
	netAdmin    = 12 // CAP_NET_ADMIN of linux/capability.h: who has it sets receive buffers above the limit
)

// buffers warns, once for all listeners, of receive buffers that the kernel will not grant to this process.
func (w *warner) buffers(read func(string) ([]byte, error)) {
	content, err := read(bufferLimit)
	limit, errNumber := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64)
	if errors.Join(err, errNumber) != nil {
		return // not Linux
	}
	most, where, listeners := Size(limit), "", 0
	w.eachUDP(func(path string, u *UDP) {
		if u.Buffer <= Size(limit) {
			return
		}
		listeners++
		if u.Buffer > most {
			most, where = u.Buffer, path+".buffer"
		}
	})
	if listeners == 0 || mayForce(read) {
		return
	}
	w.warn(where, "the kernel grants %s at most, %s is wanted (%d listeners want more than that): sysctl -w net.core.rmem_max=%d", Size(limit), most, listeners, int64(most))
}

// mayForce reports whether this process has the capability to pass the limit.
func mayForce(read func(string) ([]byte, error)) bool {
	content, err := read(ownStatus)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(content)) {
		if digits, ok := strings.CutPrefix(line, "CapEff:"); ok {
			set, err := strconv.ParseUint(strings.TrimSpace(digits), 16, 64)
			return err == nil && set&(1<<netAdmin) != 0
		}
	}
	return false
}

// memory warns of queues that leave too little for the rest.
func (w *warner) memory() {
	var queues Size
	w.eachUDP(func(_ string, u *UDP) { queues += Size(u.Sockets) * u.Queue })
	w.eachStream(func(_ string, s *Stream, _ *TLS) { queues += s.Queue })
	if queues > w.Memory/4 {
		w.warn("memory", "the queues of all listeners may hold %s, over a quarter of memory (%s): raise memory, or lower queue", queues, w.Memory)
	}
	if all := 2 * halfOfMemory(os.DirFS("/")); w.Memory > all {
		w.warn("memory", "%s is more than there is (%s)", w.Memory, all)
	}
}

// relative warns of paths that mean something else for a service, which is started in another folder.
func (w *warner) relative() {
	note := func(path, name string) {
		if name != "" && !filepath.IsAbs(name) {
			w.warn(path, "%s is looked for from where the service is started: write the whole path", name)
		}
	}
	note("data", w.Data)
	note("http.tokens", w.HTTP.Tokens)
	tls := func(path string, t *TLS) {
		note(path+".cert", t.Cert)
		note(path+".key", t.Key)
		note(path+".client_ca", t.ClientCA)
	}
	tls("http", &w.HTTP.TLS)
	w.eachStream(func(path string, _ *Stream, t *TLS) {
		if t != nil {
			tls(path, t)
		}
	})
	for i, p := range w.Collect.Watch {
		note(index("collect.watch", i), p)
	}
	for i, p := range w.Intel.Watch {
		note(index("intel.watch", i), p)
	}
	for i, p := range w.Rules {
		note(index("rules", i), p)
	}
	for i, p := range w.Pipelines {
		note(index("pipelines", i), p)
	}
}

// ephemeral warns of ports that the kernel picks anew at each start.
func (w *warner) ephemeral() {
	note := func(path, address string) {
		if _, port, err := net.SplitHostPort(address); err == nil && port == "0" {
			w.warn(path, "port 0 is another one at each start: state one")
		}
	}
	note("http.address", w.HTTP.Address)
	w.eachUDP(func(path string, u *UDP) { note(path+".address", u.Address) })
	w.eachStream(func(path string, s *Stream, _ *TLS) { note(path+".address", s.Address) })
}
