import type { OpenQuestion } from './diagnosis.ts';
import type { LogLine } from './log.ts';
import type { Scene } from './scene.ts';

/** A minute: what happens later than this after a reload has little to do with it. */
const REACH_MS = 60_000;
const REACH_LINES = 80;

/**
 * F04: does the firewall reload make the link drop? Never an answer from a log: each ifup brings a reload, so "drops
 * after a reload" can't be told from "drops soon after connecting".
 */
export function openQuestions(scene: Scene): OpenQuestion[] {
  const evidence = reloadThenDrop(scene) ?? suspicion(scene);
  if (!evidence) return [];
  return [
    {
      fault: 'F04',
      question:
        'does the firewall reload make the link drop? This cannot be told from a log: every ifup brings a reload, so an early drop always follows one',
      evidence: evidence.map((line) => line.number),
      experiment:
        'a randomised trial with a sham arm: connect, wait, then "fw3 -q reload" in half of at least 40 windows of 60 s and nothing in the others (wwanlab run --suite stability/firewall-reload); cross it with keepalive "5 1" and "20 5"',
    },
  ];
}

const DROP = /^No response to \d+ echo|has lost the connection|Network device '(?:3g-|wwan)\S*' link is down/;

function reloadThenDrop(scene: Scene): LogLine[] | undefined {
  for (const [i, reload] of scene.lines.entries()) {
    const by = /Reloading firewall due to ifup of (\S+) \(([^)]*)\)/.exec(reload.text);
    if (!by || !(scene.modemInterfaces.has(by[1] ?? '') || /^(?:3g-|wwan|usb|ppp)/.test(by[2] ?? '')))
      continue;
    const drop = scene.lines.slice(i + 1, i + REACH_LINES).find((line) => DROP.test(line.text));
    if (!drop) continue;
    const known = drop.timeMs !== undefined && reload.timeMs !== undefined;
    if (known && (drop.timeMs ?? 0) - (reload.timeMs ?? 0) > REACH_MS) continue;
    return [reload, drop];
  }
  return undefined;
}

const SAID = /(?:\bFW\b|firewall|fw3)[^.]{0,60}(?:reload|restart)|reload[^.]{0,40}firewall/i;
/** The router's own words, or the heading of a log. */
const NOT_SAID = /Reloading firewall due to|^#/;
const DROPPED = /drop|disconnect|los(?:e|es|t|ing)\b|goes down/i;

/** Nobody's log, somebody's suspicion: "it seems like when the FW config is reloaded". */
function suspicion(scene: Scene): LogLine[] | undefined {
  const talk = scene.lines.filter((line, i) => {
    if (line.timeMs !== undefined || !SAID.test(line.text) || NOT_SAID.test(line.text)) return false;
    return scene.lines.slice(Math.max(0, i - 2), i + 3).some((near) => DROPPED.test(near.text));
  });
  if (talk.length === 0 || scene.has(/iperf/i)) return undefined;
  return talk;
}
