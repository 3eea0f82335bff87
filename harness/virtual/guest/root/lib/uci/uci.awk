# uci: reads and changes the files of /etc/config; what is not committed yet waits in /tmp/.uci.
#
# A package in memory: place[p, pos] is a section's number i, in order; name, type and anon tell of it; its options are
# numbered j: opt[p, i, j] is the name, many[p, i, j] says that it is a list, val[p, i, j, k] are its values.
# Changes are kept one a line: `p.s.o='v'` set, `-` removed, `+` section added, `|` and `~` list item added and removed,
# `@` renamed, `^` moved.

BEGIN {
	config = "/etc/config"; saved = "/tmp/.uci"; delimiter = " "; quote = "'"; extended = 1; lax = ""
	if (ENVIRON["UCI_CONFIG_DIR"] != "") config = ENVIRON["UCI_CONFIG_DIR"]
	if (ENVIRON["UCI_SAVE_DIR"] != "") saved = ENVIRON["UCI_SAVE_DIR"]
	status = main()
	exit status
}

function main(  n, a, flag) {
	for (n = 1; n < ARGC && ARGV[n] ~ /^-./; n++) {
		flag = substr(ARGV[n], 2, 1)
		if (flag ~ /[cdfpPt]/) {
			a = length(ARGV[n]) > 2 ? substr(ARGV[n], 3) : ARGV[++n]
			if (flag == "c") config = a
			else if (flag == "d") delimiter = a
			else if (flag == "f") from = a
			else saved = a
		} else if (flag == "q") quiet = 1
		else if (flag == "X") extended = 0
		else if (flag == "m") merging = 1
		else if (flag !~ /[nNsSL]/) return usage()
	}
	if (n >= ARGC) return usage()
	for (a = n; a < ARGC; a++) arg[a - n] = ARGV[a]
	return report(run(arg[0], ARGC - n - 1))
}

function usage() {
	print "Usage: uci [<options>] <command> [<arguments>]" > "/dev/stderr"
	return 1
}

function report(problem) {
	if (problem == "") return 0
	if (!quiet && problem != "silent") print "uci: " problem > "/dev/stderr"
	return 1
}

# Runs a command whose arguments are arg[1..count]. Returns "" or what went wrong.
function run(command, count,  k, problem, result) {
	if (command == "batch") return batch()
	if (command == "show") return each(count, "show")
	if (command == "export") return each(count, "export")
	if (command == "changes") return changes(count ? arg[1] : "")
	if (command == "commit") return each(count, "commit")
	if (command == "import") return importing(count ? arg[1] : "")
	if (command !~ /^(get|set|add|add_list|del_list|delete|del|rename|revert|reorder)$/) { usage(); return "silent" }
	if (!count) { usage(); return "silent" }
	if (command == "add") return add(arg[1], arg[2])
	for (k = 1; k <= count; k++) {
		problem = one(command, arg[k])
		if (problem != "") result = problem
	}
	return result
}

# The commands of a file or of standard input, one a line.
function batch(  source, text, count, k, result, problem) {
	source = from == "" ? "/dev/stdin" : from
	while ((getline text < source) > 0) {
		count = words(text, source)
		if (!count) continue
		for (k = 0; k < count; k++) arg[k] = word[k + 1]
		problem = run(arg[0], count - 1)
		if (problem != "") { report(problem); result = "silent" }
	}
	return result
}

# One command on a path: p[.s[.o]][=value].
function one(command, text,  at, value, hasValue, problem) {
	at = index(text, "=")
	if (at) { hasValue = 1; value = substr(text, at + 1); text = substr(text, 1, at - 1) }
	problem = look(text)
	if (problem != "") return problem
	if (command == "get") return get()
	if (command == "revert") return revert()
	if (command == "set") return hasValue ? set(value) : "Invalid argument"
	if (command == "add_list") return hasValue ? addItem(value) : "Invalid argument"
	if (command == "del_list") return hasValue ? deleteItem(value) : "Invalid argument"
	if (command == "rename") return hasValue ? rename(value) : "Invalid argument"
	if (command == "reorder") return hasValue ? reorder(value + 0) : "Invalid argument"
	return hasValue ? deleteAt(value) : remove()
}

# Resolves a path: P, S (as written), O, I (the section's number, 0 if it isn't there), J (the option's).
function look(text,  part, n) {
	n = split(text, part, ".")
	P = part[1]; S = part[2]; O = part[3]; I = J = 0
	if (n > 3 || P !~ /^[A-Za-z0-9_-]+$/) return "Parse error"
	if (n > 1 && S !~ /^[A-Za-z0-9_-]+$/ && S !~ /^@[A-Za-z0-9_-]*\[-?[0-9]+\]$/) return "Parse error"
	if (n > 2 && O !~ /^[A-Za-z0-9_-]+$/) return "Parse error"
	if (!load(P)) return "Entry not found"
	if (n > 1) I = find(P, S)
	if (n > 2 && I) J = findOption(P, I, O)
	if (I) S = name[P, I]
	else if (S ~ /^@/) return "Entry not found"
	return ""
}

function find(p, s,  pos, i, wanted, which, seen) {
	if (s ~ /^@/) {
		wanted = substr(s, 2, index(s, "[") - 2)
		which = substr(s, index(s, "[") + 1) + 0
		if (which < 0) {
			for (pos = 1; pos <= sections[p]; pos++) if (wanted == "" || type[p, place[p, pos]] == wanted) which++
			if (which < 0) return 0
		}
		for (pos = 1; pos <= sections[p]; pos++) {
			i = place[p, pos]
			if (wanted != "" && type[p, i] != wanted) continue
			if (seen++ == which) return i
		}
		return 0
	}
	for (pos = 1; pos <= sections[p]; pos++) if (name[p, place[p, pos]] == s) return place[p, pos]
	return 0
}

function findOption(p, i, o,  j) {
	for (j = 1; j <= options[p, i]; j++) if (opt[p, i, j] == o) return j
	return 0
}

function get(  text) {
	if (!I || (O != "" && !J)) return "Entry not found"
	print O == "" ? type[P, I] : joined(P, I, J, delimiter, "")
	return ""
}

function joined(p, i, j, between, mark,  k, text) {
	for (k = 1; k <= count[p, i, j]; k++)
		text = text (k > 1 ? between : "") (mark ? quoted(val[p, i, j, k]) : val[p, i, j, k])
	return text
}

function quoted(text) {
	gsub(quote, quote "\\" quote quote, text)
	return quote text quote
}

# Changes in memory and their lines in the file of changes.

function set(value) {
	if (O == "") {
		if (S == "") return "Invalid argument"
		return change(P "." S "=" quoted(value))
	}
	if (!I) return "Invalid argument"
	if (value == "") return J ? remove() : ""
	return change(P "." S "." O "=" quoted(value))
}

function add(p, t,  i) {
	if (t == "") { usage(); return "silent" }
	if (!load(p)) return "Entry not found"
	i = generated(p, t)
	change("+" p "." i "=" quoted(t))
	print i
	return ""
}

function addItem(value) {
	if (!I || O == "") return "Invalid argument"
	return change("|" P "." S "." O "=" quoted(value))
}

function deleteItem(value) {
	if (!I || O == "") return "Invalid argument"
	return J ? change("~" P "." S "." O "=" quoted(value)) : ""
}

function deleteAt(value) {
	if (!J || value !~ /^[0-9]+$/ || value >= count[P, I, J]) return "Invalid argument"
	return change("~" P "." S "." O "=" quoted(val[P, I, J, value + 1]))
}

function remove(  pos) {
	if (S == "") {
		for (pos = sections[P]; pos > 0; pos--) change("-" P "." name[P, place[P, pos]])
		return ""
	}
	if (!I || (O != "" && !J)) return "Entry not found"
	return change("-" P "." S (O == "" ? "" : "." O))
}

function rename(to) {
	if (!I || (O != "" && !J) || to == "") return "Entry not found"
	return change("@" P "." S (O == "" ? "" : "." O) "=" quoted(to))
}

function reorder(to) {
	if (!I) return "Entry not found"
	return change("^" P "." S "=" quoted(to))
}

function change(line,  p) {
	p = line
	sub(/^[-+|~@^]/, "", p)
	sub(/[.=].*/, "", p)
	apply(line)
	if (!made) { system("mkdir -p " saved); made = 1 }
	print line >> (saved "/" p)
	close(saved "/" p)
	return ""
}

# Carries out one line of changes; one whose section is gone does nothing.
function apply(line,  kind, at, path, value, part, p, s, o, i, j, k, n) {
	kind = substr(line, 1, 1)
	if (kind ~ /[-+|~@^]/) line = substr(line, 2)
	else kind = "="
	at = index(line, "=")
	path = at ? substr(line, 1, at - 1) : line
	value = at ? unquoted(substr(line, at + 1)) : ""
	split(path, part, ".")
	p = part[1]; s = part[2]; o = part[3]
	i = find(p, s)
	if (!i) {
		if (o == "" && (kind == "+" || kind == "=")) newSection(p, s, value, kind == "+")
		return
	}
	if (o == "") {
		if (kind == "=") type[p, i] = value
		else if (kind == "-") unplace(p, i)
		else if (kind == "@") { name[p, i] = value; anon[p, i] = 0 }
		else if (kind == "^") { unplace(p, i); insert(p, i, value + 1) }
		return
	}
	j = findOption(p, i, o)
	if (kind == "-") { if (j) opt[p, i, j] = "" }
	else if (kind == "@") { if (j) opt[p, i, j] = value }
	else if (kind == "~") {
		for (k = 1; k <= count[p, i, j]; k++) if (val[p, i, j, k] != value) val[p, i, j, ++n] = val[p, i, j, k]
		count[p, i, j] = n + 0
		if (!n) opt[p, i, j] = ""
	} else {
		if (!j) j = newOption(p, i, o)
		if (kind == "=") { count[p, i, j] = 0; many[p, i, j] = 0 }
		else many[p, i, j] = 1
		val[p, i, j, ++count[p, i, j]] = value
	}
}

function newSection(p, s, t, anonymous,  i) {
	i = ++numbered[p]
	if (anonymous && s == "") s = generated(p, t)
	name[p, i] = s; type[p, i] = t; anon[p, i] = anonymous; options[p, i] = 0
	place[p, ++sections[p]] = i
	return i
}

function newOption(p, i, o,  j) {
	j = ++options[p, i]
	opt[p, i, j] = o; count[p, i, j] = 0; many[p, i, j] = 0
	return j
}

function unplace(p, i,  pos, to) {
	for (pos = 1; pos <= sections[p]; pos++) if (place[p, pos] != i) place[p, ++to] = place[p, pos]
	sections[p] = to + 0
}

function insert(p, i, at,  pos) {
	if (at > sections[p] + 1) at = sections[p] + 1
	for (pos = sections[p]; pos >= at; pos--) place[p, pos + 1] = place[p, pos]
	place[p, at] = i
	sections[p]++
}

# `cfg03dc81`: the section's number and the low half of djb2 of its type. Source: libuci list.c.
function generated(p, t,  hash, n) {
	hash = 5381
	if (letters == "") for (n = 1; n < 128; n++) letters = letters sprintf("%c", n)
	for (n = 1; n <= length(t); n++) hash = (hash * 33 + index(letters, substr(t, n, 1))) % 65536
	return sprintf("cfg%02x%04x", sections[p] + 1, hash)
}

# Files.

function exists(file,  text, result) {
	result = (getline text < file) >= 0
	close(file)
	return result
}

function load(p,  file) {
	if (p in loaded) return loaded[p]
	file = config "/" p
	loaded[p] = exists(file)
	if (!loaded[p]) return 0
	sections[p] = 0
	parse(p, file)
	file = saved "/" p
	while (nextChange(file)) apply(entry)
	close(file)
	return 1
}

# Reads a change, whose value may hold line breaks, into `entry`.
function nextChange(file,  more) {
	if ((getline entry < file) <= 0) return 0
	while (isOpen(entry) && (getline more < file) > 0) entry = entry "\n" more
	return 1
}

# Does a quoted value begin in it and not end?
function isOpen(text,  at, c, open) {
	for (at = 1; at <= length(text); at++) {
		c = substr(text, at, 1)
		if (c == quote) open = !open
		else if (c == "\\" && !open) at++
	}
	return open
}

function parse(p, file,  line, n, i, j) {
	while ((getline line < file) > 0) {
		n = words(line, file)
		if (!n) continue
		if (word[1] == "config") i = newSection(p, n < 3 ? "" : word[3], word[2], n < 3)
		else if (i && (word[1] == "option" || word[1] == "list")) {
			j = findOption(p, i, word[2])
			if (!j) j = newOption(p, i, word[2])
			many[p, i, j] = word[1] == "list"
			if (word[1] == "option") count[p, i, j] = 0
			val[p, i, j, ++count[p, i, j]] = n < 3 ? "" : word[3]
		}
	}
	close(file)
}

# Splits a line into word[1..n] as a shell would; a quote that isn't closed goes on in the next line of the file.
function words(line, file,  n, c, at, open, text, any, more) {
	n = 0; text = ""; any = 0; open = ""
	for (at = 1; ; at++) {
		if (at > length(line)) {
			if (open == "" || (getline more < file) <= 0) break
			line = line "\n" more
		}
		c = substr(line, at, 1)
		if (open == "" && c ~ /[ \t\r]/) { if (any) word[++n] = text; text = ""; any = 0 }
		else if (open == "" && c == "#" && !any) break
		else if (open == "" && (c == quote || c == "\"")) { open = c; any = 1 }
		else if (c == open) open = ""
		else if (c == "\\" && open != quote) { text = text substr(line, ++at, 1); any = 1 }
		else { text = text c; any = 1 }
	}
	if (any) word[++n] = text
	return n
}

function unquoted(text) {
	if (substr(text, 1, 1) != quote) return text
	text = substr(text, 2, length(text) - 2)
	gsub(quote "\\\\" quote quote, quote, text)
	return text
}

# Commands on packages.

function each(count, what,  k, n, file, result, problem) {
	if (count) {
		for (k = 1; k <= count; k++) { problem = whole(arg[k], what); if (problem != "") result = problem }
		return result
	}
	n = listed(config)
	for (k = 1; k <= n; k++) whole(files[k], what)
	return ""
}

function listed(folder,  n, command, file) {
	command = "ls " folder " 2>/dev/null"
	while ((command | getline file) > 0) files[++n] = file
	close(command)
	return n + 0
}

function whole(path, what,  problem) {
	problem = look(path)
	if (problem != "") return problem
	if (what == "show") return show()
	if (what == "export") { printf "package %s\n", P; write(P, "/dev/stdout"); return "" }
	return commit()
}

function show(  pos) {
	if (S == "") {
		for (pos = 1; pos <= sections[P]; pos++) showSection(P, place[P, pos], shown(P, place[P, pos]), "")
		return ""
	}
	if (!I || (O != "" && !J)) return "Entry not found"
	showSection(P, I, S, O)
	return ""
}

# In a list of all, a section without a name is called by its place among those of its type.
function shown(p, i) {
	return anon[p, i] && extended ? sprintf("@%s[%d]", type[p, i], ofType[p, type[p, i]]++) : name[p, i]
}

function showSection(p, i, label, only,  j) {
	if (!anon[p, i] || label !~ /^@/) ofType[p, type[p, i]]++
	if (only == "") printf "%s.%s=%s\n", p, label, type[p, i]
	for (j = 1; j <= options[p, i]; j++)
		if (opt[p, i, j] != "" && (only == "" || only == opt[p, i, j]))
			printf "%s.%s.%s=%s\n", p, label, opt[p, i, j], joined(p, i, j, delimiter, 1)
}

function write(p, file,  pos, i, j, k) {
	for (pos = 1; pos <= sections[p]; pos++) {
		i = place[p, pos]
		printf "\nconfig %s%s\n", type[p, i], (anon[p, i] ? "" : " " quoted(name[p, i])) > file
		for (j = 1; j <= options[p, i]; j++) {
			if (opt[p, i, j] == "") continue
			for (k = 1; k <= count[p, i, j]; k++)
				printf "\t%s %s %s\n", (many[p, i, j] ? "list" : "option"), opt[p, i, j], quoted(val[p, i, j, k]) > file
		}
	}
	printf "\n" > file
}

function commit(  file) {
	if (!exists(saved "/" P)) return ""
	file = config "/." P ".new"
	write(P, file)
	close(file)
	system("mv " file " " config "/" P " && rm -f " saved "/" P)
	return ""
}

function importing(p,  source, line, n, i, j) {
	source = from == "" ? "/dev/stdin" : from
	if (p == "") return "Invalid argument"
	loaded[p] = 1
	if (!merging || !exists(config "/" p)) sections[p] = 0
	else { delete loaded[p]; load(p) }
	parse(p, source)
	P = p
	write(p, config "/." p ".new")
	close(config "/." p ".new")
	system("mv " config "/." p ".new " config "/" p "; rm -f " saved "/" p)
	return ""
}

# Takes back what was not committed: of a package, a section or an option.
function revert(  file, path, kept, prefix) {
	file = saved "/" P
	prefix = P (S == "" ? "" : "." S) (O == "" ? "" : "." O)
	while (nextChange(file)) {
		path = entry
		sub(/^[-+|~@^]/, "", path)
		sub(/=(.|\n)*/, "", path)
		if (S != "" && path != prefix && index(path, prefix ".") != 1) kept = kept entry "\n"
	}
	close(file)
	delete loaded[P]
	if (kept == "") system("rm -f " file)
	else { printf "%s", kept > file; close(file) }
	return ""
}

function changes(p,  n, k, line, file) {
	n = 1
	if (p == "") n = listed(saved)
	else files[1] = p
	for (k = 1; k <= n; k++) {
		file = saved "/" files[k]
		while (nextChange(file)) {
			line = entry
			if (line ~ /^[+@^]/) line = substr(line, 2)
			else if (line ~ /^\|/) { sub(/=/, "+=", line); line = substr(line, 2) }
			else if (line ~ /^~/) { sub(/=/, "-=", line); line = substr(line, 2) }
			print line
		}
		close(file)
	}
	return ""
}
