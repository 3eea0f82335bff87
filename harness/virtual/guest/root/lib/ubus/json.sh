# JSON as ubus prints it, indented with tabs, out of the shell alone: json_open, members, json_close.
# Layout: {"a": 1} goes over lines; an empty object or list has one line of indentation in it.

json_start() { indent='' comma=''; }

# The text as a JSON string, in $text.
json_text() {
	text=$1
	case $text in
	*[\\\"]* | *[[:cntrl:]]*)
		text=$(printf '%s' "$1" | sed 's/[\\"]/\\&/g; s/\t/\\t/g')
		;;
	esac
	text="\"$text\""
}

# json_member NAME RAW: a member with its value as it stands; without a name, an item of a list.
json_member() {
	[ -z "$comma" ] || printf ',\n'
	if [ -n "$1" ]; then printf '%s"%s": %s' "$indent" "$1" "$2"; else printf '%s%s' "$indent" "$2"; fi
	comma=1
}
json_string() { json_text "$2"; json_member "$1" "$text"; }
# 0 and 1 as false and true.
json_boolean() {
	case $2 in 1) json_member "$1" true ;; *) json_member "$1" false ;; esac
}
# json_open NAME [ or {
json_open() {
	[ -z "$comma" ] || printf ',\n'
	if [ -n "$1" ]; then printf '%s"%s": %s\n' "$indent" "$1" "$2"; else printf '%s%s\n' "$indent" "$2"; fi
	indent="$indent	" comma=
}
json_close() {
	[ -n "$comma" ] || printf '%s' "$indent"
	indent=${indent%	}
	printf '\n%s%s' "$indent" "$1"
	comma=1
}
json_end() { printf '\n'; }
