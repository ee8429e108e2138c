package main

import (
	"errors"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
)

// dataFlag adds --data to a command that works on a data folder.
func (a *app) dataFlag(c *cobra.Command, into *string) {
	c.Flags().StringVarP(into, "data", "d", "", "data folder (default: $STORMGLASS_DATA)")
	_ = c.MarkFlagDirname("data") // it has just been added
}

// data gives the data folder named by the flag or the environment.
func (a *app) data(flag string) (string, error) {
	if flag == "" {
		flag = a.getenv("STORMGLASS_DATA")
	}
	if flag == "" {
		return "", usageError{fault.Hint(fault.Invalid, errors.New("--data is missing: which data folder"), "or set STORMGLASS_DATA")}
	}
	return flag, nil
}
