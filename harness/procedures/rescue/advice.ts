import type { Rig } from '../../rig/rig.ts';
import type { Seen } from './seen.ts';

/** The last rung is a human: what to do, by how far the rig came. */
export function adviceFor({ router, modem, link, hint }: Seen, rig: Rig): string {
  if (router === 'boot-loader') {
    return `its flash holds nothing that starts: name a sound image (wwanlab recover ${rig.name} --image FILE)`;
  }
  if (router === 'silent') {
    const wiring = rig.console
      ? `read its console (wwanlab console ${rig.name})`
      : 'wire its serial console and name it in the rig file';
    return `is it powered, and its Ethernet plugged in? If so, ${wiring}; a router that stands in its boot loader needs an image`;
  }
  if (modem === 'boot-loader') {
    return "the modem's firmware did not start: cut its supply for 30 s; if it stays in its boot loader, flash its firmware with the maker's tool";
  }
  if (modem === 'hung') {
    return `its drivers are there, and it answers nothing: cut its supply for 30 s; a switch of its own (modemPower in the rig file) would do that from here`;
  }
  if (modem !== 'bound') {
    return 'reseat the modem in its slot and look at its supply (dmesg shows over-current and brown-outs); is its driver installed?';
  }
  if (hint !== undefined) return hint;
  return link === 'mute'
    ? `the session is up and nobody answers: is ${rig.connection.probeHost} reachable from this SIM, and has it data left?`
    : `see which rung of the ladder it does not reach: wwanlab rigs check ${rig.name}`;
}
