# Reads `device INTERFACE DEVICE` and `parent CHILD INTERFACE` of netifd and `uci show` of the firewall; prints a ruleset
# for nft -f, or the answer to a question: network INTERFACE (its zone), zone NAME and device NAME (its devices).
# Chains are named and ordered as OpenWrt's firewall4 has them.

BEGIN { quote = "'" }
$1 == "device" { device[$2] = $3; next }
$1 == "parent" { parent[$2] = $3; next }
{
	at = index($0, "=")
	split(substr($0, 1, at - 1), path, ".")
	value = substr($0, at + 1)
	gsub(quote, "", value)
	section = path[2]
	if (path[3] == "") { type[section] = value; order[++count] = section }
	else option[section, path[3]] = value
}
END {
	for (n = 1; n <= count; n++) {
		s = order[n]
		if (type[s] == "defaults") defaults = s
		else if (type[s] == "zone") zone[++zones] = s
		else if (type[s] == "forwarding") forwarding[++forwardings] = s
		else if (type[s] == "rule") rule[++rules] = s
	}
	for (z = 1; z <= zones; z++) findDevices(zone[z])
	if (question == "network") exit answerNetwork()
	if (question != "") exit answerDevices()
	print "table inet fw4\nflush table inet fw4\ndelete table inet fw4\ntable inet fw4 {"
	baseChains()
	for (z = 1; z <= zones; z++) zoneChains(zone[z], option[zone[z], "name"])
	natChains()
	mangleChains()
	print "}"
}

# The devices of a zone: of its networks and of what stands on these.
function findDevices(s,  n, k, words, i, name, seen) {
	n = split(option[s, "network"], words, " ")
	for (k = 1; k <= n; k++) member[s, words[k]] = 1
	for (i in parent) if ((s, parent[i]) in member) member[s, i] = 1
	for (i in device) if ((s, i) in member && !(device[i] in seen)) { seen[device[i]] = 1; found[s] = found[s] " " device[i] }
	n = split(option[s, "device"], words, " ")
	for (k = 1; k <= n; k++) if (!(words[k] in seen)) { seen[words[k]] = 1; found[s] = found[s] " " words[k] }
}

function answerNetwork(  z) {
	for (z = 1; z <= zones; z++) if ((zone[z], name) in member) { print option[zone[z], "name"]; return 0 }
	return 1
}

function answerDevices(  z, n, k, words) {
	for (z = 1; z <= zones; z++) {
		n = split(found[zone[z]], words, " ")
		for (k = 1; k <= n; k++) {
			if (question == "zone" && option[zone[z], "name"] == name) print words[k]
			if (question == "device" && words[k] == name) print option[zone[z], "name"]
		}
	}
	return 0
}

# "eth0" or { "eth0", "wwan0" }; nothing where a zone has no device yet.
function matching(s,  n, k, words, text) {
	n = split(found[s], words, " ")
	for (k = 1; k <= n; k++) text = text (k > 1 ? ", " : "") "\"" words[k] "\""
	return n > 1 ? "{ " text " }" : text
}

function policyOf(value, otherwise) {
	value = tolower(value)
	return value == "" ? otherwise : value
}

function verdict(value) { return value == "reject" ? "jump handle_reject" : value }

function line(text) { print "\t\t" text }

function begin(chain, hook) {
	print "\n\tchain " chain " {"
	if (hook != "") line(hook)
}
function end() { print "\t}" }

function jumps(field, direction,  z, devices, name) {
	for (z = 1; z <= zones; z++) {
		devices = matching(zone[z]); name = option[zone[z], "name"]
		if (devices != "")
			line(field " " devices " jump " direction "_" name " comment \"!fw4: Handle " name " IPv4/IPv6 " direction " traffic\"")
	}
}

function base(chain,  wanted) {
	wanted = policyOf(option[defaults, chain], "accept")
	begin(chain, "type filter hook " chain " priority filter; policy " (wanted == "reject" ? "drop" : wanted) ";")
	if (chain == "input") line("iif \"lo\" accept comment \"!fw4: Accept traffic from loopback\"")
	if (chain == "output") line("oif \"lo\" accept comment \"!fw4: Accept traffic towards loopback\"")
	# As firewall4 of 22.03 has it. A map of states, as later ones have, misses packets of open connections for a few
	# milliseconds amid a reload: they are rejected, and the connection with them (seen with Debian's kernel 6.1, 1 reload in 40).
	line("ct state established,related accept comment \"!fw4: Allow " \
		(chain == "input" ? "inbound" : chain == "output" ? "outbound" : "forwarded") " established and related flows\"")
	if (chain == "input" && option[defaults, "syn_flood"] == 1)
		line("tcp flags & (fin|syn|rst|ack) == syn jump syn_flood comment \"!fw4: Rate limit TCP syn packets\"")
	jumps(chain == "output" ? "oifname" : "iifname", chain)
	if (wanted == "reject") line("jump handle_reject")
	end()
}

function baseChains() {
	base("input"); base("forward"); base("output")
	begin("handle_reject")
	line("meta l4proto tcp reject with tcp reset comment \"!fw4: Reject TCP traffic\"")
	line("reject comment \"!fw4: Reject any other traffic\"")
	end()
	begin("syn_flood")
	line("limit rate 25/second burst 50 packets return comment \"!fw4: Accept SYN packets below rate-limit\"")
	line("drop comment \"!fw4: Drop excess packets\"")
	end()
}

function zoneChains(s, name,  input, output, forward, n, f, devices) {
	input = policyOf(option[s, "input"], policyOf(option[defaults, "input"], "accept"))
	output = policyOf(option[s, "output"], policyOf(option[defaults, "output"], "accept"))
	forward = policyOf(option[s, "forward"], policyOf(option[defaults, "forward"], "reject"))
	devices = matching(s)
	begin("input_" name)
	for (n = 1; n <= rules; n++) if (option[rule[n], "src"] == name && option[rule[n], "dest"] == "") ruleLine(rule[n], "")
	line("jump " input "_from_" name)
	end()
	begin("output_" name)
	line("jump " output "_to_" name)
	end()
	begin("forward_" name)
	for (n = 1; n <= rules; n++) if (option[rule[n], "src"] == name && option[rule[n], "dest"] != "") ruleLine(rule[n], option[rule[n], "dest"])
	for (n = 1; n <= forwardings; n++) {
		f = forwarding[n]
		if (option[f, "src"] == name)
			line("jump accept_to_" option[f, "dest"] " comment \"!fw4: Accept " name " to " option[f, "dest"] " forwarding\"")
	}
	line("jump " forward "_to_" name)
	end()
	verdictChain("from", name, devices, "iifname", input, 0)
	verdictChain("to", name, devices, "oifname", output, option[s, "masq"] == 1)
	if (forward != output) verdictChain("to", name, devices, "oifname", forward, 0, 1)
	if (output != "accept" && forward != "accept") verdictChain("to", name, devices, "oifname", "accept", option[s, "masq"] == 1)
}

function verdictChain(way, name, devices, field, what, leak) {
	begin(what "_" way "_" name)
	if (devices != "" && leak)
		line("meta nfproto ipv4 " field " " devices " ct state invalid counter drop comment \"!fw4: Prevent NAT leakage\"")
	if (devices != "")
		line(field " " devices " counter " verdict(what) " comment \"!fw4: " what " " name " IPv4/IPv6 traffic\"")
	end()
}

# A rule of the configuration; what it matches by family, protocol, addresses and ports.
function ruleLine(r, dest,  text, protocol, family, target, n, k, words) {
	protocol = option[r, "proto"]; family = option[r, "family"]
	if (option[r, "enabled"] == "0") return
	n = split(protocol == "" ? "tcp udp" : protocol, words, " ")
	for (k = 1; k <= n; k++) {
		text = family == "ipv4" ? "meta nfproto ipv4" : family == "ipv6" ? "meta nfproto ipv6" : ""
		if (option[r, "src_ip"] != "") text = text " " (option[r, "src_ip"] ~ /:/ ? "ip6" : "ip") " saddr " option[r, "src_ip"]
		if (option[r, "dest_ip"] != "") text = text " " (option[r, "dest_ip"] ~ /:/ ? "ip6" : "ip") " daddr " option[r, "dest_ip"]
		if (words[k] == "icmp") text = text " " icmp(option[r, "icmp_type"], family)
		else if (words[k] ~ /^(tcp|udp)$/ && option[r, "dest_port"] != "") text = text " " words[k] " dport " ports(option[r, "dest_port"])
		else if (words[k] != "all" && words[k] != "any") text = text " meta l4proto " words[k]
		if (option[r, "src_port"] != "") text = text " " words[k] " sport " ports(option[r, "src_port"])
		if (option[r, "limit"] != "") { target = option[r, "limit"]; sub(/\/sec$/, "/second", target); text = text " limit rate " target }
		target = tolower(option[r, "target"])
		if (dest != "" && dest != "*" && target == "accept") target = "jump accept_to_" dest
		else target = verdict(target)
		sub(/^ /, "", text)
		line(text " counter " target " comment \"!fw4: " option[r, "name"] "\"")
	}
}

function ports(text) {
	gsub(/:/, "-", text)
	if (text ~ / /) { gsub(/ +/, ", ", text); text = "{ " text " }" }
	return text
}

# fw4's names of ICMP types; those that nft does not know by the same word are left to their protocol.
function icmp(types, family,  n, k, words, text) {
	if (types == "") return "meta l4proto " (family == "ipv6" ? "icmpv6" : "icmp")
	n = split(types, words, " ")
	for (k = 1; k <= n; k++) {
		sub(/^neighbour-/, "nd-neighbor-", words[k]); sub(/^router-/, "nd-router-", words[k])
		sub(/solicitation$/, "solicit", words[k]); sub(/advertisement$/, "advert", words[k])
		sub(/^(bad-header|unknown-header-type)$/, "parameter-problem", words[k]); sub(/\/0$/, "", words[k])
		if (index(text ",", " " words[k] ",")) continue
		text = text (text == "" ? "" : ",") " " words[k]
	}
	return (family == "ipv6" ? "icmpv6" : "icmp") " type {" text " }"
}

function natChains(  z, devices, name) {
	begin("dstnat", "type nat hook prerouting priority dstnat; policy accept;")
	end()
	begin("srcnat", "type nat hook postrouting priority srcnat; policy accept;")
	for (z = 1; z <= zones; z++) {
		devices = matching(zone[z]); name = option[zone[z], "name"]
		if (devices != "" && option[zone[z], "masq"] == 1)
			line("oifname " devices " jump srcnat_" name " comment \"!fw4: Handle " name " IPv4/IPv6 srcnat traffic\"")
	}
	end()
	for (z = 1; z <= zones; z++) {
		if (option[zone[z], "masq"] != 1) continue
		name = option[zone[z], "name"]
		begin("srcnat_" name)
		line("meta nfproto ipv4 masquerade comment \"!fw4: Masquerade IPv4 " name " traffic\"")
		end()
	}
}

function mangleChains() {
	begin("mangle_postrouting", "type filter hook postrouting priority mangle; policy accept;")
	clamp("oifname", "egress")
	end()
	begin("mangle_forward", "type filter hook forward priority mangle; policy accept;")
	clamp("iifname", "ingress")
	end()
}

function clamp(field, way,  z, devices) {
	for (z = 1; z <= zones; z++) {
		devices = matching(zone[z])
		if (devices != "" && option[zone[z], "mtu_fix"] == 1)
			line(field " " devices " tcp flags & (fin|syn|rst) == syn tcp option maxseg size set rt mtu comment \"!fw4: Zone " \
				option[zone[z], "name"] " IPv4/IPv6 " way " MTU fixing\"")
	}
}
