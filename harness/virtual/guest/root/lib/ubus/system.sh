# `ubus call system board|info`.

system_board() {
	read -r kernel </proc/sys/kernel/osrelease
	read -r hostname </proc/sys/kernel/hostname
	read -r model </tmp/sysinfo/model
	read -r board </tmp/sysinfo/board_name
	system=$(sed -n 's/^model name[^:]*: *//p;T;q' /proc/cpuinfo)
	. /etc/openwrt_release
	json_start
	json_open '' '{'
	json_string kernel "$kernel"
	json_string hostname "$hostname"
	json_string system "$system"
	json_string model "$model"
	json_string board_name "$board"
	json_string rootfs_type initramfs
	json_open release '{'
	json_string distribution "$DISTRIB_ID"
	json_string version "$DISTRIB_RELEASE"
	json_string revision "$DISTRIB_REVISION"
	json_string target "$DISTRIB_TARGET"
	json_string description "$DISTRIB_DESCRIPTION"
	json_close '}'
	json_close '}'
	json_end
}

# Load times 65536, sizes in bytes, those of file systems in KiB. Source: procd system.c.
system_info() {
	read -r uptime _ </proc/uptime
	read -r one five fifteen _ </proc/loadavg
	json_start
	json_open '' '{'
	json_member localtime "$(date +%s)"
	json_member uptime "${uptime%.*}"
	json_open load '['
	for load in $one $five $fifteen; do
		json_member '' $((${load%.*} * 65536 + 1${load#*.} * 65536 / 100 - 65536))
	done
	json_close ']'
	json_open memory '{'
	while read -r key value _; do
		case $key in
		MemTotal:) json_member total $((value * 1024)) ;;
		MemFree:) json_member free $((value * 1024)) ;;
		MemAvailable:) json_member available $((value * 1024)) ;;
		Buffers:) json_member buffered $((value * 1024)) ;;
		Cached:) json_member cached $((value * 1024)) ;;
		Shmem:) json_member shared $((value * 1024)) ;;
		esac
	done </proc/meminfo
	json_close '}'
	json_open swap '{'
	json_member total 0
	json_member free 0
	json_close '}'
	json_close '}'
	json_end
}
