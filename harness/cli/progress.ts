import type { Progress } from '../runner/plan.ts';
import type { Palette } from '../report/text.ts';

/** Tells people how far a run is: a live line on a terminal, plain lines in a pipe. */
export interface ProgressView {
  /** A line that stays. */
  say(text: string): void;
  /** From now on, progress is that of this rig. */
  rig(id: string): void;
  take(progress: Progress): void;
  /** Takes the live line away. */
  end(): void;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** Columns of the terminal; undefined in a pipe, and where no line can be taken back. */
  readonly columns: number | undefined;
  readonly palette: Palette;
}

const ERASE_LINE = '\r\u001b[K';

export function createProgress({ write, columns, palette }: ProgressOptions): ProgressView {
  let rig = '';
  let test = '';
  let isShown = false;

  const erase = (): void => {
    if (isShown) write(ERASE_LINE);
    isShown = false;
  };
  const say = (text: string): void => {
    erase();
    write(`${text}\n`);
  };
  /** On a terminal a line that is written over; it must fit, or it would scroll. */
  const live = (text: string): void => {
    if (columns === undefined) return;
    erase();
    write(palette.dim(text.replaceAll('\n', ' ').slice(0, columns - 1)));
    isShown = true;
  };
  return {
    say,
    rig: (id) => {
      rig = id;
      live(`${rig}: starting`);
    },
    take: (progress) => {
      switch (progress.type) {
        case 'test.begin':
          test = nameOf(rig, progress);
          if (columns === undefined) say(`${test}: begins`);
          live(`${test} …`);
          break;
        case 'step':
          live(`${test}: ${progress.text}`);
          break;
        case 'test.end':
          say(`${nameOf(rig, progress)}: ${coloured(progress.outcome, palette)}, ${endText(progress)}`);
          break;
        default:
          break;
      }
    },
    end: erase,
  };
}

type TestProgress = Extract<Progress, { readonly repetition: number }>;

function nameOf(rig: string, { suite, repetition }: TestProgress): string {
  return `${rig} ${suite}${repetition > 1 ? ` #${repetition}` : ''}`;
}

function endText({ message, rung }: Extract<Progress, { type: 'test.end' }>): string {
  const [first = ''] = message.split('\n');
  return rung === undefined ? first : `${rung}: ${first}`;
}

function coloured(outcome: string, palette: Palette): string {
  if (outcome === 'pass') return palette.good(outcome);
  return outcome === 'fail' || outcome === 'error' ? palette.bad(outcome) : palette.doubt(outcome);
}
