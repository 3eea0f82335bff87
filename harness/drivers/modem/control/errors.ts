import { HarnessError } from '../../../core/errors.ts';
import { describeUser, endUsers, type PortUser } from '../port-users.ts';
import type { Answer } from './tool.ts';

/** @param what it was asked: `its registration` */
export function controlRefused(what: string, said: string): HarnessError {
  return new HarnessError(`the modem does not tell ${what}: ${said.trim() || 'nothing was printed'}`, {
    code: 'modem.unexpected-reply',
    blame: 'dut',
    effect: 'none',
    data: { what, said },
  });
}

/** The answer, where it is one. @throws HarnessError `modem.unexpected-reply` */
export function must(answer: Answer, what: string): Answer {
  if (!answer.ok) throw controlRefused(what, answer.text);
  return answer;
}

export function controlSilent(program: string, device: string, said: string): HarnessError {
  return new HarnessError(`the modem does not answer ${program} on ${device}: ${said.trim()}`, {
    code: 'modem.no-answer',
    blame: 'dut',
    effect: 'unknown',
    hint: 'restart it or cut its power; whether another program asks it too: wwanlab shell RIG "ps w"',
    data: { program, device, said },
  });
}

export function controlBusy(device: string, users: readonly PortUser[]): HarnessError {
  return new HarnessError(`${device} is in use by ${users.map(describeUser).join(', ')}`, {
    code: 'modem.port-busy',
    blame: 'test',
    effect: 'none',
    hint: `two readers of one device steal each other's answers: if it may end, ${endUsers(users)}`,
    data: { device, users },
  });
}

/** @param why it can't be asked: `the router has no program for it` */
export function noWay(what: string, why: string, install: string): HarnessError {
  return new HarnessError(`the modem cannot be asked ${what} over its control device: ${why}`, {
    code: 'modem.no-way',
    blame: 'rig',
    effect: 'none',
    hint: install,
  });
}
