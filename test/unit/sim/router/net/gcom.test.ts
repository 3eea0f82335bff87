import { describe, expect, it } from '@jest/globals';

import { seconds } from '../../../../../harness/core/units.ts';
import { createRig, type Ran, type Rig, type RigOptions } from './rig.ts';

async function gcom(
  script: string,
  options: RigOptions & {
    readonly env?: Record<string, string>;
    readonly before?: (rig: Rig) => void | Promise<void>;
    readonly tty?: string;
  } = {},
): Promise<Ran & { readonly rig: Rig; readonly tookMs: number }> {
  const rig = createRig(options);
  return rig.drive(async () => {
    rig.net.start();
    await options.before?.(rig);
    rig.machine.files.write('/tmp/x.gcom', script);
    const start = rig.clock.now();
    const ran = await rig.run(['gcom', '-d', options.tty ?? '/dev/ttyUSB2', '-s', '/tmp/x.gcom'], {
      env: options.env ?? {},
    });
    return { ...ran, rig, tookMs: rig.clock.now() - start };
  });
}

describe('gcom', () => {
  it('prints what a real one prints for getcardinfo.gcom', async () => {
    const rig = createRig();
    const { status, stdout } = await rig.drive(() => {
      rig.net.start();
      return rig.run(['gcom', '-d', '/dev/ttyUSB2', '-s', '/etc/gcom/getcardinfo.gcom']);
    });
    expect(status).toBe(0);
    expect(stdout.replace(/\r\n?/g, '\n')).toBe('AT+CGMI\n\nSierra Wireless, Incorporated\n\nOK\n');
  });

  it('prints what a real one prints for getcarrier.gcom', async () => {
    const rig = createRig();
    const { status, stdout } = await rig.drive(() => {
      rig.net.start();
      return rig.run(['gcom', '-d', '/dev/ttyUSB2', '-s', '/etc/gcom/getcarrier.gcom']);
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '\n.' });
  });

  it('sends a command of the environment and takes the answer apart', async () => {
    const script = `opengt
 set com 115200n81
 set comecho off
 set senddelay 0.02
 send $env("COMMAND")
 send "^m"
 get 1 "^m" $e
 get 1 "" $s
 print "echo=",$e," len=",len($e),"\\n"
 let $t=$mid($s,3,5)
 print $t,"|",$left($e,2),"|",$right($e,1),"\\n"
 exit 3
`;
    const { status, stdout, rig } = await gcom(script, { env: { COMMAND: 'AT+CPIN?' } });
    expect(rig.modem.heard).toEqual(['AT+CPIN?']);
    expect(stdout).toBe('echo=AT+CPIN? len=8\nCPIN:|AT|?\n');
    expect(status).toBe(3);
  });

  it('tells by waitfor which text came, -1 for none, and how long that took', async () => {
    const script = `opengt
 send "AT+CPIN?^m"
 waitfor 5 "ERROR","READY"
 print %,"\\n"
 waitfor 2 "NEVER"
 print %,"\\n"
`;
    const { stdout, tookMs } = await gcom(script);
    expect(stdout).toBe('1\n-1\n');
    expect(tookMs).toBe(2_000);
  });

  it('counts, jumps, calls and branches', async () => {
    const script = `let n=0
:again
 inc n
 gosub show
 if n < 3 goto again
 if $env("MODE") = "x" print "x\\n"
 else print "other\\n"
 if n = 3 & len("ab") = 2 exit 7
 exit 1
:show
 print "n=",n*2+1," "
 return
`;
    const { status, stdout } = await gcom(script);
    expect(stdout).toBe('n=3 n=5 n=7 other\n');
    expect(status).toBe(7);
  });

  it('reads a script from standard input', async () => {
    const rig = createRig();
    const { stdout } = await rig.drive(() =>
      rig.run(['comgt', '-s', '-d', '/dev/ttyUSB2', '-'], { stdin: 'print "hello\\n"\n' }),
    );
    expect(stdout).toBe('hello\n');
  });

  it('reports a port that is not there in three lines, status 1', async () => {
    const script = 'opengt\n set com 115200n81\n\n send "ATI^m"\n';
    const { status, stdout, stderr } = await gcom(script, { tty: '/dev/ttyUSB7' });
    expect({ status, stdout, stderr: stderr.replace(/\d\d:\d\d:\d\d/g, 'TIME') }).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'comgt TIME -> -- Error Report --\n' +
        'comgt TIME -> ---->              ^\n' +
        'comgt TIME -> Error @40, line 4, Could not write to COM device. (1)\n',
    });
  });

  it('gets no answer while pppd holds the port, and leaves the call alone', async () => {
    const { stdout, rig } = await gcom('opengt\n send "AT+CSQ^m"\n get 2 "" $s\n print "<",$s,">"\n', {
      before: async (r) => {
        await r.run(['ifup', 'wwan']);
        await r.clock.sleep(seconds(15));
      },
    });
    expect(stdout).toBe('<>');
    await rig.drive(() => rig.clock.sleep(seconds(20)));
    expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: true });
    expect(rig.modem.heard).not.toContain('AT+CSQ');
  });

  it('lets go of the port when it is killed', async () => {
    const rig = createRig();
    await rig.drive(async () => {
      rig.net.start();
      rig.machine.files.write('/tmp/x.gcom', 'opengt\n waitfor 100 "NEVER"\n');
      const running = rig.start(['gcom', '-d', '/dev/ttyUSB2', '-s', '/tmp/x.gcom']);
      await rig.clock.sleep(seconds(1));
      running.interrupt(15);
      await expect(running.status).rejects.toMatchObject({ code: 'sim.killed' });
      const { stdout } = await rig.run(['gcom', '-d', '/dev/ttyUSB2', '-s', '/etc/gcom/getcardinfo.gcom']);
      expect(stdout).toContain('Sierra');
    });
  });

  it('does not stop the world when a script spins', async () => {
    const rig = createRig();
    await rig.drive(async () => {
      rig.machine.files.write('/tmp/x.gcom', ':a\n goto a\n');
      const running = rig.start(['gcom', '-s', '/tmp/x.gcom']);
      await rig.clock.sleep(seconds(2));
      running.interrupt(2);
      await expect(running.status).rejects.toMatchObject({ code: 'sim.killed' });
    });
  });
});
