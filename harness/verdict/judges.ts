export { judgeConnect, type SeenClimb, type SeenRung } from './judge-connect.ts';
export { judgeSoak, type SoakCount } from './judge-soak.ts';
export { judgeTrial, type Trial } from './judge-trial.ts';
