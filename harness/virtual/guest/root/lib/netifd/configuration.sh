# /etc/config/network becomes one file of shell variables for each interface, NAME.config, which its handler reads.

fields='proto device disabled auto metric peerdns defaultroute delegate zone'

# Compares the configuration with what is there: what is new comes up, what changed starts anew, what left goes.
configure() {
	wanted=
	rm -f $run/*.config.new
	uci -q -X show network >$run/network
	while IFS= read -r line; do
		path=${line%%=*} value=${line#*=}
		path=${path#network.}
		case $path in
		*.*)
			name=${path%%.*} option=${path#*.}
			case " $wanted " in *" $name "*) ;; *) continue ;; esac
			eval "set -- $value"
			quote "$*"
			echo "config_$option=$quoted" >>$run/"$name".config.new
			;;
		*)
			[ "$value" = interface ] || continue
			wanted="$wanted $path"
			: >$run/"$path".config.new
			;;
		esac
	done <$run/network
	for name in $names; do
		get parent "$name"
		[ -z "$value" ] || continue
		case " $wanted " in
		*" $name "*)
			cmp -s $run/"$name".config $run/"$name".config.new || replace "$name" again
			;;
		*) replace "$name" gone ;;
		esac
	done
	for name in $wanted; do
		known "$name" || add_interface "$name"
	done
}

# The text in quotes that a shell takes off again.
quote() {
	quoted='' rest=$1
	while :; do
		case $rest in
		*\'*) quoted="$quoted${rest%%\'*}'\\''" rest=${rest#*\'} ;;
		*) break ;;
		esac
	done
	quoted="'$quoted$rest'"
}

replace() {
	set_value removal "$1" "$2"
	if is "$1" down; then
		removed "$1"
	else
		set_value auto "$1" 0
		tear_down "$1"
	fi
}

# It is down, and its configuration left or changed. One that changed is never missing in between.
removed() {
	get removal "$1"
	if [ "$value" = gone ] || [ ! -e $run/"$1".config.new ]; then forget "$1"; else add_interface "$1"; fi
}

add_interface() {
	mv $run/"$1".config.new $run/"$1".config
	known "$1" || names="$names $1"
	set_value parent "$1" ''
	take_configuration "$1" $run/"$1".config
	if [ "$disabled" = 1 ]; then forget "$1"; return; fi
	# Somebody asked for it while the old one was on its way down.
	get wanted "$1"
	set_value wanted "$1" ''
	if [ "$value" = 1 ] || eval "[ \$auto_$1 = 1 ]"; then set_up "$1"; else save "$1"; fi
}

# Makes the variables of an interface from its configuration.
take_configuration() {
	for field in $fields; do eval "config_$field="; done
	config_dns=
	. "$2"
	[ "$2" = $run/"$1".config ] || mv "$2" $run/"$1".config
	disabled=$config_disabled
	for field in proto device metric peerdns defaultroute delegate zone; do eval "${field}_$1=\$config_$field"; done
	set_value own_dns "$1" "$config_dns"
	set_value auto "$1" "${config_auto:-1}"
	for field in errors l3_device addresses routes dns data since control job phase was removal runs; do eval "${field}_$1="; done
	set_value state "$1" down
	set_value available "$1" 1
	case $config_proto in
	3g | ppp | qmi | mbim | ncm)
		# The device is the handler's own business: the interface has it once the handler brought the link.
		set_value control "$1" "$config_device"
		set_value device "$1" ''
		[ "$config_proto" != 3g ] || set_value runs "$1" 1
		;;
	static | dhcp | none)
		[ "$config_proto" != dhcp ] || set_value runs "$1" 1
		[ -z "$config_device" ] || [ -e /sys/class/net/"$config_device" ] || missing_device "$1"
		;;
	*)
		set_value proto "$1" none
		missing_device "$1"
		;;
	esac
	[ -n "$config_proto" ] || set_value proto "$1" none
}

missing_device() {
	set_value available "$1" 0
	set_value errors "$1" ' interface:NO_DEVICE'
}

forget() {
	local each left
	for each in $names; do [ "$each" = "$1" ] || left="$left $each"; done
	names=$left
	rm -f $run/"$1".state $run/"$1".config
}
