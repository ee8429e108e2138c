package config

import (
	"net/url"
	"strings"
)

const masked = "***"

// maskAddress hides what can be a secret in a URL: the password, the query, and the end of the path, which for
// many webhooks is all that is asked for.
func maskAddress(s string) string {
	u, err := url.Parse(s)
	if !strings.Contains(s, "://") {
		return s
	}
	if err != nil || u.Host == "" {
		return masked
	}
	head := u.Scheme + "://"
	if u.User != nil {
		head += masked + "@"
	}
	head += u.Host
	if dir, last := cutLast(u.Path); len(last) >= 16 {
		head += dir + masked
	} else {
		head += u.Path
	}
	if u.RawQuery != "" || u.Fragment != "" {
		head += "?" + masked
	}
	return head
}

func cutLast(path string) (dir, last string) {
	i := strings.LastIndexByte(path, '/') + 1
	return path[:i], path[i:]
}
