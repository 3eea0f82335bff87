import { mbimCommand, type MbimCommand, type MbimCommandSpec } from '../declare.ts';
import { mbimService } from '../services.ts';

/** A command of BASIC_CONNECT (MBIM 1.0, section 10.5). */
export function basicConnect<Q = never, S = never, R = never>(
  spec: Omit<MbimCommandSpec<Q, S, R>, 'service'>,
): MbimCommand<Q, S, R> {
  return mbimCommand({ service: mbimService.basicConnect, ...spec });
}
