# Addresses, routes and name servers of an interface that is up.
# An address is ADDRESS/MASK or ADDRESS/MASK/PEER; a route TARGET/MASK,NEXTHOP,SOURCE, where - stands for none.

read_layer3() {
	l3_device='' addresses='' routes='' dns='' data='' kept=''
	. "$2"
	rm -f "$2"
	get peerdns "$1"
	[ "$value" = 0 ] && dns=
	get own_dns "$1"
	[ -n "$value" ] && dns="$value $dns"
	get defaultroute "$1"
	if [ "$value" = 0 ]; then
		for route in $routes; do case $route in */0,*) routes= ;; esac; done
	fi
	for field in l3_device addresses routes dns data kept; do eval "${field}_$1=\$$field"; done
}

apply_layer3() {
	eval "l3_device=\$l3_device_$1 addresses=\$addresses_$1 routes=\$routes_$1 metric=\$metric_$1 kept=\$kept_$1"
	[ -n "$kept" ] || ip link set "$l3_device" up
	for address in $addresses; do
		[ -z "$kept" ] || continue
		case $address in
		*:*) ip -6 addr add "$address" dev "$l3_device" ;;
		*) ip addr add "$address" broadcast + dev "$l3_device" ;;
		esac
	done 2>/dev/null
	for route in $routes; do
		target=${route%%,*} route=${route#*,}
		nexthop=${route%%,*} source=${route#*,}
		set -- "$target"
		case $target in 0.0.0.0/0 | ::/0) set -- default ;; esac
		[ "$nexthop" = - ] || set -- "$@" via "$nexthop"
		set -- "$@" dev "$l3_device"
		case $source in - | 0.0.0.0/0 | ::/0) ;; *) set -- "$@" src "${source%/*}" ;; esac
		[ "${metric:-0}" = 0 ] || set -- "$@" metric "$metric"
		case $target in *:*) ip -6 route add "$@" ;; *) ip route add "$@" ;; esac
	done 2>/dev/null
}

remove_layer3() {
	eval "l3_device=\$l3_device_$1 addresses=\$addresses_$1 routes=\$routes_$1"
	if [ -e /sys/class/net/"$l3_device" ]; then
		[ -z "$routes" ] || ip route flush dev "$l3_device" 2>/dev/null
		for address in $addresses; do
			case $address in
			*/*/*) ;;
			*) ip addr del "$address" dev "$l3_device" 2>/dev/null ;;
			esac
		done
	fi
	for field in l3_device addresses routes dns data since; do eval "${field}_$1="; done
}

write_resolver() {
	local each
	file=/tmp/resolv.conf.d/resolv.conf.auto
	for each in $names; do
		get dns "$each"
		[ -n "$value" ] || continue
		echo "# Interface $each"
		for server in $value; do echo "nameserver $server"; done
	done >$file.new
	mv $file.new $file
}
