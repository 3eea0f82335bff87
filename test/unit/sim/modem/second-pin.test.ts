import { describe, expect, it } from '@jest/globals';

import { pin as mbimPin } from '../../../../harness/protocols/mbim/basic-connect/subscriber.ts';
import * as pin from '../../../../harness/protocols/qmi/uim/pin.ts';
import { bench } from './bench.ts';
import { mbimHost } from './mbim/host.ts';
import { qmiHost } from './qmi/qmi-host.ts';

const session = { type: 'primary-gw', aid: new Uint8Array(0) } as const;

describe('the second PIN of a card', () => {
  it('has one counter for AT and QMI, is unblocked, and asked for again after a restart', async () => {
    const b = bench();
    await b.drive(async () => {
      await b.pass(20_000);
      const host = qmiHost(b.clock, b.modem);
      const client = await host.allocate('uim');
      const at = b.open();
      const verify = (given: string) =>
        host.ask(pin.uimVerifyPin, { session, info: { id: 'pin2', pin: given } }, client);
      const unblock = (puk: string) =>
        host.ask(pin.uimUnblockPin, { session, info: { id: 'pin2', puk, newPin: '4321' } }, client);
      expect(await verify('9999')).toMatchObject({
        error: 'IncorrectPin',
        values: { retries: { verifyLeft: 2, unblockLeft: 10 }, cardResult: { sw1: 0x63, sw2: 0xc2 } },
      });
      expect((await unblock('12345678')).error).toBe('NoEffect');
      expect((await at.at('AT+CPINC?')).lines).toEqual(['+CPINC: 3,2,10,10']);
      expect((await at.at('AT+CPWD="P2","9999","1234"')).final).toBe('+CME ERROR: incorrect password');
      expect((await verify('9999')).error).toBe('PinBlocked');
      expect((await at.at('AT+CPWD="P2","0000","1234"')).final).toBe('+CME ERROR: SIM PUK2 required');
      expect((await at.at('AT+CSIM=10,"0020008100"')).lines).toEqual(['+CSIM: 4,"6983"']);
      expect((await verify('0000')).error).toBe('PinBlocked');
      expect((await unblock('00000000')).error).toBe('IncorrectPin');
      expect((await unblock('12345678')).error).toBe('None');
      expect(b.modem.state.sim.secondPinGiven).toBe(true);
      expect((await at.at('AT+CPWD="P2","4321","1234"')).final).toBe('OK');
      await at.at('AT!RESET');
      await b.pass(30_000);
      expect(b.modem.state.sim).toMatchObject({ secondPinGiven: false, card: { second: { pin: '1234' } } });
    });
  });

  it('is entered and unblocked in MBIM, and says how many tries are left', async () => {
    const host = await mbimHost();
    await host.exchange({ kind: 'open', maxControlTransfer: 4_096 });
    const order = (pinType: 'pin2' | 'puk2', operation: 'enter' | 'disable', given: string) =>
      host.set(mbimPin, { pinType, operation, pin: given, newPin: '4321' });
    expect(await order('pin2', 'enter', '9999')).toMatchObject({
      status: 'Failure',
      values: { pinType: 'pin2', pinState: 'locked', remainingAttempts: 2 },
    });
    expect((await order('pin2', 'disable', '0000')).status).toBe('NoDeviceSupport');
    expect((await order('puk2', 'enter', '12345678')).status).toBe('OperationNotAllowed');
    await order('pin2', 'enter', '9999');
    expect(await order('pin2', 'enter', '9999')).toMatchObject({
      values: { pinType: 'puk2', remainingAttempts: 10 },
    });
    expect((await order('pin2', 'enter', '0000')).status).toBe('PinRequired');
    expect((await order('puk2', 'enter', '12345678')).status).toBe('Success');
    expect((await order('pin2', 'enter', '4321')).status).toBe('Success');
  });
});
