package local

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"stormglass/internal/fault"
)

// errLost is that the service went away in the midst of a command.
var errLost = errors.New("the service went away before the command ended")

// Do runs a command line in a service and gives its exit code. The error is ErrNoServer when nobody
// answers there, ErrStranger when it is not the service that does, or says why the command could not be run or be run to its end. When ctx ends the command is told to stop, and its
// end is waited for some seconds.
//
// stdin is read only while the command reads it, and may be nil. A read of it that waits when the command ends goes on
// waiting: whoever uses Do ends soon after it, or closes what it reads from.
//
// A service that runs as another user than root and that of this process cannot make a terminal do anything but show text.
func Do(ctx context.Context, at Server, r Request, stdin io.Reader, stdout, stderr io.Writer) (code int, err error) {
	conn, uid, err := connect(ctx, at)
	if err != nil {
		return 1, err
	}
	if !ours(uid) {
		out, errs := harmless(stdout), harmless(stderr)
		defer func() { err = errors.Join(err, out.end(), errs.end()) }()
		stdout, stderr = out, errs
	}
	defer func() { _ = conn.Close() }()
	c := &client{conn: conn, room: newRoom()}
	defer c.room.close()
	release := context.AfterFunc(ctx, func() {
		_ = conn.SetReadDeadline(time.Now().Add(stopWait))
		c.send(frameCancel, nil)
	})
	defer release()
	from, err := c.begin(ctx, &r)
	if err == nil {
		code, err = c.follow(from, stdin, stdout, stderr)
	}
	if err != nil {
		code = max(code, 1)
	}
	if err != nil && ctx.Err() != nil {
		return code, fmt.Errorf("run a command in the service: %w", context.Cause(ctx))
	}
	return code, err
}

// client is the command line's end of a connection.
type client struct {
	conn net.Conn
	room *room

	mu    sync.Mutex // of writing
	begun bool       // frames may be written
	buf   []byte
	input error // why standard input could not be read to its end
}

// send writes a frame; one that does not get through is noticed by who reads.
func (c *client) send(k kind, content []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.begun {
		return false
	}
	c.buf = appendFrame(c.buf[:0], k, content)
	_, err := c.conn.Write(c.buf)
	return err == nil
}

// begin sends the request, and gives what frames are read from.
func (c *client) begin(ctx context.Context, r *Request) (*bufio.Reader, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write a command: %w", err)
	}
	if len(body) > maxRequest {
		return nil, fault.Hint(fault.Invalid, errors.New("the command line is too long for the service"), "give values on standard input")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://stormglass"+CommandPath, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("write a command: %w", err)
	}
	req.Header.Set("Connection", "Upgrade")
	req.Header.Set("Upgrade", protocol)
	req.Header.Set("Content-Type", "application/json")
	from := bufio.NewReaderSize(c.conn, headerSize+maxPiece)
	writeErr := req.Write(c.conn)
	resp, err := http.ReadResponse(from, req) // also after an error: it may say why
	if err != nil {
		return nil, fmt.Errorf("send a command to the service: %w", errors.Join(writeErr, err))
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return nil, errors.Join(refusal(resp), resp.Body.Close())
	}
	c.mu.Lock()
	c.begun = true
	c.mu.Unlock()
	if ctx.Err() != nil { // it ended before there was anybody to tell
		c.send(frameCancel, nil)
	}
	return from, nil
}

// refusal makes an error of an answer that is none.
func refusal(resp *http.Response) error {
	const most = 64 << 10
	text, err := io.ReadAll(io.LimitReader(resp.Body, most))
	var p problem
	if err != nil || json.Unmarshal(text, &p) != nil || p.Detail == "" {
		return fmt.Errorf("the service answered %s", resp.Status)
	}
	x := exit{Error: p.Detail, Kind: p.Kind, Hint: p.Hint}
	return x.err()
}

// follow passes on what the command writes until it ends.
func (c *client) follow(from io.Reader, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	f := &frameReader{r: from}
	reading := false
	for {
		k, content, err := f.next()
		if err != nil {
			return 1, fmt.Errorf("%w: %w", errLost, err)
		}
		switch k {
		case frameOutput:
			_, err = stdout.Write(content)
		case frameErrors:
			_, err = stderr.Write(content)
		case frameRoom:
			c.room.add(int(binary.BigEndian.Uint32(content)))
			if !reading {
				reading = true
				go c.feed(stdin) // ends with its input, or with the connection
			}
		case frameExit:
			return c.ended(content)
		default:
			err = errFrame
		}
		if err != nil {
			return 1, fmt.Errorf("pass on what the command writes: %w", err)
		}
	}
}

func (c *client) ended(content []byte) (int, error) {
	c.mu.Lock()
	broken := c.input
	c.mu.Unlock()
	if broken != nil {
		return 1, fmt.Errorf("read standard input: %w", broken)
	}
	var x exit
	if err := json.Unmarshal(content, &x); err != nil {
		return 1, fmt.Errorf("read how the command ended: %w", err)
	}
	return x.Code, x.err()
}

// feed sends standard input as far as there is room.
func (c *client) feed(stdin io.Reader) {
	if stdin != nil {
		buf := make([]byte, maxPiece)
		for {
			most := c.room.take(len(buf))
			if most == 0 {
				return
			}
			n, err := stdin.Read(buf[:most])
			if n > 0 && !c.send(frameInput, buf[:n]) {
				return
			}
			c.room.add(most - n)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil { // half of an input is no input
				c.broken(err)
				return
			}
		}
	}
	c.send(frameEnd, nil)
}

// broken stops the command because its input cannot be read on.
func (c *client) broken(err error) {
	c.mu.Lock()
	c.input = err
	c.mu.Unlock()
	c.send(frameCancel, nil)
}

// room counts the bytes that may be sent.
type room struct {
	mu      sync.Mutex
	changed *sync.Cond
	n       int
	closed  bool
}

func newRoom() *room {
	r := &room{}
	r.changed = sync.NewCond(&r.mu)
	return r
}

func (r *room) add(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n += n
	r.changed.Signal()
}

// take waits for room and takes at most so much of it; 0 when there will be no more.
func (r *room) take(most int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.n == 0 && !r.closed {
		r.changed.Wait()
	}
	if r.closed {
		return 0
	}
	n := min(most, r.n)
	r.n -= n
	return n
}

func (r *room) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.changed.Broadcast()
}
