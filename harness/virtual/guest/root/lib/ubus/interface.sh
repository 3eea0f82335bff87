# `ubus call network.interface.NAME status`: members in netifd's order. Source: netifd ubus.c, netifd_dump_status.

interface_status() {
	json_start
	json_open '' '{'
	interface_members "$1"
	json_close '}'
	json_end
}

interface_members() {
	state='' auto='' available='' since='' proto='' device='' l3_device='' metric='' addresses='' routes='' dns=''
	data='' errors='' parent='' zone='' delegate=''
	# netifd may just be writing it.
	while [ -z "$state" ]; do . /var/run/netifd/"$1".state; done
	up=0 pending=0 dynamic=0
	case $state in up) up=1 ;; setup) pending=1 ;; esac
	[ -z "$parent" ] || dynamic=1
	json_boolean up $up
	json_boolean pending $pending
	json_boolean available "$available"
	json_boolean autostart "$auto"
	json_boolean dynamic $dynamic
	if [ $up = 1 ]; then
		read -r now _ </proc/uptime
		json_member uptime $((${now%.*} - since))
		json_string l3_device "$l3_device"
	fi
	json_string proto "$proto"
	[ -z "$device" ] || json_string device "$device"
	[ $up = 0 ] || layer3_members
	json_open data '{'
	[ -z "$zone" ] || json_string zone "$zone"
	for item in $data; do
		case $item in
		*=#*) json_member "${item%%=*}" "${item#*=#}" ;;
		*) json_string "${item%%=*}" "${item#*=}" ;;
		esac
	done
	json_close '}'
	[ -z "$errors" ] || error_members
}

layer3_members() {
	if [ -n "$addresses$routes$data" ]; then
		json_open updated '['
		[ -z "$addresses" ] || json_string '' addresses
		[ -z "$routes" ] || json_string '' routes
		[ -z "$data" ] || json_string '' data
		json_close ']'
	fi
	json_member metric "$metric"
	json_member dns_metric 0
	json_boolean delegation "$delegate"
	json_open ipv4-address '['
	for address in $addresses; do case $address in *:*) ;; *) address_item ;; esac; done
	json_close ']'
	json_open ipv6-address '['
	for address in $addresses; do case $address in *:*) address_item ;; esac; done
	json_close ']'
	empty_lists ipv6-prefix ipv6-prefix-assignment
	json_open route '['
	for route in $routes; do route_item; done
	json_close ']'
	json_open dns-server '['
	for server in $dns; do json_string '' "$server"; done
	json_close ']'
	empty_lists dns-search neighbors
	json_open inactive '{'
	empty_lists ipv4-address ipv6-address route dns-server dns-search neighbors
	json_close '}'
}

address_item() {
	json_open '' '{'
	json_string address "${address%%/*}"
	mask=${address#*/}
	json_member mask "${mask%%/*}"
	case $mask in */*) json_string ptpaddress "${mask#*/}" ;; esac
	json_close '}'
}

route_item() {
	target=${route%%,*} rest=${route#*,}
	nexthop=${rest%%,*} source=${rest#*,}
	json_open '' '{'
	json_string target "${target%/*}"
	json_member mask "${target#*/}"
	[ "$nexthop" = - ] || json_string nexthop "$nexthop"
	case $source in -) source=0.0.0.0/0 ;; esac
	json_string source "$source"
	json_close '}'
}

empty_lists() {
	for list; do
		json_open "$list" '['
		json_close ']'
	done
}

error_members() {
	json_open errors '['
	for error in $errors; do
		json_open '' '{'
		json_string subsystem "${error%%:*}"
		json_string code "${error#*:}"
		json_close '}'
	done
	json_close ']'
}
