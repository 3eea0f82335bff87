import { HarnessError } from '../../core/errors.ts';

export function malformed(text: string): HarnessError {
  return new HarnessError(text, { code: 'sms.malformed', blame: 'dut', effect: 'none' });
}
