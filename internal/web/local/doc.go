// Package local is the way of a command line into a service that runs on the same machine: a unix socket that only its
// owner can reach. It serves the API, and runs command lines in the service (POST /local/v1/command), because the
// service holds the data folder.
//
// A command's request is JSON; the answer switches the connection to frames (frame.go): standard input goes in, standard
// output and error come out, and the exit code ends it. Neither side can make the other hold much: output waits until it is
// fetched, input waits for room.
package local
