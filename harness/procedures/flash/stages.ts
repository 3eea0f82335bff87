import type { Ctx } from '../../core/ctx.ts';
import { HarnessError, isHarnessError, messageOf } from '../../core/errors.ts';
import { formatMs, type Ms } from '../../core/units.ts';
import { FIRST_BOOT } from '../boot.ts';

/** What a flash goes through, and the state that the router is in if it ends there. */
const states = {
  identify: 'nothing was written',
  backup: 'nothing was written',
  upload: 'nothing was written to its flash',
  validate: 'nothing was written to its flash',
  write: 'its flash may hold a torn image',
  boot: 'its flash may hold a torn image',
  prove: 'it was written; see what runs',
  modem: 'the router runs the new image',
} as const;

/** What takes minutes, in which nothing is heard. */
const doing: Partial<Record<keyof typeof states, string>> = {
  upload: 'sending the image',
  validate: "waiting for the router's own check of it",
  write: 'writing: the router goes away amid it',
  boot: `waiting for the new system, as long as there are signs of life (at most ${formatMs(FIRST_BOOT.ceiling)})`,
};

export type FlashStage = keyof typeof states;
export const flashStages = Object.keys(states) as readonly FlashStage[];

/** A stage that came to its end. */
export interface FlashedStage {
  readonly stage: FlashStage;
  /** What was found or done, for people. */
  readonly did: string;
  readonly tookMs: Ms;
}

export type RunStage = <T>(
  stage: FlashStage,
  body: () => Promise<readonly [did: string, value: T]>,
) => Promise<T>;

/**
 * Runs stages one after the other and keeps what came of them.
 * @throws HarnessError what the stage threw, with the stage and the state that the router is in
 */
export function createStages(
  ctx: Ctx,
  rigName: string,
  onStage: (stage: FlashedStage) => void,
): { readonly run: RunStage; readonly done: readonly FlashedStage[] } {
  const done: FlashedStage[] = [];
  const run: RunStage = async (stage, body) => {
    const start = ctx.clock.now();
    ctx.timeline.add('step', 'flash', { stage, text: doing[stage] });
    try {
      const [did, value] = await body();
      const ended = { stage, did, tookMs: ctx.clock.now() - start };
      done.push(ended);
      onStage(ended);
      return value;
    } catch (error) {
      // Who interrupts it wants to know what he has interrupted.
      throw stageFailed(stage, rigName, ctx.signal.aborted ? ctx.signal.reason : error);
    }
  };
  return { run, done };
}

/** The stage in which a flash failed. */
export function stageOf(error: unknown): FlashStage | undefined {
  const data = isHarnessError(error) ? (error.data as { readonly stage?: unknown } | undefined) : undefined;
  return flashStages.find((stage) => stage === data?.stage);
}

const STRANGER = 'it runs and answers, with a login of its own: settings were dropped';

/** What is known of a router that runs: settings that are new bring a host key, a password and an address of their own. */
const running: Readonly<Record<string, string>> = {
  'ssh.host-key-mismatch': STRANGER,
  'ssh.auth-failed': STRANGER,
  'rig.stranger': STRANGER,
  'boot.not-begun': 'it runs, and did not restart: most likely nothing was written',
  'flash.other-release': 'it runs and answers',
  'flash.not-written': 'it runs and answers, and nothing was written',
  'flash.moved': 'it runs, at another address: settings were dropped',
  'flash.out-of-sight':
    'it may run at another address, since settings were dropped, or its flash holds a torn image',
};

function stageFailed(stage: FlashStage, rigName: string, error: unknown): HarnessError {
  const found = isHarnessError(error) ? error : undefined;
  const known = found && running[found.code];
  const state = known ?? states[stage];
  const next =
    (stage === 'write' || stage === 'boot') && known === undefined
      ? `bring it back: wwanlab recover ${rigName} --image FILE`
      : (found?.hint ?? `see what it says: wwanlab shell ${rigName} "logread -l 20"`);
  return new HarnessError(
    `the flash ended at its stage ${stage}: ${messageOf(error).replace(/\.$/, '')}. State: ${state}`,
    {
      code: found?.code ?? 'flash.failed',
      blame: found?.blame ?? 'harness',
      effect: state.startsWith('nothing') ? 'none' : 'unknown',
      hint: next,
      data: { stage, state, ...(found?.data === undefined ? {} : { found: found.data }) },
      cause: error,
    },
  );
}
