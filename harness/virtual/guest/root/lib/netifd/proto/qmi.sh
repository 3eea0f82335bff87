# QMI over qmicli, in the steps and with the lines of OpenWrt's qmi protocol (uqmi package). Nothing of ours stays
# behind: the call lives with the WDS client that is kept, and the link's address comes by DHCP from the modem, on a
# dynamic interface NAME_4 (NAME_6 takes its address from a router advertisement).

# One question; the answer is left in $answer, the exit status is qmicli's. Of a modem that does not answer uqmi has
# three words.
ask() {
	answer=$(timeout "${wait:-10}" qmicli -d "$config_device" "$@" 2>&1)
	set -- $?
	unanswered "$1" && echo "Request timed out"
	return "$1"
}
# The value behind a label of the answer: `PIN1 status:` … 'disabled'
told() {
	printf '%s\n' "$answer" | sed -n "s/^[[:space:]]*$1:[[:space:]]*'\{0,1\}\([^']*\)'\{0,1\}.*/\1/p;" | head -n 1
}

setup() {
	[ -n "$config_device" ] || { echo "No control device specified"; fail NO_DEVICE missing; }
	[ -c "$config_device" ] || { echo "The specified control device does not exist"; fail NO_DEVICE missing; }
	control=${config_device##*/}
	for folder in /sys/class/usbmisc/"$control"/device/net/*; do l3_device=${folder##*/}; done
	[ -e "/sys/class/net/$l3_device" ] || { echo "The interface could not be found."; fail NO_IFACE missing; }
	[ -z "$config_delay" ] || sleep "$config_delay"
	limit=${config_timeout:-10}
	wait_for_sim
	check_pin
	ask --dms-set-operating-mode=online
	raw_ip
	register
	connect
}

wait_for_sim() {
	echo "Waiting for SIM initialization"
	tries=0
	while ask --uim-get-card-status || echo "Failed to parse message data"; [ "$(told 'Card state')" != present ]; do
		echo "SIM in illegal state - Power-cycling SIM"
		ask --uim-sim-power-off=1
		sleep 3
		ask --uim-sim-power-on=1
		sleep 3
		[ $tries -lt "$limit" ] || fail SIM_ILLEGAL_STATE block
		tries=$((tries + 1))
	done
}

check_pin() {
	ask --dms-uim-get-pin-status
	pin=$(printf '%s\n' "$answer" | sed -n "/PIN1/,\$s/^[[:space:]]*Status: *//p" | head -n 1)
	left=$(printf '%s\n' "$answer" | sed -n "/PIN1/,\$s/^[[:space:]]*Verify: *//p" | head -n 1)
	# MDM9x50 and later answer NotSupported there: their PIN is a matter of UIM alone.
	verify=--dms-uim-verify-pin=PIN
	if [ -z "$pin" ] && ask --uim-get-card-status; then
		verify=--uim-verify-pin=PIN1
		pin=$(printf '%s\n' "$answer" | sed -n "s/^[[:space:]]*PIN1 state: *'\([^']*\)'.*/\1/p" | head -n 1)
		left=$(printf '%s\n' "$answer" | sed -n "s/^[[:space:]]*PIN1 retries: *'\([0-9]*\)'.*/\1/p" | head -n 1)
	fi
	case $pin in
	disabled) echo "PIN verification is disabled" ;;
	enabled-verified) echo "PIN already verified" ;;
	blocked)
		echo "SIM locked PUK required"
		fail PUK_NEEDED block
		;;
	enabled-not-verified)
		[ -n "$config_pincode" ] || { echo "PIN not specified but required"; fail PIN_NOT_SPECIFIED block; }
		if [ "${left:-3}" -lt 3 ]; then
			echo "PIN verify count value is $left this is below the limit of 3"
			fail PIN_TRIES_BELOW_LIMIT block
		fi
		ask "$verify,$config_pincode" || { echo "Unable to verify PIN"; fail PIN_FAILED block; }
		;;
	*)
		echo "PIN status failed (${pin:-sim_not_present})"
		fail PIN_STATUS_FAILED block
		;;
	esac
}

# Asks for Ethernet frames; a modem that has none of them answers raw-ip, and so must the driver.
raw_ip() {
	ask --wds-stop-network=disable-autoconnect
	ask --wda-set-data-format=802-3
	ask --wda-get-data-format
	[ "$(told 'Link layer protocol')" = raw-ip ] || return
	switch=/sys/class/net/$l3_device/qmi/raw_ip
	[ -f "$switch" ] || {
		echo "Device only supports raw-ip mode but is missing this required driver attribute: $switch"
		exit 1
	}
	echo "Device does not support 802.3 mode. Informing driver of raw-ip only for $l3_device .."
	ip link set "$l3_device" down
	echo Y >"$switch"
}

register() {
	case $config_plmn in
	'') ;;
	0) ask --nas-set-system-selection-preference=automatic ;;
	*)
		echo "Setting PLMN to $config_plmn"
		ask "--nas-set-system-selection-preference=manual=$config_plmn" || {
			echo "Unable to set PLMN"
			fail PLMN_FAILED block
		}
		;;
	esac
	echo "Waiting for network registration"
	sleep 1
	tries=0
	while :; do
		ask --nas-get-serving-system
		case $(told 'Registration state') in
		registered) return ;;
		registration-denied) denied registering_denied ;;
		esac
		[ $tries -lt "$limit" ] || {
			echo "Network registration failed, registration timeout reached"
			fail NETWORK_REGISTRATION_FAILED
		}
		tries=$((tries + 1))
		sleep 5
	done
}
denied() {
	echo "Network registration failed (reason: '$1')"
	fail NETWORK_REGISTRATION_FAILED
}

connect() {
	echo "Starting network $interface"
	type=$(printf '%s' "${config_pdptype:-ip}" | tr 'A-Z' 'a-z')
	four='' six=''
	case $type in
	ipv4v6) four=1 six=1 ;;
	ipv6) six=1 ;;
	*) four=1 ;;
	esac
	call=''
	[ -z "$four" ] || start 4 "$config_apn"
	[ -z "$six" ] || start 6 "${config_v6apn:-$config_apn}"
	[ -n "$call" ] || fail CALL_FAILED
	echo "Setting up $l3_device"
	data=$call addresses='' routes='' dns='' kept=''
	bring_up
	[ -z "$call_4" ] || [ "$config_dhcp" = 0 ] || child_4
	[ -z "$call_6" ] || [ "$config_dhcpv6" = 0 ] || child_6
}

# start 4|6 APN: a call of one family on a client of its own, which stays.
start() {
	set -- "$1" "apn=$2,ip-type=$1${config_profile:+,3gpp-profile=$config_profile}"
	case $config_auth in
	pap | chap | both) set -- "$1" "$2,auth=$(printf '%s' "$config_auth" | tr 'a-z' 'A-Z')" ;;
	esac
	[ -z "$config_username" ] || set -- "$1" "$2,username=$config_username"
	[ -z "$config_password" ] || set -- "$1" "$2,password=$config_password"
	wait=60
	if ask "--wds-start-network=$2" --client-no-release-cid; then
		handle=$(told 'Packet data handle')
		client=$(told 'CID')
		# ubus tells the handle as a signed number.
		[ "$handle" -lt 2147483648 ] || handle=$((handle - 4294967296))
		call="${call:+$call }cid_$1=$client pdh_$1=$handle"
		eval "call_$1=1"
		printf '%s\n' "$1 $client $handle" >>$run/"$interface".qmi
	else
		client=$(told 'CID')
		wait=10
		[ -z "$client" ] || ask --wds-noop "--client-cid=$client"
		echo "Unable to connect IPv$1"
	fi
	wait=10
}

child_4() {
	add_child "${interface}_4" <<CHILD
config_proto='dhcp'
config_device='$l3_device'
config_metric='$config_metric'
config_peerdns='$config_peerdns'
config_dns='$config_dns'
config_defaultroute='$config_defaultroute'
config_zone='$(fw4 network "$interface")'
CHILD
}
child_6() {
	ask --wds-get-current-settings --client-no-release-cid "--client-cid=$(sed -n 's/^6 \([0-9]*\) .*/\1/p' $run/"$interface".qmi | tail -n 1)"
	address=$(told 'IPv6 address') gateway=$(told 'IPv6 gateway address')
	servers="$(told 'IPv6 primary DNS') $(told 'IPv6 secondary DNS')"
	add_child "${interface}_6" <<CHILD
config_proto='static'
config_device='$l3_device'
config_metric='$config_metric'
config_ip6addr='$address'
config_ip6gw='${gateway%/*}'
config_dns='${servers# }'
config_defaultroute='$config_defaultroute'
config_zone='$(fw4 network "$interface")'
CHILD
}

teardown() {
	echo "Stopping network $interface"
	refused
	[ -f $run/"$interface".qmi ] || return 0
	while read -r family client handle; do
		[ -c "$config_device" ] || break
		[ "$handle" -ge 0 ] || handle=$((handle + 4294967296))
		ask "--wds-stop-network=$handle" "--client-cid=$client"
	done <$run/"$interface".qmi
	rm -f $run/"$interface".qmi
}
