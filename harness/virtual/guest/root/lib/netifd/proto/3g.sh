# Card, PIN and attachment by comgt, then pppd with chat, which stays for as long as the link is up. Source: OpenWrt's
# 3g protocol (comgt package), ppp protocol (options, keepalive).

setup() {
	[ -c "$config_device" ] || fail '' missing
	[ -z "$config_delay" ] || sleep "$config_delay"
	card=$(gcom -d "$config_device" -s /etc/gcom/getcardinfo.gcom)
	if [ -n "$config_pincode" ]; then
		PINCODE=$config_pincode gcom -d "$config_device" -s /etc/gcom/setpin.gcom || fail PIN_FAILED block
	fi
	case $card in
	*"Sierra Wireless"*) gcom -d "$config_device" -s /etc/gcom/getcarrier.gcom || exit 1 ;;
	esac
	dial
}
teardown() { :; }

dial() {
	device=3g-$interface
	set -- nodetach ipparam "$interface" ifname "$device" set "netifd_number=$number"
	keepalive
	case ${config_ipv6:-auto} in
	0) set -- "$@" noipv6 ;;
	*) set -- "$@" +ipv6 ;;
	esac
	set -- "$@" nodefaultroute usepeerdns maxfail "${config_maxfail:-1}"
	[ "$config_maxfail" ] || [ "$config_persist" != 1 ] || set -- "$@" persist
	[ -z "$config_username" ] || set -- "$@" user "$config_username" password "$config_password"
	[ -z "$config_mtu" ] || set -- "$@" mtu "$config_mtu" mru "$config_mtu"
	[ -z "$config_demand" ] || set -- "$@" demand idle "$config_demand"
	# What chat says aloud is for a terminal; its log is the system's.
	connect="USE_APN='$config_apn' DIALNUMBER='${config_dialnumber:-*99***1#}' /usr/sbin/chat -t5 -v -E -f /etc/chatscripts/3g.chat"
	# shellcheck disable=SC2086 # options of the user, word by word
	exec pppd "$@" $echoes ip-up-script /lib/netifd/ppp-up ip-down-script /lib/netifd/ppp-down \
		noaccomp nopcomp novj nobsdcomp nodeflate noauth lock crtscts 115200 \
		connect "$connect" $config_pppd_options "$config_device" >/dev/null 2>&1
}

# `option keepalive 'FAILURES INTERVAL'`; adaptive echoes are sent only when nothing was heard meanwhile.
keepalive() {
	echoes=
	set -- $(echo "${config_keepalive:-5 1}" | tr ',' ' ')
	[ "${1:-0}" -gt 0 ] || return
	echoes="lcp-echo-interval ${2:-5} lcp-echo-failure $1"
	[ "$config_keepalive_adaptive" = 0 ] || echoes="$echoes lcp-echo-adaptive"
}
