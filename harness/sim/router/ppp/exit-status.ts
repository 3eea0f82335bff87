/** Exit statuses of pppd(8) that netifd's handler tells apart. */
export const pppdExit = {
  fatal: 1,
  userRequest: 5,
  lockFailed: 6,
  openFailed: 7,
  connectFailed: 8,
  negotiationFailed: 10,
  peerDead: 15,
  hangup: 16,
  authToPeerFailed: 19,
  /** 128 + SIGKILL, as the shell reports it. */
  killed: 137,
} as const;
