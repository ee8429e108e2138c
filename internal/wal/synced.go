package wal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path"

	"stormglass/internal/disk"
)

// syncedFile lies beside the segments and says up to where the log was on disk when it was last closed,
// so that damage in what was written last cannot pass for a torn tail. It is written when that is so
// already and stays true; that it is lost or stale does no harm.
const (
	syncedFile    = "SYNCED"
	syncedSize    = 24
	syncedVersion = 1
)

var syncedMagic = [8]byte{'S', 'G', 'S', 'Y', 'N', '\r', '\n', 0x1a}

func encodeSynced(before Position) []byte {
	b := make([]byte, 0, syncedSize)
	b = append(b, syncedMagic[:]...)
	b = binary.LittleEndian.AppendUint32(b, syncedVersion)
	b = binary.LittleEndian.AppendUint64(b, uint64(before))
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// decodeSynced gives 0 for bytes that say nothing.
func decodeSynced(b []byte) Position {
	switch {
	case len(b) != syncedSize,
		[8]byte(b) != syncedMagic,
		binary.LittleEndian.Uint32(b[8:]) != syncedVersion,
		binary.LittleEndian.Uint32(b[20:]) != crc32.Checksum(b[:20], castagnoli):
		return 0
	}
	return Position(binary.LittleEndian.Uint64(b[12:]))
}

// readSynced gives the position before which all frames are known to be on disk, 0 when nothing says.
func readSynced(fsys disk.FS, dir string) (before Position, err error) {
	f, err := fsys.Open(path.Join(dir, syncedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b, err := io.ReadAll(io.LimitReader(f, syncedSize+1))
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", path.Join(dir, syncedFile), err)
	}
	return decodeSynced(b), nil
}

func writeSynced(fsys disk.FS, dir string, before Position) error {
	return disk.WriteFile(fsys, path.Join(dir, syncedFile), encodeSynced(before))
}
