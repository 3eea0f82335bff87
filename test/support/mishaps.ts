import type { Ctx } from '../../harness/core/ctx.ts';
import type { Rung } from '../../harness/core/ladder.ts';
import type { FaultId } from '../../harness/diagnosis/index.ts';
import type { EmulatedRig } from '../../harness/lab/assemble.ts';
import { parseRigFile, type RigFile } from '../../harness/lab/rig-file.ts';
import { climb, type ClimbLimits } from '../../harness/procedures/climb.ts';
import { hangUp } from '../../harness/procedures/dial.ts';
import { inMode } from '../../harness/procedures/mode.ts';
import { soak } from '../../harness/procedures/soak.ts';
import type { DataMode } from '../../harness/rig/modem.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import type { Fault } from '../../harness/sim/faults.ts';
import { judgeConnect, judgeSoak } from '../../harness/verdict/judges.ts';
import type { Finding } from '../../harness/verdict/verdict.ts';

/** Something that goes wrong, or might have, and what suite and diagnosis must make of it on any rig. */
export interface Mishap {
  readonly title: string;
  /** PPP by default. */
  readonly mode?: DataMode;
  readonly card?: { readonly pin?: string; readonly blocked?: boolean };
  readonly connection?: Readonly<Record<string, string>>;
  readonly network?: Readonly<Record<string, unknown>>;
  readonly faults?: readonly Readonly<Record<string, unknown>>[];
  /** Further options of the router's interface. */
  readonly options?: Readonly<Record<string, string>>;
  /** How long the link is held once it is up; left out: it is only connected. */
  readonly holdMs?: number;
  /** Goes wrong when that begins, not before: how long the climb takes is the machine's business. */
  readonly whileHeld?: Fault;
  /** Tried in the guest only with WWANLAB_MISHAPS=all: what it needs there is shown by another test as well. */
  readonly alike?: boolean;
  /** Undefined: it passes. */
  readonly missed?: {
    readonly rung: Rung;
    /** The fault that diagnosis must put first, and words of its title or of its first cause. */
    readonly fault: FaultId;
    readonly says: RegExp;
  };
}

/** pppd proposes MS-CHAP where only CHAP is refused. */
const ONLY_PAP = 'refuse-chap refuse-mschap refuse-mschap-v2 refuse-eap';
const login = { username: 'web', password: 'right' };

export const mishaps: readonly Mishap[] = [
  {
    title: 'CHAP with the right password',
    alike: true,
    connection: login,
    network: { authentication: { ...login, method: 'chap' } },
  },
  {
    title: 'PAP with the right password',
    connection: login,
    network: { authentication: { ...login, method: 'pap' } },
    options: { pppd_options: ONLY_PAP },
  },
  {
    title: 'CHAP with a wrong password',
    connection: { ...login, password: 'wrong' },
    network: { authentication: { ...login, method: 'chap' } },
    missed: { rung: 'S7', fault: 'F78', says: /cause 29.*user name, password/s },
  },
  {
    title: 'PAP with a wrong password',
    alike: true,
    connection: { ...login, password: 'wrong' },
    network: { authentication: { ...login, method: 'pap' } },
    options: { pppd_options: ONLY_PAP },
    missed: { rung: 'S7', fault: 'F78', says: /cause 29.*user name, password/s },
  },
  {
    title: 'an access point that the subscription lacks, over PPP',
    alike: true,
    network: { apns: ['epc.tmobile.com'] },
    missed: { rung: 'S7', fault: 'F78', says: /cause 27.*APN/s },
  },
  {
    title: 'an access point that the subscription lacks, over QMI',
    alike: true,
    mode: 'qmi',
    network: { apns: ['epc.tmobile.com'] },
    missed: { rung: 'S7', fault: 'F78', says: /APN/ },
  },
  {
    title: 'LCP echoes that are withheld',
    connection: { keepalive: '5 1' },
    options: { keepalive_adaptive: '0' },
    holdMs: 12_000,
    whileHeld: { kind: 'echo.lost' },
    missed: { rung: 'S10', fault: 'F90', says: /echo/ },
  },
  { title: 'a PIN that the router has', alike: true, card: { pin: '2468' }, connection: { pincode: '2468' } },
  {
    title: 'a PIN that the router lacks',
    alike: true,
    card: { pin: '2468' },
    missed: { rung: 'S4', fault: 'F43', says: /no PIN is configured/ },
  },
  {
    title: 'a wrong PIN',
    alike: true,
    card: { pin: '2468' },
    connection: { pincode: '1357' },
    missed: { rung: 'S4', fault: 'F43', says: /the PIN is wrong/ },
  },
  {
    title: 'a card that wants its PUK',
    alike: true,
    card: { blocked: true },
    missed: { rung: 'S4', fault: 'F44', says: /PUK/ },
  },
  {
    title: 'a card that is taken out',
    alike: true,
    faults: [{ kind: 'sim.remove', when: { afterMs: 500 } }],
    missed: { rung: 'S4', fault: 'F40', says: /SIM/ },
  },
  {
    title: 'a network that denies registration',
    alike: true,
    faults: [{ kind: 'registration.deny', emmCause: 8 }],
    missed: { rung: 'S6', fault: 'F58', says: /denied|refuse/ },
  },
  {
    title: 'AT ports that say nothing',
    alike: true,
    faults: [{ kind: 'at.silent' }],
    missed: { rung: 'S3', fault: 'F35', says: /takes no commands/ },
  },
];

/** A rig file for a mishap; `sim` and `virtual` differ in the router alone. */
export function rigFor(kind: 'sim' | 'virtual', mishap: Mishap, model = 'mc7455'): RigFile {
  const { title, card, connection, network, faults } = mishap;
  const file = {
    kind,
    title,
    ...(kind === 'sim' ? { router: { board: 'gl-mifi-2.5', firmware: 'openwrt-25.12' } } : {}),
    modem: { model, ...(card ? { sim: card } : {}) },
    connection: { apn: 'internet', ...connection },
    ...(network ? { network } : {}),
    ...(faults ? { faults } : {}),
  };
  return parseRigFile(JSON.stringify(file), `${kind}.rig.yaml`).file;
}

const PATIENT = 120_000;

/** What shall not come about is not waited for as long as what shall. */
const limitsOf = (missed: Mishap['missed']): Pick<ClimbLimits, 'registrationMs' | 'dialMs'> => ({
  registrationMs: missed?.rung === 'S6' ? 6_000 : PATIENT,
  dialMs: missed && missed.rung !== 'S10' ? 12_000 : PATIENT,
});

/** What connect/* and stability/soak do, on a rig that is open. */
export async function suffer(
  ctx: Ctx,
  rig: EmulatedRig,
  { mode = 'ppp', options = {}, holdMs, whileHeld, missed }: Mishap,
): Promise<Finding> {
  // From the first moment on, as in a run.
  const log = await rig.router.followLog(ctx, () => undefined);
  log.ended.catch(() => undefined);
  const section = `network.${rig.connection.interfaceName}`;
  await hangUp(ctx, rig);
  // Who dials when is the test's business.
  const entries = Object.entries({ ...options, auto: '0' }).map(([name, value]) => [
    `${section}.${name}`,
    value,
  ]);
  await rig.router.uciSet(ctx, Object.fromEntries(entries) as Record<string, string>);
  await rig.router.reloadNetwork(ctx);
  const connect = async (): Promise<Finding> =>
    judgeConnect(await climb(ctx, rig, { ...limitsOf(missed), mode }));
  const found = mode === 'ppp' ? await connect() : await inMode(ctx, rig, mode, connect);
  if (holdMs === undefined || found.outcome !== 'pass') return found;
  if (whileHeld) rig.inject(whileHeld);
  return judgeSoak(await soak(ctx, rig, { durationMs: holdMs, reconnectMs: 20_000 }));
}

/** Leaves the router without its link and without what was set for it. */
export async function recover(ctx: Ctx, { router, connection }: Rig): Promise<void> {
  await router.ifdown(ctx, connection.interfaceName);
  await router.uciSet(ctx, { [`network.${connection.interfaceName}`]: undefined });
  await router.reloadNetwork(ctx);
}
