import * as judging from '../verdict/judges.ts';
import { climb, connect } from '../procedures/climb.ts';
import { runTrial } from '../procedures/disturb.ts';
import { drillRescue } from '../procedures/rescue/drills.ts';
import { configuredMode, inMode, swapMode } from '../procedures/mode.ts';
import { soak } from '../procedures/soak.ts';

/** What a suite can do with a rig. */
export const procedures = { climb, connect, configuredMode, inMode, swapMode, runTrial, soak, drillRescue };

/** What turns observations into findings. */
export const judges = {
  connect: judging.judgeConnect,
  trial: judging.judgeTrial,
  soak: judging.judgeSoak,
  swaps: judging.judgeSwaps,
  rescue: judging.judgeRescue,
};

export type Procedures = typeof procedures;
export type Judges = typeof judges;
