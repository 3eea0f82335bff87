import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';

import { httpSwitch, type HttpOutlet } from '../../../../harness/drivers/power/http.ts';
import { realCtx } from '../../../support/real-ctx.ts';

const ctx = realCtx();
let server: Server | undefined;
const seen: string[] = [];

/** A device: its state, and what it answers to a request that is written as `path?query`. */
async function device(
  answer: (url: string, authorization: string | undefined) => string | number,
  challenge = '',
): Promise<string> {
  seen.length = 0;
  server = createServer((request, response) => {
    seen.push(request.url ?? '');
    const said = answer(request.url ?? '', request.headers.authorization);
    if (said === 401) response.setHeader('WWW-Authenticate', challenge);
    response.writeHead(typeof said === 'number' ? said : 200).end(String(said));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** Answers as in the makers' documentation, for an outlet that follows what it is told. */
const makes: readonly {
  readonly make: string;
  readonly outlet: (url: string) => HttpOutlet;
  readonly isOn: RegExp;
  readonly isOff: RegExp;
  readonly says: (on: boolean) => string;
}[] = [
  {
    make: 'Tasmota with one relay',
    outlet: (url) => ({ kind: 'tasmota', url, output: 1 }),
    isOn: /^\/cm\?cmnd=Power1%20On$/,
    isOff: /^\/cm\?cmnd=Power1%20Off$/,
    says: (on) => JSON.stringify({ POWER: on ? 'ON' : 'OFF' }),
  },
  {
    make: 'Tasmota, second relay of two',
    outlet: (url) => ({ kind: 'tasmota', url, output: 2 }),
    isOn: /^\/cm\?cmnd=Power2%20On$/,
    isOff: /^\/cm\?cmnd=Power2%20Off$/,
    says: (on) => JSON.stringify({ POWER2: on ? 'ON' : 'OFF' }),
  },
  {
    make: 'Shelly of the first generation',
    outlet: (url) => ({ kind: 'shelly', url, generation: 1, channel: 0 }),
    isOn: /^\/relay\/0\?turn=on$/,
    isOff: /^\/relay\/0\?turn=off$/,
    says: (on) => JSON.stringify({ ison: on, has_timer: false, source: 'http' }),
  },
  {
    make: 'Shelly of the second generation',
    outlet: (url) => ({ kind: 'shelly', url, generation: 2, channel: 1 }),
    isOn: /^\/rpc\/Switch\.Set\?id=1&on=true$/,
    isOff: /^\/rpc\/Switch\.Set\?id=1&on=false$/,
    says: (on) => JSON.stringify({ id: 1, source: 'HTTP', output: on, apower: 4.1 }),
  },
];

describe.each(makes)('$make', ({ outlet, isOn, isOff, says }) => {
  it('is switched off and on, and asked each time', async () => {
    let on = true;
    const url = await device((request) => {
      if (isOn.test(request)) on = true;
      if (isOff.test(request)) on = false;
      return says(on);
    });
    const power = httpSwitch(outlet(url), 0);
    expect(await power.state(ctx)).toBe('on');
    await power.set(ctx, false);
    expect(on).toBe(false);
    expect(await power.state(ctx)).toBe('off');
    await power.set(ctx, true);
    expect(on).toBe(true);
  });
});

describe('a switch over HTTP', () => {
  it('is told on a connection of its own each time: a device closes one that is idle when it likes', async () => {
    const body = '{"POWER":"OFF"}';
    const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const once = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(answer);
        socket.once('data', () => socket.destroy());
      });
    });
    await new Promise<void>((resolve) => once.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(once.address() as AddressInfo).port}`;
    const power = httpSwitch({ kind: 'tasmota', url, output: 1 }, 0);
    try {
      await power.set(ctx, false);
      expect(await power.state(ctx)).toBe('off');
    } finally {
      once.close();
    }
  });

  it('tells PDUDaemon, which cannot be asked', async () => {
    const url = await device(() => 'OK - accepted request\n');
    const power = httpSwitch({ kind: 'pdudaemon', url, hostname: 'pdu 1', port: 3 }, 0);
    await power.set(ctx, false);
    expect(seen).toEqual(['/power/control/off?hostname=pdu%201&port=3']);
    expect(await power.state(ctx)).toBe('unknown');
  });

  it.each([
    [1, '/relay/0', 'Basic realm="shellyplug-s-B8A5C1"', /^Basic YWRtaW46czNjcmV0$/],
    [
      2,
      '/rpc/Switch.GetStatus?id=0',
      'Digest qop="auth", realm="shellyplus1-a8032abe54dc", nonce="60dc2a63", algorithm=SHA-256',
      /^Digest username="admin", realm="shellyplus1-a8032abe54dc", nonce="60dc2a63", uri="\/rpc\/Switch.GetStatus\?id=0", /,
    ],
  ] as const)(
    'logs in as a Shelly of generation %i asks for it, and shows the password to nobody else',
    async (generation, path, challenge, wanted) => {
      const given: (string | undefined)[] = [];
      const url = await device((_, authorization) => {
        given.push(authorization);
        return wanted.test(authorization ?? '') ? '{"output":true,"ison":true}' : 401;
      }, challenge);
      const outlet = { kind: 'shelly', url, generation, channel: 0 } as const;
      const login = { user: 'admin', password: 's3cret' };
      expect(await httpSwitch({ ...outlet, login }, 0).state(ctx)).toBe('on');
      expect(seen).toEqual([path, path]);
      expect(given).toEqual([undefined, expect.stringMatching(wanted)]);
      const error = await httpSwitch({ ...outlet, login: { user: 'nobody', password: 'wr0ng' } }, 0)
        .state(ctx)
        .catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'http.refused', data: { status: 401 } });
      expect(JSON.stringify(error) + String(error)).not.toContain('wr0ng');
    },
  );

  it('says that Tasmota wants a login, which older ones answer as if all were well', async () => {
    const url = await device(() => '{"WARNING":"Need user=<username>&password=<password>"}');
    const power = httpSwitch({ kind: 'tasmota', url, output: 1 }, 0);
    await expect(power.set(ctx, false)).rejects.toMatchObject({
      code: 'power.login-refused',
      effect: 'none',
      hint: expect.stringContaining('passwordEnv'),
    });
    expect(seen).toHaveLength(1);
  });

  it('takes the words that a Tasmota was told to use', async () => {
    const url = await device(() => '{"POWER":"Off"}');
    expect(await httpSwitch({ kind: 'tasmota', url, output: 1 }, 0).state(ctx)).toBe('off');
  });

  it('shows what a device says of its refusal', async () => {
    const said = '{"code":-105,"message":"Argument \'id\', value 5 not found!"}';
    server = createServer((_, response) => void response.writeHead(500).end(said));
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const power = httpSwitch({ kind: 'shelly', url, generation: 2, channel: 5 }, 0);
    await expect(power.set(ctx, true)).rejects.toThrow(`HTTP 500: ${said}`);
  });

  it('tells an absent device from one of another make', async () => {
    const url = await device(() => '<html>Welcome to nginx</html>');
    const power = httpSwitch({ kind: 'tasmota', url, output: 1 }, 0);
    await expect(power.state(ctx)).rejects.toMatchObject({ code: 'power.unexpected-answer', blame: 'rig' });
    const nobody = httpSwitch({ kind: 'tasmota', url: 'http://127.0.0.1:1', output: 1 }, 0);
    await expect(nobody.state(ctx)).rejects.toMatchObject({ code: 'http.unreachable' });
  });
});
