export { judgeConnect, type SeenClimb, type SeenRung } from './judge-connect.ts';
export { judgeRescue, type SeenDrill } from './judge-rescue.ts';
export { judgeSoak, type SoakCount } from './judge-soak.ts';
export { judgeSwaps, type SeenSwap } from './judge-swap.ts';
export { judgeTrial, type Trial } from './judge-trial.ts';
