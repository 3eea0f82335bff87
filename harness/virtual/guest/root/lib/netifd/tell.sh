# Tells netifd, and returns when it has taken that in, as a call of ubus does: who asks next gets what has become of it.
tell_netifd() {
	: >/var/run/netifd/told.$$
	printf '%s\n' "$1" "told /var/run/netifd/told.$$" >/var/run/netifd/queue
	# Gone too where netifd was stopped meanwhile: its folder goes with it.
	while [ -e /var/run/netifd/told.$$ ]; do usleep 5000; done
}
