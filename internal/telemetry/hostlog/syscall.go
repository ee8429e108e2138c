package hostlog

import "strconv"

// calls are the system calls that are typed.
type call uint8

const (
	callOther call = iota
	callExec
	callSocket
	callSetOption
)

// callNames are as the daemon resolves them (SYSCALL=execve).
var callNames = map[string]call{"execve": callExec, "execveat": callExec, "socket": callSocket, "setsockopt": callSetOption}

// callNumbers are those of the processors that hosts of operators have, by the value of arch (linux/audit.h, AUDIT_ARCH_*).
var callNumbers = map[string]map[string]call{
	"c000003e": {"59": callExec, "322": callExec, "41": callSocket, "54": callSetOption},    // x86_64
	"c00000b7": {"221": callExec, "281": callExec, "198": callSocket, "208": callSetOption}, // aarch64
	"c00000f3": {"221": callExec, "281": callExec, "198": callSocket, "208": callSetOption}, // riscv64
	"40000003": {"11": callExec, "358": callExec, "359": callSocket, "366": callSetOption},  // i386
	"c0000015": {"11": callExec, "362": callExec, "326": callSocket, "339": callSetOption},  // ppc64le
	"80000016": {"11": callExec, "354": callExec, "359": callSocket, "366": callSetOption},  // s390x
}

// syscall types the record of a system call: programs that are started, sockets, and filters that are put on sockets.
func (a *audit) syscall() {
	c := callNames[a.get("SYSCALL")]
	if c == callOther {
		c = callNumbers[a.get("arch")][a.get("syscall")]
	}
	switch c {
	case callExec:
		a.does("process-start", a.result())
	case callSocket:
		a.does("socket-open", a.result())
		a.add(fieldFamily, wordOf(families, hexOf(a.get("a0"))))
		a.add(fieldType, wordOf(socketTypes, hexOf(a.get("a1"))&0xf)) // the higher bits are SOCK_CLOEXEC and SOCK_NONBLOCK
	case callSetOption:
		a.filter()
	case callOther:
	}
}

// The option of a socket that puts a filter on it (asm-generic/socket.h).
const (
	levelSocket  = 1
	attachFilter = 26
	attachBPF    = 50
)

func (a *audit) filter() {
	if hexOf(a.get("a1")) != levelSocket {
		return
	}
	kind := ""
	switch hexOf(a.get("a2")) {
	case attachFilter:
		kind = "classic"
	case attachBPF:
		kind = "bpf"
	default:
		return
	}
	a.does("socket-open", a.result())
	a.add(fieldFilter, kind)
}

// families and socketTypes are those of sockets (linux/socket.h, linux/net.h).
var (
	families    = map[uint64]string{1: "unix", 2: "inet", 10: "inet6", 15: "key", 16: "netlink", 17: "packet", 29: "can", 38: "alg", 40: "vsock", 44: "xdp"}
	socketTypes = map[uint64]string{1: "stream", 2: "dgram", 3: "raw", 4: "rdm", 5: "seqpacket", 10: "packet"}
)

// wordOf gives the word for a number, or the number.
func wordOf(words map[uint64]string, n uint64) string {
	if w := words[n]; w != "" {
		return w
	}
	return strconv.FormatUint(n, 10)
}

// hexOf reads an argument of a system call, which is hexadecimal; what is none is a number that nothing has.
func hexOf(s string) uint64 {
	n, err := strconv.ParseUint(s, 16, 64)
	if err != nil {
		return 1<<64 - 1
	}
	return n
}
