package depot

import (
	"errors"
	"syscall"

	"stormglass/internal/fault"
)

// Full gives an error its way out when it says that there is no room left.
func Full(err error) error {
	if IsFull(err) {
		return fault.Hint(fault.Busy, err, "the disk is full: free space, or move the data folder to a larger disk; what was committed is safe, "+
			"and the same again goes on from there")
	}
	return err
}

// IsFull reports whether an error says that there is no room left.
func IsFull(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }
