package scan

// maxLocal is the longest local part of a mailbox address, in bytes (RFC 5321 section 4.5.3.1.1).
const maxLocal = 64

// localByte reports whether c stands in local parts as they occur. The RFC allows more, but "=" and
// the like are separators in logs.
func localByte(c byte) bool { return props[c]&isWord != 0 || c == '+' || c == '%' }

// email looks at the "@" at b[end], behind a word that begins at start.
func (s *Scanner) email(start, end int) verdict {
	b := s.text
	low := max(s.floor, end-maxLocal)
	local := end
	for local > low && localByte(b[local-1]) {
		local--
	}
	if local > s.floor && local == low && localByte(b[local-1]) {
		return goOn
	}
	for local < end && !alnum(b[local]) && b[local] != '_' {
		local++
	}
	if local == end {
		return goOn
	}
	host := end + 1
	stop := host
	for limit := min(len(b), host+256); stop < limit && props[b[stop]]&isWord != 0; {
		stop++
	}
	if stop < len(b) && b[stop] >= 0x80 {
		stop, _ = wideEnd(b, host)
	} else if stop < len(b) && fangPossible(b, host, stop) && s.fanged(local) {
		return found
	}
	stop = trimRight(b, host, stop)
	if host < stop && b[host] != '.' && b[host] != '-' && nameOK(b[host:stop]) {
		s.emit(Email, local, stop, stop)
		s.tok.HostStart, s.tok.HostEnd = host-local, stop-local
		return found
	}
	if end-start < 32 {
		s.pos = end + 1
		return again // john.doe@pc1 holds no domain
	}
	return goOn
}

// localGoesOn reports whether what follows at i, a "+" or "%", leads to an "@": then the word
// before is part of a local part and no domain.
func (s *Scanner) localGoesOn(i int) bool {
	b := s.text
	for limit := min(len(b), i+maxLocal); i < limit && localByte(b[i]); {
		i++
	}
	return i+1 < len(b) && b[i] == '@' && props[b[i+1]]&isWord != 0
}
