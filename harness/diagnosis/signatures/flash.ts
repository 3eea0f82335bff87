import { cause, seen, type Signature } from '../signature.ts';

/** sysupgrade refuses an image. */
export const flash: readonly Signature[] = [
  {
    fault: 'F110',
    title: 'sysupgrade refuses the image',
    rung: 'S0',
    settles: true,
    causes: [
      cause(
        'it is for another board',
        'sysupgrade -T FILE; cat /tmp/sysinfo/board_name',
        'the image of this board',
      ),
      cause(
        'the target changed its name (ar71xx to ath79)',
        'the release notes of that version',
        'the documented way over; without keeping settings',
      ),
    ],
    match: seen(
      /not supported by this image|Image check failed|Invalid image type|image metadata not present/i,
      { confidence: 'certain' },
    ),
  },
];
