# `Nov 22 09:31:44 host daemon.notice netifd: text` of syslogd becomes `Sun Nov 22 09:31:44 2026 daemon.notice netifd: text`.

BEGIN {
	pattern = ENVIRON["pattern"]
	split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names, " ")
	for (n in names) month[names[n]] = n + 0
	year = strftime("%Y") + 0
	now = strftime("%m") + 0
	source = follow && lines == "" ? "busybox logread -f" : follow ? "busybox logread -F" : "busybox logread"
	while ((source | getline line) > 0) {
		day = substr(line, 1, 6)
		if (day != last) { last = day; head = weekday(day) " " day }
		rest = substr(line, 17)
		rest = substr(rest, index(rest, " ") + 1)
		# Debian builds pppd with a facility of its own, OpenWrt with that of a daemon.
		if (rest ~ /^local2\.[a-z]+ pppd\[/) sub(/^local2/, "daemon", rest)
		text = head substr(line, 7, 9) " " of " " rest
		if (pattern != "" && text !~ pattern) continue
		if (lines != "" && !follow) kept[++count] = text
		else { print text; if (follow) fflush() }
	}
	for (n = count > lines ? count - lines + 1 : 1; n <= count; n++) print kept[n]
}

# A month that lies ahead was last year's.
function weekday(day,  m) {
	m = month[substr(day, 1, 3)]
	of = m > now ? year - 1 : year
	return strftime("%a", mktime(of " " m " " substr(day, 5, 2) " 12 00 00"))
}
