import type { LabRigFile } from '../rig-file.ts';
import { liftQuarantine, quarantineOf, quarantineRig } from './lease-rig.ts';

/** A rig that is in quarantine while something is done to it that nobody can undo. */
export interface Meanwhile {
  begin(reason: string, now: Date): void;
  /** It is as it should be; why it was in quarantine before stays. */
  end(): void;
  /** It stays there, for this reason. */
  fail(reason: string, now: Date): void;
}

/** Who is killed in the middle of a flash can't say so any more: it is said when it begins, and taken back at its end. */
export function quarantineMeanwhile(file: LabRigFile): Meanwhile {
  let own = false;
  const end = (): void => {
    if (own) liftQuarantine(file);
    own = false;
  };
  return {
    begin: (reason, now) => {
      // Not sooner: who waits for another's flash finds that one's, which is lifted at its end.
      own = quarantineOf(file) === undefined;
      quarantineRig(file, reason, now);
    },
    end,
    fail: (reason, now) => {
      end();
      quarantineRig(file, reason, now);
    },
  };
}
