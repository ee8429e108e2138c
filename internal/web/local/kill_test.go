package local

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"
)

// clientOf names the socket to a process of this test that is a client.
const clientOf = "STORMGLASS_TEST_CLIENT_OF"

func TestMain(m *testing.M) {
	if socket := os.Getenv(clientOf); socket != "" {
		_, _ = Do(context.Background(), Server{Socket: socket}, list, os.Stdin, os.Stdout, os.Stderr)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// A process that is killed takes its command with it.
func TestProcessIsKilled(t *testing.T) {
	running, cause := make(chan struct{}), make(chan error, 1)
	s := serve(t, func(ctx context.Context, _ Request, _ io.Reader, stdout, _ io.Writer) (int, error) {
		if _, err := io.WriteString(stdout, "begun\n"); err != nil {
			return 1, err
		}
		close(running)
		<-ctx.Done()
		cause <- context.Cause(ctx)
		return 1, nil
	})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(os.Environ(), clientOf+"="+s.socket)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	<-running
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-cause; !errors.Is(err, errGone) {
		t.Errorf("cause %v", err)
	}
	_ = c.Wait()
}
