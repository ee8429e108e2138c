// Package hugepage asks the kernel for large pages (2 MiB on amd64 and arm64) behind memory that is used
// at random places for long: tables of the ledger, columns of the lake. With pages of 4 KiB the processor
// forgets where most of them lie and looks it up anew at nearly each use, twice over in a virtual machine;
// and the kernel gives, and clears, each of them by itself.
//
// It is advice: where the kernel knows no large pages or was told not to give any, nothing changes. It
// does nothing for memory that is let go soon, and keeps no memory itself.
//
// Source: madvise(2), MADV_HUGEPAGE; Documentation/admin-guide/mm/transhuge.rst of Linux.
package hugepage
