import { spawn, type ChildProcess } from 'node:child_process';

/**
 * A shell between us and QEMU. It holds a pipe whose other end is ours: when we end, however we end, the pipe ends, and
 * the shell kills QEMU and removes the folder. It says `ended CODE` when QEMU ended by itself.
 *
 * When we are gone nobody reads its standard output either, which must not end it before it has removed the folder.
 * `read` is part of the shell, so the watcher has no child that could outlive it. QEMU must not have the pipe itself
 * (3<&-). After QEMU was reaped its number can belong to somebody else: then the file `ended` forbids the kill. A machine in
 * a folder below may still write its own `ended` while this one is removed: rm finds a folder that is not empty then.
 */
const SCRIPT = `
folder=$1; shift
trap '' PIPE HUP
exec 3<&0 </dev/null
"$@" 3<&- >&2 &
machine=$!
( exec >&- 2>&-; while read -r line; do :; done <&3; [ -e "$folder/ended" ] || kill -KILL $machine ) 2>/dev/null &
watcher=$!
exec 3<&-
wait $machine
code=$?
: >"$folder/ended"
echo "ended $code"
wait $watcher
for again in 1 2 3 4 5; do rm -rf "$folder" 2>/dev/null && break; sleep 1; done
`;

export interface Supervisor {
  /** Settles when QEMU ended by itself, with its exit code (128 + signal), and what it said on standard error. */
  readonly ended: Promise<{ readonly code: number; readonly said: string }>;
  /** Settles when nothing is left: no process, no folder. */
  readonly gone: Promise<void>;
  /** Kills QEMU and removes the folder. */
  end(): void;
}

/** Characters of QEMU's complaints that are kept. */
const KEPT = 4_000;

/** Starts a command under the shell above, in a session of its own: Ctrl-C in a terminal is for us to handle. */
export function supervise(command: readonly string[], folder: string): Supervisor {
  const child: ChildProcess = spawn('/bin/sh', ['-c', SCRIPT, 'wwanlab-supervisor', folder, ...command], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, LC_ALL: 'C' },
  });
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => (said = (said + bytes.toString('utf8')).slice(-KEPT)));
  child.stdin?.on('error', () => undefined);
  const ended = new Promise<{ code: number; said: string }>((resolve) => {
    let text = '';
    child.stdout?.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const code = /^ended (\d+)$/m.exec(text)?.[1];
      if (code !== undefined) resolve({ code: Number(code), said: said.trim() });
    });
    child.once('close', (code) => resolve({ code: code ?? -1, said: said.trim() }));
    child.once('error', (error) => resolve({ code: -1, said: error.message }));
  });
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  return { ended, gone, end: () => void child.stdin?.end() };
}
