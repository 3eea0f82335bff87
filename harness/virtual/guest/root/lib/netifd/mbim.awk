# mbimcli's answers in the words of umbim, which is what stands in the logs of OpenWrt; with format=settings the IP
# configuration as assignments for the shell. Source of the numbers: MBIM 1.0, tables of chapter 10.

BEGIN { quote = "'" }
# `  Label: 'value'` with more or less blanks; [n] in the labels of lists is left as it is.
{
	at = index($0, ":")
	if (!at) next
	label = substr($0, 1, at - 1)
	text = substr($0, at + 1)
	gsub(/^[ \t]+|[ \t]+$/, "", label)
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	gsub(quote, "", text)
	if (label ~ /^\[.*\] *(IPv[46])/) { family = label ~ /IPv6/ ? 6 : 4; next }
	if (label ~ /IPv4 configuration/) family = 4
	if (label ~ /IPv6 configuration/) family = 6
	if (!(label in said)) said[label] = text
	if (label ~ /^(IP|Gateway|DNS|MTU)/) ip(label, text)
}
END {
	if (format == "caps") caps()
	else if (format == "pin") pin()
	else if (format == "subscriber") subscriber()
	else if (format == "registration") registration()
	else if (format == "attach") attach()
	else if (format == "connect") connect()
	else if (format == "ip") addresses()
	else if (format == "settings") settings()
}

function number(list, word,  n, k, part) {
	n = split(list, part, " ")
	for (k = 1; k <= n; k++) if (part[k] == word) return k - 1
	return 0
}
# The sum of the bits that stand for the words of a list. This awk has no powers.
function flags(list, words,  n, k, part, at, bit, sum) {
	n = split(words, part, /[, ]+/)
	for (k = 1; k <= n; k++) {
		if (part[k] == "none") continue
		bit = 1
		for (at = number(list, part[k]); at > 0; at--) bit *= 2
		sum += bit
	}
	return sum + 0
}
function row(name, list, word) { printf "  %s: %04X - %s\n", name, number(list, word), word }
function null(text) { return text == "" || text == "unknown" || text == "n/a" ? "(null)" : text }

function caps(  classes, data) {
	classes = "gsm cdma"
	data = "gprs edge umts hsdpa hsupa lte 6 7 8 9 10 11 12 13 14 15 1xrtt 1xevdo 1xevdo-reva 1xevdv 3xrtt 1xevdo-revb umb"
	row("devicetype", "unknown embedded removable remote", said["Device type"])
	printf "  cellularclass: %04X\n", flags(classes, said["Cellular class"])
	row("voiceclass", "unknown no-voice separated-voice-data simultaneous-voice-data", said["Voice class"])
	printf "  simclass: %04X\n", flags("logical removable", said["SIM class"])
	printf "  dataclass: %04X\n", flags(data, said["Data class"])
	printf "  smscaps: %04X\n", flags("pdu-receive pdu-send text-receive text-send", said["SMS caps"])
	printf "  controlcaps: %04X\n", flags("reg-manual hw-radio-switch cdma-mobile-ip cdma-simple-ip multi-carrier", said["Ctrl caps"])
	printf "  maxsessions: %04X\n", said["Max sessions"]
	printf "  deviceid: %s\n  firmwareinfo: %s\n  hardwareinfo: %s\n", said["Device ID"], said["Firmware info"], said["Hardware info"]
}
function pin(  type) {
	if (said["PIN state"] == "unlocked") { print "Pin Unlocked"; return }
	type = said["PIN type"]
	printf "required pin: %d - %s\n", type == "puk1" ? 11 : 2, type
	printf "remaining attempts: %s\n", said["Remaining attempts"]
}
function subscriber() {
	row("readystate", "not-initialized initialized sim-not-inserted bad-sim failure not-activated device-locked", said["Ready state"])
	printf "  simiccid: %s\n  subscriberid: %s\n", said["SIM ICCID"], said["Subscriber ID"]
}
function registration(  classes) {
	printf "  nwerror: 0000 - unknown\n"
	row("registerstate", "unknown deregistered searching home roaming partner denied", said["Register state"])
	row("registermode", "unknown automatic manual", said["Register mode"])
	classes = flags("gprs edge umts hsdpa hsupa lte", said["Available data classes"])
	printf "  availabledataclasses: %04X - %s\n", classes, said["Available data classes"]
	printf "  currentcellularclass: %04X - %s\n", flags("gsm cdma", said["Current cellular class"]), said["Current cellular class"]
	printf "  provider_id: %s\n  provider_name: %s\n  roamingtext: %s\n", null(said["Provider ID"]), null(said["Provider name"]), null(said["Roaming text"])
}
function attach(  up, down) {
	printf "  nwerror: 0000 - unknown\n"
	row("packetservicestate", "unknown attaching attached detaching detached", said["Packet service state"])
	up = said["Uplink speed"]; down = said["Downlink speed"]
	sub(/ .*/, "", up); sub(/ .*/, "", down)
	printf "  uplinkspeed: %s\n  downlinkspeed: %s\n", up, down
}
function connect() {
	printf "  sessionid: %s\n", said["Session ID"]
	row("activationstate", "unknown activated activating deactivated deactivating", said["Activation state"])
	row("voicecallstate", "none in-progress hang-up", said["Voice call state"])
	printf "  nwerror: 0000 - unknown\n"
	row("iptype", "default ipv4 ipv6 ipv4v6 ipv4-and-ipv6", said["IP type"])
}

function ip(label, text) {
	if (label ~ /^IP \[/) address[family] = address[family] (address[family] == "" ? "" : " ") text
	else if (label ~ /^Gateway/) gateway[family] = text
	else if (label ~ /^DNS \[/) dns[family] = dns[family] (dns[family] == "" ? "" : " ") text
	else if (label ~ /^MTU/) mtu[family] = text
}
function addresses(  f, n, k, part) {
	for (f = 4; f <= 6; f += 2) {
		if (address[f] == "") continue
		printf "  ipv%daddress: %s\n  ipv%dgateway: %s\n  ipv%dmtu: %s\n", f, address[f], f, gateway[f], f, mtu[f]
		n = split(dns[f], part, " ")
		for (k = 1; k <= n; k++) printf "  ipv%ddnsserver: %s\n", f, part[k]
	}
}
function settings() {
	printf "address=%s gateway=%s servers=%s\n", quoted(address[4]), quoted(gateway[4]), quoted(dns[4])
	printf "address6=%s gateway6=%s servers6=%s mtu=%s\n", quoted(address[6]), quoted(gateway[6]), quoted(dns[6]), quoted(mtu[4])
}
function quoted(text) {
	gsub(/[^0-9A-Fa-f.:\/ ]/, "", text)
	return quote text quote
}
