//go:build !unix

package disk

import "os"

// mapFile reads a file whole, where it is not known how to map one.
func mapFile(path string) (data []byte, unmap func() error, err error) {
	data, err = os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	return data, func() error { return nil }, nil
}

// syncFolder does no more than look for the folder: these systems keep names without being asked,
// or cannot be asked.
func syncFolder(path string) error {
	_, err := os.Stat(path)
	return err
}
