import type { Board } from '../../rig/router.ts';

/** An image, and what is known of it: what it says itself, or what somebody vouches for. */
export interface FlashImage {
  readonly bytes: Uint8Array;
  /** For people. */
  readonly name: string;
  /** Names as in /tmp/sysinfo/board_name; undefined: it is not known, and the router has to judge. */
  readonly boards?: readonly string[] | undefined;
  readonly distribution?: string | undefined;
  /** Whose it is, where that is known: GL.iNet's and ROOter's say OpenWrt of themselves too. */
  readonly flavour?: string | undefined;
  /** DISTRIB_RELEASE and DISTRIB_REVISION. */
  readonly version?: string | undefined;
  readonly revision?: string | undefined;
}

/** Is it what runs? Undefined where the image does not say what it is. */
export function isRunning(image: FlashImage, board: Board): boolean | undefined {
  if (image.version === undefined && image.revision === undefined) return undefined;
  return (
    (image.version === undefined || image.version === board.version) &&
    (image.revision === undefined || image.revision === board.revision)
  );
}

/** `23.05.5 r24106` */
export const releaseOf = ({ version, revision }: Pick<FlashImage, 'version' | 'revision'>): string =>
  [version, revision].filter((word) => word).join(' ') || 'an unknown release';

/** Is it what runs, and by the same maker? Two may build the same release of OpenWrt. */
export const runsAlready = (image: FlashImage, board: Board): boolean =>
  isRunning(image, board) === true && (flavourOf(image) === undefined || mayKeepSettings(image, board));

/** Settings of one flavour make another one unreachable: they are kept only within the same one. */
export const mayKeepSettings = (image: FlashImage, board: Board): boolean =>
  flavourOf(image)?.toLowerCase() === board.flavour.toLowerCase();

const flavourOf = ({ flavour, distribution }: FlashImage): string | undefined => flavour ?? distribution;
