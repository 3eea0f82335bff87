# The virtual router's flash: /dev/vda1 holds the firmware, as U-Boot starts it; /dev/vda2, on /overlay, what was changed
# of /etc since that firmware was written.
firmware=${FIRMWARE:-/dev/vda1}
overlay=${OVERLAY:-/overlay}
mb=1048576

# What an upgrade keeps.
kept_files() {
	{
		find /etc/config /etc/dropbear /etc/hosts /etc/passwd /etc/shadow /etc/group /etc/profile -type f 2>/dev/null
		sed 's/#.*//; /^$/d' /etc/sysupgrade.conf 2>/dev/null
	} | sort -u
}
backup() {
	# shellcheck disable=SC2046 # busybox tar reads no list: file names of /etc without blanks
	tar -czf "$1" -C / $(kept_files | sed 's|^/||')
}

# The next boot begins with the firmware's own /etc, and what is in the given archive, if there is one, over it.
reset_overlay() {
	rm -f "$overlay/sysupgrade.tgz"
	[ -z "$1" ] || cp "$1" "$overlay/sysupgrade.tgz" || return 1
	sync
	: >"$overlay/.reset" && sync
}
carry_out_reset() {
	[ -e "$overlay/.reset" ] || return 0
	rm -rf "$overlay/upper" "$overlay/work"
	mkdir -p "$overlay/upper"
	[ ! -e "$overlay/sysupgrade.tgz" ] || tar -xzf "$overlay/sysupgrade.tgz" -C "$overlay/upper"
	sync
	rm -f "$overlay/.reset" "$overlay/sysupgrade.tgz"
	sync
}

# Octets that the firmware may have.
firmware_room() {
	read -r sectors <"/sys/class/block/${firmware##*/}/size"
	echo $((sectors * 512))
}

# Front to back and each piece on the flash before the next, as NOR flash is written. Its first block, by which U-Boot
# knows it, is erased before: a power cut in between leaves a torn image.
write_firmware() {
	size=$(stat -c %s "$1")
	dd if=/dev/zero of="$firmware" bs=65536 count=1 conv=notrunc,fsync 2>/dev/null || return 1
	piece=0
	while [ $((piece * mb)) -lt "$size" ]; do
		dd if="$1" of="$firmware" bs=$mb skip=$piece seek=$piece count=1 conv=notrunc,fsync 2>/dev/null || return 1
		piece=$((piece + 1))
	done
}
