# MBIM over mbimcli, in the steps and with the lines of OpenWrt's mbim protocol (umbim package). The session stays open
# between the calls: closing it would end the connection.

# ask FORMAT ARGUMENTS: one question, and its answer in umbim's words (/lib/netifd/mbim.awk); the raw one in $answer.
ask() {
	format=$1
	shift
	if [ -n "$transaction" ]; then
		answer=$(timeout 40 mbimcli -d "$config_device" "--no-open=$transaction" --no-close "$@" 2>&1)
	else
		answer=$(timeout 40 mbimcli -d "$config_device" --no-close "$@" 2>&1)
	fi
	result=$?
	unanswered $result && echo "ERROR: mbim message timeout"
	next=$(printf '%s\n' "$answer" | sed -n "s/.*TRID: '\{0,1\}\([0-9]*\).*/\1/p" | tail -n 1)
	transaction=${next:-$((${transaction:-1} + 1))}
	[ -z "$format" ] || [ $result != 0 ] || printf '%s\n' "$answer" | awk -v format="$format" -f /lib/netifd/mbim.awk
	return $result
}
told() {
	printf '%s\n' "$answer" | sed -n "s/^.*$1:[[:space:]]*'\{0,1\}\([^']*\)'\{0,1\}.*/\1/p" | head -n 1
}
tell() { echo "mbim[$$] $*"; }

setup() {
	[ -n "$config_device" ] || { tell "No control device specified"; fail NO_DEVICE missing; }
	[ -c "$config_device" ] || { tell "The specified control device does not exist"; fail NO_DEVICE missing; }
	control=${config_device##*/}
	for folder in /sys/class/usbmisc/"$control"/device/net/*; do l3_device=${folder##*/}; done
	[ -e "/sys/class/net/$l3_device" ] || { tell "Failed to find matching interface"; fail NO_IFNAME missing; }
	[ -n "$config_apn" ] || { tell "No APN specified"; fail NO_APN; }
	[ -z "$config_delay" ] || sleep "$config_delay"
	transaction=''
	rm -f $run/"$interface".mbim
	reach_network || give_up
	settle
}

# Gives the error, ends what was begun, and waits before netifd tries again.
give_up() {
	notify error "$failure"
	[ -z "$blocked" ] || notify block
	case $failure in NO_SUBSCRIBER | NO_DEVICE) ;; *) ask connect --disconnect=0 ;; esac
	logger -p user.notice -t root "mbim bringup failed, retry in 15s"
	sleep 15
	exit 1
}

reach_network() {
	failure=PIN_FAILED blocked=''
	tell "Reading capabilities"
	ask caps --query-device-caps || { tell "Failed to read modem caps"; return 1; }
	if [ -n "$config_pincode" ]; then
		tell "Sending pin"
		ask '' "--enter-pin=$config_pincode" || { tell "Unable to verify PIN"; blocked=1; return 1; }
	fi
	tell "Checking pin"
	ask pin --query-pin-state
	case $(told 'PIN state') in
	locked) tell "PIN required"; blocked=1; return 1 ;;
	esac
	tell "Checking subscriber"
	failure=NO_SUBSCRIBER
	ask subscriber --query-subscriber-ready-status
	[ "$(told 'Ready state')" = initialized ] || { tell "Subscriber init failed"; return 1; }
	tell "Register with network"
	failure=NO_REGISTRATION
	wait_registered || return 1
	tell "Attach to network"
	failure=ATTACH_FAILED
	ask attach --attach-packet-service || { tell "Failed to attach to network"; return 1; }
	tell "Connect to network"
	failure=CONNECT_FAILED
	session=$(connection)
	ask connect "--connect=$session" || { tell "Failed to connect bearer"; return 1; }
	case $answer in *[Aa]ctivat*) ;; *) tell "Failed to connect bearer"; return 1 ;; esac
	echo "$transaction" >$run/"$interface".mbim
	tell "Connected"
}

wait_registered() {
	tries=0
	while :; do
		ask '' --query-registration-state
		case $(told 'Register state') in
		home) registered home ; return ;;
		roaming) [ "$config_allow_roaming" = 1 ] && { registered roaming; return; }; code=4 ;;
		partner) [ "$config_allow_partner" = 1 ] && { registered partner; return; }; code=5 ;;
		denied) code=6 ;;
		*) code=2 ;;
		esac
		[ $code = 2 ] && [ $tries -lt 5 ] || break
		tries=$((tries + 1))
		sleep 5
	done
	registered ''
	tell "Subscriber registration failed (code $code)"
	return 1
}
registered() {
	printf '%s\n' "$answer" | awk -v format=registration -f /lib/netifd/mbim.awk
	[ -z "$1" ] || tell "Registered in $1 mode"
}

connection() {
	printf '%s' "session-id=0,access-string=$config_apn"
	case $config_pdptype in
	ipv4 | ipv6 | ipv4v6) printf ',ip-type=%s' "$config_pdptype" ;;
	ip) printf ',ip-type=ipv4' ;;
	esac
	case $config_auth in
	pap | chap | mschapv2) printf ',auth=%s,username=%s,password=%s' "$(printf '%s' "$config_auth" | tr 'a-z' 'A-Z')" "$config_username" "$config_password" ;;
	esac
}

# Addresses come from the modem's own words; without them the dynamic interface asks by DHCP.
settle() {
	tell "Setting up $l3_device"
	ask ip --query-ip-configuration=0
	echo "$transaction" >$run/"$interface".mbim
	settings=$(printf '%s\n' "$answer" | awk -v format=settings -f /lib/netifd/mbim.awk)
	address='' gateway='' servers='' address6='' gateway6='' servers6='' mtu=''
	eval "$settings"
	data='' addresses='' routes='' dns='' kept=''
	bring_up
	zone=$(fw4 network "$interface")
	if [ -n "$address" ]; then
		add_child "${interface}_4" <<CHILD
config_proto='static'
config_device='$l3_device'
config_metric='$config_metric'
config_ipaddr='$address'
config_gateway='$gateway'
config_dns='${config_dns:-$servers}'
config_defaultroute='$config_defaultroute'
config_zone='$zone'
CHILD
	elif [ "$config_dhcp" != 0 ]; then
		add_child "${interface}_4" <<CHILD
config_proto='dhcp'
config_device='$l3_device'
config_metric='$config_metric'
config_zone='$zone'
CHILD
	fi
	[ -z "$address6" ] || add_child "${interface}_6" <<CHILD
config_proto='static'
config_device='$l3_device'
config_metric='$config_metric'
config_ip6addr='$address6'
config_ip6gw='$gateway6'
config_dns='$servers6'
config_defaultroute='$config_defaultroute'
config_zone='$zone'
CHILD
	[ -z "$mtu" ] || {
		echo "Setting MTU of $l3_device to $mtu"
		ip link set "$l3_device" mtu "$mtu"
	}
}

teardown() {
	tell "Stopping network"
	if [ ! -c "$config_device" ]; then
		echo "open failed: : No such file or directory"
		[ "$was" = up ] || refused
	else
		refused
		if read -r transaction <$run/"$interface".mbim; then
			answer=$(timeout 20 mbimcli -d "$config_device" "--no-open=$transaction" --disconnect=0 2>&1)
		fi 2>/dev/null
	fi
	rm -f $run/"$interface".mbim
}
