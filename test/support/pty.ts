import { start, printed } from './programs.ts';

/** Opens a raw pseudo-terminal and copies between its master and standard input and output. */
const script = `
import os, pty, select, sys, tty
master, slave = pty.openpty()
tty.setraw(master); tty.setraw(slave)
print(os.ttyname(slave), flush=True, file=sys.stderr)
while True:
    for fd in select.select([master, 0], [], [])[0]:
        try: data = os.read(fd, 4096)
        except OSError: sys.exit()
        if not data: sys.exit()
        os.write(1 if fd == master else master, data)
`;

export interface Pty {
  readonly path: string;
  /** What the program on the terminal sent. */
  onText(f: (text: string) => void): void;
  send(text: string): void;
  /** Takes the terminal away, as pulling a USB plug does. */
  unplug(): Promise<void>;
}

/** A pseudo-terminal made by python3: the test is the device behind it. */
export async function openPty(): Promise<Pty> {
  const device = start('python3', ['-c', script]);
  const [path] = await printed(device.child, /\/dev\/\S+/);
  return {
    path,
    onText: (f) => device.child.stdout?.on('data', (bytes: Buffer) => f(bytes.toString('latin1'))),
    send: (text) => device.child.stdin?.write(text, 'latin1'),
    unplug: () => device.stop(),
  };
}
