import { HarnessError, messageOf, type Effect } from '../../core/errors.ts';
import { formatMs, type Ms } from '../../core/units.ts';

// Whatever goes wrong between the harness and the router's shell is the rig's fault and never a command's exit code.
// `effect` says whether the command can have run: only `none` may be tried again.

interface Details {
  readonly effect?: Effect;
  readonly hint?: string;
  readonly data?: unknown;
  readonly cause?: unknown;
}

export type SshCode =
  | 'ssh.unreachable'
  | 'ssh.handshake-failed'
  | 'ssh.host-key-missing'
  | 'ssh.host-key-mismatch'
  | 'ssh.auth-failed'
  | 'ssh.forward-refused'
  | 'ssh.closed'
  | 'ssh.hung'
  | 'ssh.exec-refused'
  | 'ssh.timeout'
  | 'ssh.no-exit-status'
  | 'ssh.stream-ended';

export function sshError(code: SshCode, message: string, details: Details = {}): HarnessError {
  return new HarnessError(message, { code, blame: 'rig', effect: 'none', ...details });
}

export function unreachable(name: string, cause: unknown): HarnessError {
  return sshError('ssh.unreachable', `${name} cannot be reached over SSH: ${messageOf(cause)}`, {
    cause,
    // Somebody is there, and nobody listens yet. A jump host tells it in words of its own.
    data: { refused: /refused/i.test(messageOf(cause)) },
    hint: 'check power and cable, and the host and port in the rig file',
  });
}

export function handshakeFailed(name: string, cause: unknown): HarnessError {
  return sshError(
    'ssh.handshake-failed',
    `${name} does not complete the SSH handshake: ${messageOf(cause)}`,
    {
      cause,
      hint: 'is it an SSH server that listens there, and does it offer algorithms that are still accepted?',
    },
  );
}

export function authFailed(name: string, user: string, method: string): HarnessError {
  return sshError('ssh.auth-failed', `${name} refuses ${user}'s ${method}`, {
    hint: `nothing was done there; check user and ${method} in the rig file, and whether another router answers`,
    data: { user, method },
  });
}

export function forwardRefused(name: string, to: string, cause: unknown): HarnessError {
  return sshError('ssh.forward-refused', `${name} lets no connection through to ${to}: ${messageOf(cause)}`, {
    cause,
    hint: 'its SSH server must allow TCP forwarding (OpenSSH: AllowTcpForwarding, dropbear: not -j)',
  });
}

export function hostKeyMissing(name: string, found: string, keyType: string): HarnessError {
  return sshError('ssh.host-key-missing', `the host key of ${name} is not pinned; it shows ${found}`, {
    hint: `if that is the right one, put this line beside its host in the rig file (a jump host: below router.jump): hostKey: '${found}'`,
    data: { found, keyType },
  });
}

export function hostKeyMismatch(
  name: string,
  found: string,
  expected: string,
  keyType: string,
): HarnessError {
  return sshError(
    'ssh.host-key-mismatch',
    `${name} shows the host key ${found} (${keyType}), expected ${expected}`,
    {
      hint: `another router answers, or this one was flashed without its settings; nothing was told to it. If it is the right one, in the rig file: hostKey: '${found}'`,
      data: { found, expected, keyType },
    },
  );
}

export function closed(name: string, effect: Effect, cause?: unknown): HarnessError {
  const why = cause === undefined ? '' : `: ${messageOf(cause)}`;
  return sshError('ssh.closed', `the SSH connection to ${name} is closed${why}`, {
    effect,
    ...(cause === undefined ? {} : { cause }),
  });
}

export function hung(name: string, silentFor: Ms, unanswered: number): HarnessError {
  return sshError(
    'ssh.hung',
    `${name} has sent nothing for ${formatMs(silentFor)} and ${unanswered} keepalives are unanswered`,
    {
      effect: 'unknown',
      hint: 'the router hangs or the cable is out: look at its console, then switch it off and on',
      data: { silentForMs: Math.round(silentFor), unanswered },
    },
  );
}

export function channelStuck(name: string, limit: Ms): HarnessError {
  return sshError('ssh.closed', `${name} did not close a channel within ${formatMs(limit)}: given up`, {
    effect: 'unknown',
  });
}

export function execRefused(name: string, command: string, cause: unknown): HarnessError {
  return sshError('ssh.exec-refused', `${name} refuses to start a command: ${messageOf(cause)}`, {
    cause,
    data: { command },
  });
}

export function timedOut(name: string, command: string, limit: Ms): HarnessError {
  return sshError(
    'ssh.timeout',
    `not done within ${formatMs(limit)} on ${name}: ${headline(command)}; its channel was closed`,
    { effect: 'unknown', data: { command, limitMs: limit } },
  );
}

export function noExitStatus(name: string, command: string, signal: string | undefined): HarnessError {
  const how = signal === undefined ? 'ended without an exit status' : `was killed by ${signal}`;
  return sshError('ssh.no-exit-status', `a command on ${name} ${how}: ${headline(command)}`, {
    effect: 'unknown',
    data: { command, signal },
  });
}

export function streamEnded(
  name: string,
  command: string,
  exitCode: number | undefined,
  stderr: string,
): HarnessError {
  const how = exitCode === undefined ? 'without an exit status' : `with exit code ${exitCode}`;
  return sshError('ssh.stream-ended', `a stream from ${name} ended by itself ${how}: ${headline(command)}`, {
    data: { command, exitCode, stderr },
  });
}

/** The same fault as it looks to somebody whose command was not sent yet. */
export function withEffect(error: HarnessError, effect: Effect): HarnessError {
  if (error.effect === effect) return error;
  const { code, blame, hint, data } = error;
  return new HarnessError(error.message, { code, blame, effect, hint, data, cause: error });
}

function headline(command: string): string {
  const line = command.split('\n', 1)[0] ?? '';
  return line.length < command.length || line.length > 100 ? `${line.slice(0, 100)} …` : line;
}
