# The state machine of an interface. Source: netifd interface.c, proto-shell.c.

# What is told of a state's change is saved before: whoever reads the line and asks ubus gets that state, as netifd does one after the other.
# Not echo: in this shell it would read backslashes in the text.
say() { printf '%s\n' "$*" >&4; }
get() { eval "value=\$$1_$2"; }
set_value() { eval "$1_$2=\$3"; }
known() { case " $names " in *" $1 "*) return 0 ;; esac; return 1; }

# Has the interface this state?
is() { eval "[ \"\$state_$1\" = $2 ]"; }

set_up() {
	set_value auto "$1" 1
	get removal "$1"
	[ "$value" != again ] || set_value wanted "$1" 1
	if ! is "$1" down; then
		save "$1"
		return
	fi
	set_value errors "$1" ''
	if eval "[ \$available_$1 = 1 ]"; then
		claim "$1"
		begin "$1"
	else
		add_error "$1" NO_DEVICE interface
	fi
}

# Its network device is set up with it, and goes down with it. The carrier is taken to be there: nothing listens for it.
claim() {
	eval "[ \"\$proto_$1\" = dhcp ] && [ -n \"\$device_$1\" ] && [ -z \"\$parent_$1\$claimed_$1\" ]" || return
	set_value claimed "$1" 1
	get device "$1"
	say "Interface '$1' is enabled"
	say "Network device '$value' link is up"
	say "Interface '$1' has link connectivity"
}

release() {
	eval "[ -n \"\$claimed_$1\" ]" || return
	set_value claimed "$1" ''
	say "Interface '$1' is disabled"
	get device "$1"
	ip link set "$value" down 2>/dev/null && say "Network device '$value' link is down"
	say "Interface '$1' has link connectivity loss"
}

begin() {
	set_value state "$1" setup
	eval "try_$1=\$((\${try_$1:-0} + 1))"
	save "$1"
	say "Interface '$1' is setting up now"
	start_handler "$1" setup
}

set_down() {
	set_value auto "$1" 0
	set_value wanted "$1" ''
	tear_down "$1"
	save "$1"
}

# The handler's setup is ended if it still runs, then its teardown is run; its end is the interface's end.
tear_down() {
	is "$1" setup || is "$1" up || return
	children_down "$1"
	eval "was_$1=\$state_$1"
	set_value state "$1" teardown
	save "$1"
	get job "$1"
	if [ -n "$value" ]; then
		end_handler "$1" "$value"
	else
		start_handler "$1" teardown
	fi
}

# A process group for all that a handler starts; it says itself when it is over.
start_handler() {
	eval "setsid /lib/netifd/handler \$proto_$1 $2 $1 \$try_$1 \${was_$1:-setup} </dev/null >/dev/null 2>&1 &"
	set_value job "$1" $!
	set_value phase "$1" "$2"
}

# It has five seconds to end by itself.
end_handler() {
	kill -s TERM -- -"$2" 2>/dev/null || { usleep 50000; kill -s TERM -- -"$2" 2>/dev/null; }
	get try "$1"
	(
		sleep 5
		kill -s KILL -- -"$2" 2>/dev/null
		echo "finished $1 $value setup" >&3
	) &
}

handler_finished() {
	get phase "$1"
	[ "$value" = "$2" ] || return
	set_value job "$1" ''
	set_value phase "$1" ''
	get state "$1"
	case $value-$2 in
	setup-setup | teardown-setup)
		[ "$value" = teardown ] || set_value was "$1" setup
		set_value state "$1" teardown
		start_handler "$1" teardown
		;;
	up-setup)
		if eval "[ -n \"\$runs_$1\" ]"; then link_lost "$1"; fi
		;;
	teardown-teardown) is_down "$1" ;;
	esac
}

link_up() {
	if is "$1" up; then
		remove_layer3 "$1"
	elif is "$1" setup; then
		set_value state "$1" up
		read -r value _ </proc/uptime
		set_value since "$1" "${value%.*}"
		fresh=1
	else
		return
	fi
	read_layer3 "$1" "$2"
	apply_layer3 "$1"
	save "$1"
	write_resolver
	if [ -n "$fresh" ]; then
		fresh=
		announce "$1" "$l3_device"
		hotplug iface ACTION=ifup INTERFACE="$1" DEVICE="$l3_device"
	else
		hotplug iface ACTION=ifupdate INTERFACE="$1" DEVICE="$l3_device"
	fi
}

# The device's line comes before the interface's where the handler made the device, after it where it was there.
announce() {
	get proto "$1"
	case $value in
	3g | ppp)
		say "Network device '$2' link is up"
		say "Interface '$1' is now up"
		;;
	qmi | mbim)
		say "Interface '$1' is now up"
		say "Network device '$2' link is up"
		say "Network alias '$2' link is up"
		;;
	*)
		say "Interface '$1' is now up"
		# The static addresses of a dynamic interface are set before netifd comes round to looking at its link.
		eval "[ \"\${parent_$1:+$value}\" = static ]" && say "Interface '$1' has link connectivity"
		;;
	esac
}

# A handler that ran on with the link (pppd) is over, or told that the link is lost: netifd tries again.
link_lost() {
	is "$1" up || return
	set_value state "$1" setup
	save "$1"
	say "Interface '$1' has lost the connection"
	unconfigure "$1"
	save "$1"
	get job "$1"
	[ -n "$value" ] || {
		set_value was "$1" up
		set_value state "$1" teardown
		start_handler "$1" teardown
	}
}

is_down() {
	set_value state "$1" down
	save "$1"
	say "Interface '$1' is now down"
	unconfigure "$1"
	get removal "$1"
	case $value in
	gone | again)
		release "$1"
		removed "$1"
		;;
	*)
		save "$1"
		if eval "[ \$auto_$1 = 1 ]"; then set_up "$1"; else release "$1"; fi
		;;
	esac
}

unconfigure() {
	get l3_device "$1"
	[ -n "$value" ] || return
	hotplug iface ACTION=ifdown INTERFACE="$1" DEVICE="$value"
	remove_layer3 "$1"
	write_resolver
}

add_error() {
	get proto "$1"
	eval "errors_$1=\"\${errors_$1} ${3:-$value}:$2\""
	save "$1"
}

set_available() {
	eval "[ \"\$available_$1\" = $2 ]" && return
	set_value available "$1" "$2"
	if [ "$2" = 0 ]; then
		if is "$1" down; then
			set_value errors "$1" ''
		else
			tear_down "$1"
		fi
		add_error "$1" NO_DEVICE interface
	else
		set_value errors "$1" ''
		save "$1"
		if eval "[ \$auto_$1 = 1 ]"; then set_up "$1"; fi
	fi
}

renew() {
	[ -f $run/"$1".udhcpc ] && read -r value <$run/"$1".udhcpc && kill -USR1 "$value"
}

# A control node came or went.
node_changed() {
	local each
	for each in $names; do
		eval "[ \"\$control_$each\" = /dev/$2 ]" || continue
		case $1 in
		add) set_available "$each" 1 ;;
		remove) set_available "$each" 0 ;;
		esac
	done
}

# A network device came or went: dynamic interfaces on it go with it, and those of the configuration follow it.
device_changed() {
	local each
	[ "$1" = add ] || link_gone "$2"
	for each in $names; do
		eval "[ \"\$device_$each\" = $2 ] && [ -z \"\$parent_$each\" ]" || continue
		case $1 in
		add) set_available "$each" 1 ;;
		remove)
			eval "[ -z \"\$claimed_$each\" ]" || {
				say "Interface '$each' has link connectivity loss"
				say "Interface '$each' is disabled"
			}
			set_value claimed "$each" ''
			set_available "$each" 0
			;;
		esac
	done
}

link_gone() {
	local each told
	for each in $names; do
		eval "[ \"\$l3_device_$each\" = $1 ] || [ \"\${parent_$each:+\$device_$each}\" = $1 ]" || continue
		get proto "$each"
		# pppd has told of its device before.
		case $value in 3g | ppp) continue ;; esac
		[ -n "$told" ] || say "Network device '$1' link is down"
		get parent "$each"
		[ -z "$value" ] || {
			say "Network alias '$1' link is down"
			say "Interface '$each' has link connectivity loss"
			say "Interface '$each' is disabled"
			remove_child "$each"
		}
		told=1
	done
}

# Dynamic interfaces, which live as long as the one that they stand on.

add_child() {
	is "$1" up || return
	names="$names $2"
	set_value parent "$2" "$1"
	take_configuration "$2" "$3"
	say "Interface '$2' is enabled"
	get proto "$2"
	[ "$value" = static ] || say "Interface '$2' has link connectivity"
	set_up "$2"
}

children_down() {
	local each
	for each in $names; do
		eval "[ \"\$parent_$each\" = $1 ]" || continue
		get l3_device "$each"
		say "Interface '$each' is disabled"
		say "Network alias '' link is down"
		say "Interface '$each' has link connectivity loss"
		remove_child "$each"
	done
}

remove_child() {
	set_value auto "$1" 0
	set_value removal "$1" gone
	if is "$1" down; then forget "$1"; else tear_down "$1"; fi
}

# ubus reads this.
save() {
	eval "printf '%s\n' \"state=\$state_$1\" \"auto=\$auto_$1\" \"available=\$available_$1\" \"since=\$since_$1\" \
		\"proto=\$proto_$1\" \"device='\$device_$1'\" \"l3_device='\$l3_device_$1'\" \"metric=\${metric_$1:-0}\" \
		\"addresses='\$addresses_$1'\" \"routes='\$routes_$1'\" \"dns='\$dns_$1'\" \"data='\$data_$1'\" \
		\"errors='\$errors_$1'\" \"parent='\$parent_$1'\" \"zone='\$zone_$1'\" \"delegate=\${delegate_$1:-1}\"" >$run/"$1".state
}

# Runs the scripts of /etc/hotplug.d one after another, in the background.
hotplug() {
	type=$1
	shift
	env "$@" /sbin/hotplug-call "$type" </dev/null >/dev/null 2>&1 3>&- 4>&- &
}

stop_all() {
	local each
	stopping=1
	for each in $names; do set_down "$each"; done
}
all_down() {
	local each
	for each in $names; do is "$each" down || return 1; done
	return 0
}
