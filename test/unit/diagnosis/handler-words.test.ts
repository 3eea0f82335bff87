import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../support/diagnosed.ts';

/** One try of netifd in which the handler says this and gives up. */
const session = (
  words: string,
): string => `Sun Nov 22 09:51:25 2026 daemon.notice netifd: Interface 'wwan' is setting up now
Sun Nov 22 09:51:27 2026 daemon.notice netifd: wwan (10305): ${words.split('\n').join('\nSun Nov 22 09:51:27 2026 daemon.notice netifd: wwan (10305): ')}
Sun Nov 22 09:51:38 2026 daemon.notice netifd: Interface 'wwan' is now down`;

const errors = (subsystem: string, code: string): string => `{
	"up": false,
	"proto": "${subsystem}",
	"errors": [
		{
			"subsystem": "${subsystem}",
			"code": "${code}"
		}
	]
}`;

// Words and codes of OpenWrt's qmi.sh, mbim.sh, 3g.sh and ncm.sh and of the modemmanager.sh of its packages feed, 2025.
describe("what OpenWrt's protocol handlers of modems say when they give up", () => {
  it.each([
    ['No control device specified', 'F34'],
    ['mbim[3952] No control device specified', 'F34'],
    ['The specified control device does not exist', 'F34'],
    ['Control device not valid', 'F34'],
    ['The interface could not be found.', 'F03'],
    ['mbim[3952] Failed to find matching interface', 'F03'],
    ['SIM not initialized', 'F41'],
    ['SIM locked PUK required', 'F44'],
    ['PIN verify count value is 2 this is below the limit of 3', 'F43'],
    ['PIN status failed (sim_not_present)', 'F40'],
    ['PIN status failed (not_initialized)', 'F41'],
    ['PIN status failed (permanently_blocked)', 'F44'],
    ['Unable to set PLMN', 'F57'],
    ["Network registration failed (reason: '')", 'F57'],
    ['Unable to obtain client ID', 'F83'],
    ['No data link!', 'F78'],
    ['mbim[3952] No APN specified', 'F79'],
    ['mbim[3952] Subscriber init failed', 'F40'],
    ['mbim[3952] Failed to attach to network', 'F61'],
    ['mbim[3952] Failed to obtain IP addresses', 'F82'],
    ['Failed to get modem information', 'F35'],
    ['Unsupported modem', 'F28'],
    ['Failed to initialize modem', 'F71'],
    ['Starting network wwan\nConnecting modem\nFailed to connect', 'F70'],
    ['PIN required', 'F43'],
    ['please check PIN (remaining attempts: 1)', 'F43'],
    ["error: couldn't send PIN code to the SIM: 'GDBus.Error:…IncorrectPassword: Incorrect password'", 'F43'],
    ['unlock with PUK required (remaining attempts: 10)', 'F44'],
    ['3GPP operator registration failed -> attempting restart', 'F57'],
    ["error: couldn't register the modem: 'GDBus.Error:…NetworkTimeout: Network timeout'", 'F57'],
    ["error: couldn't connect the modem: 'GDBus.Error:…NetworkTimeout: Network timeout'", 'F57'],
    ["error: couldn't connect the modem: 'Timeout was reached'", 'F78'],
    ['Connection failed -> attempting restart', 'F78'],
  ])('%s: %s', (words, fault) => {
    expect(diagnosed(session(words))).toMatchObject({ subject: 'modem', faults: [fault] });
  });

  it.each([
    ['qmi', 'NO_DEVICE', 'F34'],
    ['qmi', 'NO_IFACE', 'F03'],
    ['qmi', 'SIM_NOT_INITIALIZED', 'F41'],
    ['qmi', 'PIN_STATUS_FAILED', 'F41'],
    ['qmi', 'PUK_NEEDED', 'F44'],
    ['qmi', 'PLMN_FAILED', 'F57'],
    ['qmi', 'NETWORK_REGISTRATION_FAILED', 'F57'],
    ['mbim', 'NO_IFNAME', 'F03'],
    ['mbim', 'NO_APN', 'F79'],
    ['mbim', 'NO_REGISTRATION', 'F57'],
    ['mbim', 'ATTACH_FAILED', 'F61'],
    ['mbim', 'CONFIG_FAILED', 'F82'],
    ['ncm', 'GETINFO_FAILED', 'F35'],
    ['ncm', 'UNSUPPORTED_MODEM', 'F28'],
    ['ncm', 'SETMODE_FAILED', 'F71'],
    ['ncm', 'CONNECT_FAILED', 'F70'],
    ['3g', 'PIN_FAILED', 'F43'],
    ['modemmanager', 'DEVICE_NOT_MANAGED', 'F34'],
    ['modemmanager', 'MM_FAILED_REASON_SIM_MISSING', 'F40'],
    ['modemmanager', 'MM_PINCODE_REQUIRED', 'F43'],
    ['modemmanager', 'MM_CONNECT_FAILED', 'F78'],
    ['modemmanager', 'MM_CHECK_UNLOCK_PIN', 'F43'],
    ['modemmanager', 'MM_INIT_EPS_BEARER_SET_FAILED', 'F115'],
    ['modemmanager', 'MM_INVALID_ALLOWED_MODES_LIST', 'F115'],
    ['modemmanager', 'MM_3GPP_OPERATOR_REGISTRATION_FAILED', 'F57'],
  ])('ifstatus of %s with %s: %s', (subsystem, code, fault) => {
    expect(diagnosed(errors(subsystem, code))).toMatchObject({ subject: 'modem', faults: [fault] });
    // `ubus -S` prints one line.
    const compact = JSON.stringify(JSON.parse(errors(subsystem, code)));
    expect(diagnosed(compact)).toMatchObject({ subject: 'modem', faults: [fault] });
  });

  it('ModemManager registers by code whether an operator was chosen or not: that it fails settles nothing', () => {
    expect(diagnosed(errors('modemmanager', 'MM_3GPP_OPERATOR_REGISTRATION_FAILED')).abstains).toBe(true);
    expect(diagnosed(errors('qmi', 'PLMN_FAILED')).abstains).toBe(false);
  });

  it('its code for a lock may mean PIN or PUK: the words beside it tell', () => {
    const code = errors('modemmanager', 'MM_CHECK_UNLOCK_PIN');
    expect(diagnosed(code).abstains).toBe(true);
    const words = session('unlock with PUK required (remaining attempts: 10)');
    expect(diagnosed(`${words}\n${code}`)).toMatchObject({ faults: ['F44'], abstains: false });
  });

  it("leaves netifd's own errors alone: a wired port that is not there is no modem's", () => {
    const wired = errors('interface', 'NO_DEVICE').replace('"proto": "interface"', '"proto": "dhcp"');
    expect(diagnosed(`${wired}\n${session('Starting network wwan')}`).faults).toEqual([]);
  });

  it('counts the device that 3g.sh does not find: netifd alone says it', () => {
    const status = errors('interface', 'NO_DEVICE').replace('"proto": "interface"', '"proto": "3g"');
    expect(diagnosed(status)).toMatchObject({ subject: 'modem', faults: ['F34'], abstains: true });
    expect(diagnosed(JSON.stringify(JSON.parse(status))).faults).toEqual(['F34']);
  });

  it('tells a modem by the protocol of its interface alone', () => {
    expect(diagnosed('{\n\t"up": false,\n\t"proto": "3g"\n}').subject).toBe('modem');
  });
});

describe('what uqmi prints', () => {
  it.each([
    ['{"card_slot":1,"card_application_state":"pin-required","pin1_status":"not_verified"}', 'F43'],
    ['\t"pin1_status": "not_verified",\n\t"pin1_verify_tries": 3,', 'F43'],
    ['{"pin1_status":"blocked","pin1_verify_tries":0}', 'F44'],
    ['\t"card_application_state": "puk-required",', 'F44'],
  ])('%s: %s', (printed, fault) => {
    expect(diagnosed(`root@OpenWrt:~# uqmi -d /dev/cdc-wdm0 --uim-get-sim-state\n${printed}`).faults).toEqual(
      [fault],
    );
  });

  it('a session that the network dropped and netifd takes for up is one cause, not a list', () => {
    const d =
      diagnosed(`root@OpenWrt:~# uqmi -s -d /dev/cdc-wdm0 --get-data-status; ifstatus wwan | jsonfilter -e '@.up'; ping -c 2 8.8.8.8
"disconnected"
true
2 packets transmitted, 0 packets received, 100% packet loss`);
    expect(d).toMatchObject({ rung: 'S9', abstains: false, faults: ['F98'] });
    expect(d.causes[0]?.causes).toHaveLength(1);
  });
});

describe('F107 is not seen', () => {
  it('in a ping without a loss and a rule set, after a reload', () => {
    const d = diagnosed(`root@OpenWrt:~# /etc/init.d/firewall reload
root@OpenWrt:~# nft list chain inet fw4 input
		tcp flags syn / fin,syn,rst,ack jump syn_flood comment "!fw4: Rate limit TCP syn packets"
root@OpenWrt:~# ping -c 2 -I wwan0 8.8.8.8
64 bytes from 8.8.8.8: seq=0 ttl=63 time=24.1 ms
2 packets transmitted, 2 packets received, 0% packet loss`);
    expect(d.faults).toEqual([]);
  });
});
