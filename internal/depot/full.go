package depot

import (
	"errors"
	"syscall"

	"stormglass/internal/fault"
)

// Full gives an error its way out when it says that there is no room left.
func Full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.Hint(fault.Conflict, err, "the disk is full: free space, or move the data folder to a larger disk; what was committed is safe, "+
			"and the same command goes on from there")
	}
	return err
}
