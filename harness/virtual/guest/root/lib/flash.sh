# The virtual flash, /dev/vda, in units of 64 KiB:
#   0       a text: `wwanlab-flash 1`, then `config LENGTH` and `image LENGTH SHA256` for what there is, in octets
#   1-15    config: a .tar.gz of /etc as it was at the last orderly end, or as sysupgrade kept it
#   16-     image: a .tar with sysupgrade-wwanlab-guest/CONTROL, metadata.json and root.tar.gz, files that lie over the
#           first root file system from the next boot on
flash=${FLASH:-/dev/vda}
board=wwanlab-guest
unit=65536

# read_unit NUMBER LENGTH, write_unit NUMBER <data
read_unit() { dd if="$flash" bs=$unit skip="$1" 2>/dev/null | head -c "$2"; }
write_unit() { dd of="$flash" bs=$unit seek="$1" conv=notrunc 2>/dev/null; }

read_header() {
	config_length='' image_length='' image_sum=''
	[ -b "$flash" ] || [ -f "$flash" ] || return 1
	header=$(dd if="$flash" bs=512 count=1 2>/dev/null | tr -d '\000')
	case $header in 'wwanlab-flash 1'*) ;; *) return 1 ;; esac
	config_length=$(printf '%s\n' "$header" | sed -n 's/^config //p')
	image_length=$(printf '%s\n' "$header" | sed -n 's/^image \([0-9]*\) .*/\1/p')
	image_sum=$(printf '%s\n' "$header" | sed -n 's/^image [0-9]* //p')
}
write_header() {
	{
		echo "wwanlab-flash 1"
		[ -z "$config_length" ] || echo "config $config_length"
		[ -z "$image_length" ] || echo "image $image_length $image_sum"
	} | dd of="$flash" bs=512 count=1 conv=sync,notrunc 2>/dev/null
	sync
}

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
save_config() {
	backup /tmp/run/config.tar.gz || return 1
	config_length=$(wc -c </tmp/run/config.tar.gz)
	[ "$config_length" -le $((15 * unit)) ] || return 1
	write_unit 1 </tmp/run/config.tar.gz
}
