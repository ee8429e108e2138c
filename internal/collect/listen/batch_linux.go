package listen

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"stormglass/internal/telemetry"
)

const (
	batchSize = 64 // datagrams read by one call
	// slot is the space for one datagram. The longest is 65,527 bytes; what is added keeps the beginnings of the slots
	// from falling into the same lines of the processor's caches. Memory that no datagram reaches is never touched.
	slot = 64<<10 + 23*64
)

// message is the kernel's struct mmsghdr.
type message struct {
	header unix.Msghdr
	length uint32
}

// batchSocket reads many datagrams by one call (recvmmsg), without an allocation for any.
type batchSocket struct {
	conn    *net.UDPConn
	raw     syscall.RawConn
	granted int

	messages  [batchSize]message
	vectors   [batchSize]unix.Iovec
	names     [batchSize]unix.RawSockaddrInet6
	controls  [batchSize][8]uint64 // for the time of arrival; words, since the kernel aligns
	space     []byte
	datagrams [batchSize]telemetry.Datagram

	receive func(fd uintptr)      // made once, as wait: a closure for each call would be an allocation
	wait    func(fd uintptr) bool // until there is something to read
	got     int
	err     error

	mu      sync.Mutex
	dropped uint32 // as the kernel last told
	total   uint64
	known   bool
}

func newBatchSocket(conn *net.UDPConn) (*batchSocket, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	s := &batchSocket{conn: conn, raw: raw, space: make([]byte, batchSize*slot)}
	for i := range s.messages {
		s.vectors[i].Base = &s.space[i*slot]
		s.vectors[i].SetLen(slot)
		h := &s.messages[i].header
		h.Iov = &s.vectors[i]
		h.SetIovlen(1)
		h.Name = (*byte)(unsafe.Pointer(&s.names[i]))       //nolint:gosec // the kernel's interface is pointers
		h.Control = (*byte)(unsafe.Pointer(&s.controls[i])) //nolint:gosec // the kernel's interface is pointers
	}
	s.receive = func(fd uintptr) { s.got, s.err = s.call(fd) }
	s.wait = func(fd uintptr) bool {
		s.receive(fd)
		return s.err != unix.EAGAIN //nolint:errorlint // straight from the system call
	}
	_ = s.set(unix.SO_TIMESTAMPNS, 1) // without it the time of reading stands in
	_, s.known = s.lost()
	return s, nil
}

func (s *batchSocket) local() netip.AddrPort { return s.conn.LocalAddr().(*net.UDPAddr).AddrPort() }
func (s *batchSocket) buffer() int           { return s.granted }
func (s *batchSocket) memory() int64         { return int64(len(s.space)) }
func (s *batchSocket) close() error          { return s.conn.Close() }

// call is recvmmsg, which does not wait.
func (s *batchSocket) call(fd uintptr) (int, error) {
	for i := range s.messages {
		h := &s.messages[i].header
		h.Namelen = uint32(unsafe.Sizeof(s.names[0]))
		h.SetControllen(int(unsafe.Sizeof(s.controls[0])))
	}
	for {
		n, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&s.messages)), batchSize, unix.MSG_DONTWAIT, 0, 0) //nolint:gosec // the kernel's interface is pointers
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return 0, errno
		}
	}
}

func (s *batchSocket) read() ([]telemetry.Datagram, error) {
	if err := s.raw.Read(s.wait); err != nil {
		return nil, err
	}
	if s.err != nil {
		return nil, s.err
	}
	return s.parse(), nil
}

func (s *batchSocket) rest() ([]telemetry.Datagram, error) {
	if err := s.raw.Control(s.receive); err != nil {
		return nil, err
	}
	if s.err == unix.EAGAIN { //nolint:errorlint // straight from the system call
		return nil, nil
	}
	if s.err != nil {
		return nil, s.err
	}
	return s.parse(), nil
}

// parse gives what the last call has read.
func (s *batchSocket) parse() []telemetry.Datagram {
	var now telemetry.Instant // read at most once for a batch
	for i := range s.got {
		d := &s.datagrams[i]
		d.From = parseName(&s.names[i])
		if d.At = s.arrival(i); d.At == 0 {
			if now == 0 {
				now = telemetry.InstantOf(time.Now())
			}
			d.At = now
		}
		at := i * slot
		end := at + int(s.messages[i].length)
		d.Data = s.space[at:end:end]
	}
	return s.datagrams[:s.got]
}

// parseName reads the address of a sender, of either family.
func parseName(name *unix.RawSockaddrInet6) netip.AddrPort {
	port := binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(&name.Port))[:]) //nolint:gosec // network order, whatever ours is
	if name.Family == unix.AF_INET {
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(name)) //nolint:gosec // the family says which of the two it is
		return netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), port)
	}
	return netip.AddrPortFrom(netip.AddrFrom16(name.Addr).Unmap(), port)
}

// arrival is when the kernel received a datagram; zero when it does not say.
func (s *batchSocket) arrival(i int) telemetry.Instant {
	h := (*unix.Cmsghdr)(unsafe.Pointer(&s.controls[i])) //nolint:gosec // words, so aligned
	const least = unix.SizeofCmsghdr + int(unsafe.Sizeof(unix.Timespec{}))
	if int(s.messages[i].header.Controllen) < least || h.Level != unix.SOL_SOCKET || h.Type != unix.SO_TIMESTAMPNS {
		return 0
	}
	t := (*unix.Timespec)(unsafe.Add(unsafe.Pointer(h), unix.CmsgLen(0))) //nolint:gosec // within the words: least says so
	return telemetry.InstantOf(time.Unix(t.Unix()))
}

// interrupt stops the waiting, and by a filter that lets nothing through the arrival of more: what is held is
// then a finite rest, and what comes too late is counted as dropped by the kernel.
func (s *batchSocket) interrupt() {
	_ = s.conn.SetReadDeadline(time.Unix(1, 0)) // only a closed socket has none
	_ = s.raw.Control(func(fd uintptr) {
		nothing := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: 0}}
		_ = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &nothing[0]})
	})
}

// lost asks the kernel for the number of datagrams that it dropped on this socket. It is exact, also when nothing
// has arrived since, which the count that comes with datagrams (SO_RXQ_OVFL) is not. Linux 4.12 and later tell it.
func (s *batchSocket) lost() (uint64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var info [unix.SK_MEMINFO_VARS]uint32
	size := uint32(unsafe.Sizeof(info))
	var errno syscall.Errno
	err := s.raw.Control(func(fd uintptr) {
		_, _, errno = unix.Syscall6(unix.SYS_GETSOCKOPT, fd, unix.SOL_SOCKET, unix.SO_MEMINFO,
			uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0) //nolint:gosec // the kernel's interface is pointers
	})
	if err == nil && errno == 0 && size == uint32(unsafe.Sizeof(info)) {
		s.known = true
		s.total += uint64(info[unix.SK_MEMINFO_DROPS] - s.dropped) // it counts in 32 bits and begins again
		s.dropped = info[unix.SK_MEMINFO_DROPS]
	}
	return s.total, s.known
}
