# udhcpc runs for as long as the interface is up, in the process group of its setup; its script tells the lease.

setup() {
	[ -n "$config_device" ] && [ -e /sys/class/net/"$config_device" ] || fail NO_DEVICE missing
	ip link set "$config_device" up
	export netifd_interface="$interface" netifd_number="$number"
	hostname=$(cat /proc/sys/kernel/hostname)
	udhcpc -p $run/"$interface".udhcpc -s /lib/netifd/dhcp.script -f -R -t 0 -i "$config_device" \
		-x hostname:"${config_hostname:-$hostname}" -C -O 121
}
teardown() { rm -f $run/"$interface".udhcpc; }
