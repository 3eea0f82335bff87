# Addresses of the configuration: `ipaddr` with its mask behind a slash or in `netmask`, `gateway`, `ip6addr`, `ip6gw`.

setup() {
	l3_device=$config_device addresses='' routes='' dns='' data=''
	for address in $config_ipaddr; do
		case $address in
		*/*) ;;
		*) address=$address/$(bits "${config_netmask:-255.255.255.255}") ;;
		esac
		addresses="$addresses $address"
	done
	addresses="${addresses# }${config_ip6addr:+ $config_ip6addr}"
	[ -z "$config_gateway" ] || routes="0.0.0.0/0,$config_gateway,-"
	[ -z "$config_ip6gw" ] || routes="$routes ::/0,$config_ip6gw,-"
	bring_up
}
teardown() { :; }

# 255.255.255.0 -> 24
bits() {
	sum=0 IFS=.
	for octet in $1; do
		while [ "$octet" -gt 0 ]; do
			sum=$((sum + (octet & 1)))
			octet=$((octet >> 1))
		done
	done
	unset IFS
	echo $sum
}
