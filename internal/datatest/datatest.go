// Package datatest gives tests the data of others: ../shared/data from the module root, or where
// STORMGLASS_TESTDATA says. It is test input only and never part of the project.
package datatest

import (
	"os"
	"path/filepath"
	"testing"
)

// Path gives a path below the test data. When it is absent the test is skipped, or fails with
// STORMGLASS_REQUIRE_TESTDATA=1.
func Path(t testing.TB, elem ...string) string {
	t.Helper()
	root := os.Getenv("STORMGLASS_TESTDATA")
	if root == "" {
		root = filepath.Join(moduleRoot(t), "..", "shared", "data")
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("STORMGLASS_REQUIRE_TESTDATA") == "1" {
			t.Fatalf("test data required: %v", err)
		}
		t.Skipf("no test data: %v", err)
	}
	return path
}

func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}
