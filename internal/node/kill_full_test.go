package node

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"stormglass/internal/fault"
)

// mount mounts a small file system in memory, or skips where that is not permitted.
func mount(t *testing.T, size string) (dir string, grow func(size string)) {
	t.Helper()
	dir = t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("mount: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.CommandContext(context.Background(), "umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return dir, func(size string) {
		if out, err := exec.CommandContext(t.Context(), "mount", "-o", "remount,size="+size, dir).CombinedOutput(); err != nil {
			t.Fatalf("remount: %v: %s", err, out)
		}
	}
}

// TestDiskFull ingests, adds intelligence and purges on disks of many sizes: where one is full that is said, with the
// way out, what was committed before can be read, and once there is room the same command goes on.
func TestDiskFull(t *testing.T) {
	in := newKillInput(t)
	full := 0
	for _, size := range []string{"64k", "500k", "800k", "1500k", "4m"} {
		dir, grow := mount(t, size)
		k := &killed{in: in, data: dir + "/data"}
		for _, o := range k.orders() {
			k.begin(o.What)
			if err := o.run(t.Context()); err != nil {
				full++
				if hint := fault.HintOf(err); !strings.Contains(hint, "the disk is full") {
					t.Fatalf("%s on %s: hint %q: %v", o.What, size, hint, err)
				}
				k.check(t)
				grow("64m")
				if err := o.run(t.Context()); err != nil {
					t.Fatalf("%s on %s, once there was room: %v", o.What, size, err)
				}
			}
			k.check(t)
		}
		k.final(t)
	}
	if full < 3 {
		t.Errorf("the disk was full %d times: too few to tell anything", full)
	}
}
