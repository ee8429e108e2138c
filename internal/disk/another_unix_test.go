//go:build unix

package disk_test

import (
	"os"
	"os/exec"
	"syscall"
)

// asAnother has a command run as another user, where this one may do that.
func asAnother(c *exec.Cmd) bool {
	if os.Getuid() != 0 {
		return false
	}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return true
}
