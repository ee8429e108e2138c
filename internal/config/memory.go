package config

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// memoryUnknown stands for the memory of a machine that does not tell it as Linux does.
const memoryUnknown = 4 * GiB

// halfOfMemory gives half of what the process may use, in whole MiB: of the machine's memory, or of the
// limit of its control group when that is lower. root is the file system's root.
func halfOfMemory(root fs.FS) Size {
	all := machineMemory(root)
	if limit := groupMemory(root); limit > 0 && (all == 0 || limit < all) {
		all = limit
	}
	if all == 0 {
		all = memoryUnknown
	}
	return max(all/2/MiB, 1) * MiB
}

// machineMemory reads MemTotal; 0 is unknown.
func machineMemory(root fs.FS) Size {
	content, _ := fs.ReadFile(root, "proc/meminfo") // not there: unknown
	for line := range strings.Lines(string(content)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" && f[2] == "kB" {
			kib, err := strconv.ParseInt(f[1], 10, 40)
			if err != nil {
				return 0
			}
			return Size(kib) * KiB
		}
	}
	return 0
}

// groupMemory gives the lowest limit of the control groups that the process is in, version 2 or 1; 0 is none.
func groupMemory(root fs.FS) Size {
	content, _ := fs.ReadFile(root, "proc/self/cgroup") // not there: none
	var lowest Size
	for line := range strings.Lines(string(content)) {
		// hierarchy:controllers:path, for version 2 "0::/system.slice/stormglass.service"
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(f) != 3 {
			continue
		}
		switch {
		case f[0] == "0" && f[1] == "":
			lowest = lower(lowest, walkUp(root, "sys/fs/cgroup", f[2], "memory.max", "memory.high"))
		case f[1] == "memory":
			lowest = lower(lowest, walkUp(root, "sys/fs/cgroup/memory", f[2], "memory.limit_in_bytes"))
		}
	}
	return lowest
}

// walkUp gives the lowest number in files of these names from a group up to the root of the mount. In a
// container the group's path may not be there, only the root, which then is the container's group.
func walkUp(root fs.FS, mount, group string, names ...string) Size {
	var lowest Size
	for at := path.Join("/", group); ; at = path.Dir(at) {
		for _, name := range names {
			content, _ := fs.ReadFile(root, path.Join(mount, at, name)) // not there, or "max": no limit
			if n, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64); err == nil && n > 0 {
				lowest = lower(lowest, Size(n))
			}
		}
		if at == "/" {
			return lowest
		}
	}
}

// lower gives the lower of two limits, of which 0 is none.
func lower(a, b Size) Size {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}
