# `Nov 22 09:31:44 host daemon.notice netifd: text` of syslogd becomes `Sun Nov 22 09:31:44 2026 daemon.notice netifd: text`,
# and for a server (net) `<29>Nov 22 09:31:44 host netifd: text`.

BEGIN {
	pattern = ENVIRON["pattern"]
	split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names, " ")
	for (n in names) month[names[n]] = n + 0
	count_from_zero("kern user mail daemon auth syslog lpr news uucp cron authpriv ftp 12 13 14 15 local0 local1 local2 local3 local4 local5 local6 local7")
	count_from_zero("emerg alert crit err warn notice info debug")
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
		text = net ? message(substr(line, 1, 16), rest) : head substr(line, 7, 9) " " of " " rest
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
function count_from_zero(words,  n, list) {
	n = split(words, list, " ")
	while (n) { number[list[n]] = n - 1; n-- }
}
function message(stamp, rest,  end, name) {
	end = index(rest, " ")
	split(substr(rest, 1, end - 1), name, ".")
	return "<" (number[name[1]] * 8 + number[name[2]]) ">" stamp ENVIRON["host"] ENVIRON["prefix"] substr(rest, end + 1)
}
