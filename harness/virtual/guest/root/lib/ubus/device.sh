# `ubus call network.device status`: out of sysfs. Source: netifd device.c, device_dump_status.

device_status() {
	json_start
	json_open '' '{'
	device_members "$1"
	json_close '}'
	json_end
}

device_members() {
	folder=/sys/class/net/$1
	read_flag flags 0
	read_flag carrier 0
	read_flag mtu 1500
	read_flag address 00:00:00:00:00:00
	read_flag tx_queue_len 1000
	json_boolean external 0
	json_boolean present 1
	json_string type 'Network device'
	json_boolean up $((flags & 1))
	json_boolean carrier "$carrier"
	json_member mtu "$mtu"
	json_member mtu6 "$mtu"
	json_string macaddr "$address"
	json_member txqueuelen "$tx_queue_len"
	json_boolean ipv6 1
	json_open statistics '{'
	for file in "$folder"/statistics/*; do
		read -r count <"$file"
		json_member "${file##*/}" "$count"
	done
	json_close '}'
}

read_flag() {
	eval "$1=\$2"
	read -r "$1" <"$folder"/"$1" || eval "$1=\$2"
} 2>/dev/null

all_devices() {
	json_start
	json_open '' '{'
	for each in /sys/class/net/*; do
		json_open "${each##*/}" '{'
		device_members "${each##*/}"
		json_close '}'
	done
	json_close '}'
	json_end
}
