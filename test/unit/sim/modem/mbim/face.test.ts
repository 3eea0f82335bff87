import { describe, expect, it } from '@jest/globals';
import {
  deviceCaps,
  deviceServices,
  deviceServiceSubscribeList,
} from '../../../../../harness/protocols/mbim/basic-connect/device.ts';
import {
  homeProvider,
  packetService,
  registerState,
  signalState,
} from '../../../../../harness/protocols/mbim/basic-connect/registration.ts';
import { connect, ipConfiguration } from '../../../../../harness/protocols/mbim/basic-connect/session.ts';
import {
  pin,
  radioState,
  subscriberReadyStatus,
} from '../../../../../harness/protocols/mbim/basic-connect/subscriber.ts';
import { mbimContextType, mbimService } from '../../../../../harness/protocols/mbim/services.ts';
import { qmiMessage } from '../../../../../harness/protocols/mbim/other-services.ts';
import { phonebookConfiguration } from '../../../../../harness/protocols/mbim/phonebook.ts';
import { smsConfiguration, smsRead } from '../../../../../harness/protocols/mbim/sms.ts';
import { internet, mbimHost, opened } from './host.ts';

describe('an MBIM function', () => {
  it('brings a host online as umbim asks for it', async () => {
    const host = await opened();
    expect((await host.query(deviceCaps)).values).toMatchObject({
      deviceId: '004401077455018',
      firmwareInfo: 'SWI9X30C_02.24.05.06',
      hardwareInfo: 'MC7455',
      maxSessions: 8,
    });
    expect((await host.query(pin)).values).toMatchObject({ pinState: 'unlocked' });
    expect((await host.query(subscriberReadyStatus)).values).toMatchObject({
      readyState: 'initialized',
      subscriberId: '310260000074558',
    });
    expect((await host.query(registerState)).values).toMatchObject({
      registerState: 'home',
      providerId: '310260',
      providerName: 'T-Mobile',
    });
    expect((await host.set(packetService, { action: 'attach' })).values).toMatchObject({ state: 'attached' });
    const up = await host.set(connect, internet);
    expect(up).toEqual({
      status: 'Success',
      values: {
        sessionId: 0,
        activationState: 'activated',
        voiceCallState: 'none',
        ipType: 'ipv4',
        contextType: mbimContextType.internet,
        nwError: 0,
      },
    });
    expect((await host.query(ipConfiguration, { sessionId: 0 })).values).toMatchObject({
      ipv4Available: 15,
      ipv4Addresses: [{ prefixLength: 24, address: '10.1.2.3' }],
      ipv4Gateway: '10.1.2.1',
      ipv4Dns: ['8.8.8.8', '8.8.4.4'],
      ipv4Mtu: 1_500,
      ipv6Available: 0,
    });
    expect((await host.query(homeProvider)).values).toMatchObject({ providerName: 'T-Mobile', rssi: 24 });
    expect((await host.query(signalState)).values).toMatchObject({ rssi: 24, errorRate: 99 });
    await host.set(connect, { ...internet, command: 'deactivate' });
    expect(host.data.connected).toBe(false);
    expect(host.modem.state.contexts.map(({ cid }) => cid)).toEqual([1]);
  });

  it('says nothing but NotOpened before OPEN and after CLOSE', async () => {
    const host = await mbimHost();
    const ask = {
      kind: 'command',
      operation: 0,
      service: mbimService.basicConnect,
      cid: 1,
      information: new Uint8Array(),
    } as const;
    expect(await host.exchange(ask)).toMatchObject({ kind: 'functionError', error: 5 });
    expect(await host.open()).toMatchObject({ kind: 'openDone', status: 0 });
    expect(await host.exchange(ask)).toMatchObject({ kind: 'commandDone', status: 0 });
    expect(await host.exchange({ kind: 'close' })).toMatchObject({ kind: 'closeDone', status: 0 });
    expect(await host.exchange(ask)).toMatchObject({ kind: 'functionError', error: 5 });
  });

  it('drops its calls when it is closed or opened anew', async () => {
    const host = await opened();
    await host.set(connect, internet);
    await host.exchange({ kind: 'close' });
    expect(host.data.connected).toBe(false);
    await host.open();
    await host.set(connect, internet);
    await host.open();
    expect(host.network.sessions.map(({ released }) => released)).toEqual([1, 1]);
    expect(host.modem.state.bearers).toEqual([]);
  });

  it('gives the network`s cause when a session is refused', async () => {
    const host = await opened();
    host.network.refused = 33;
    expect(await host.set(connect, { ...internet, accessString: 'wrong.apn' })).toMatchObject({
      status: 'Failure',
      values: { activationState: 'deactivated', nwError: 33 },
    });
    expect(await host.query(ipConfiguration, { sessionId: 0 })).toMatchObject({
      status: 'ContextNotActivated',
    });
    expect(await host.set(connect, { ...internet, command: 'deactivate' })).toMatchObject({
      status: 'ContextNotActivated',
    });
  });

  it('tells that the network ended a session, and why', async () => {
    const host = await opened();
    await host.set(connect, { ...internet, sessionId: 3 });
    const changes: boolean[] = [];
    host.data.onConnected((connected) => changes.push(connected));
    host.network.sessions[0]?.end(36);
    await host.pass(10);
    expect(host.news(connect)).toMatchObject([
      { name: 'CONNECT', values: { sessionId: 3, activationState: 'deactivated', nwError: 36 } },
    ]);
    expect(changes).toEqual([false]);
    expect(await host.query(connect, { sessionId: 3 })).toMatchObject({
      values: { activationState: 'deactivated' },
    });
  });

  it('tells the addresses of a session that came up, behind the answer', async () => {
    const host = await opened();
    host.news();
    await host.set(connect, internet);
    expect(host.news(connect, ipConfiguration)).toMatchObject([
      { name: 'IP_CONFIGURATION', values: { sessionId: 0, ipv4Available: 15, ipv4Gateway: '10.1.2.1' } },
    ]);
  });

  it('tells when the card, its messages and its phone book can be used', async () => {
    const host = await opened();
    host.modem.input({ kind: 'simPower', on: false });
    await host.pass(10);
    expect(host.news(subscriberReadyStatus, smsConfiguration, phonebookConfiguration)).toMatchObject([
      { values: { readyState: 'simNotInserted' } },
    ]);
    host.modem.input({ kind: 'simPower', on: true });
    await host.pass(30_000);
    const told = host.news(subscriberReadyStatus, smsConfiguration, phonebookConfiguration, packetService);
    expect(told.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'SUBSCRIBER_READY_STATUS',
        'SMS_CONFIGURATION',
        'PHONEBOOK_CONFIGURATION',
        'PACKET_SERVICE',
      ]),
    );
  });

  it.each([
    ['no card', 'SimNotInserted', 'simNotInserted', { sim: 'none' }],
    ['a PIN', 'PinRequired', 'deviceLocked', { sim: { pin: '1234' } }],
  ] as const)('refuses a session with %s', async (_, status, readyState, options) => {
    const host = await opened('mc7455', options);
    expect(await host.set(connect, internet)).toMatchObject({ status });
    expect(await host.set(packetService, { action: 'attach' })).toMatchObject({ status });
    expect((await host.query(subscriberReadyStatus)).values).toMatchObject({ readyState });
  });

  it('counts the tries of a PIN down to the PUK', async () => {
    const host = await opened('mc7455', { sim: { pin: '1234', puk: '12345678' } });
    const enter = { pinType: 'pin1', operation: 'enter', newPin: '' } as const;
    const tries: unknown[] = [];
    for (let i = 0; i < 3; i++) tries.push(await host.set(pin, { ...enter, pin: '0000' }));
    expect(tries).toMatchObject([
      { status: 'Failure', values: { pinType: 'pin1', remainingAttempts: 2 } },
      { status: 'Failure', values: { pinType: 'pin1', remainingAttempts: 1 } },
      { status: 'Failure', values: { pinType: 'puk1', remainingAttempts: 10 } },
    ]);
    const unblock = { pinType: 'puk1', operation: 'enter', pin: '12345678', newPin: '4321' } as const;
    expect(await host.set(pin, unblock)).toMatchObject({ status: 'Success' });
    await host.pass(10_000);
    expect(host.news(subscriberReadyStatus).at(-1)).toMatchObject({ values: { readyState: 'initialized' } });
    expect((await host.query(registerState)).values).toMatchObject({ registerState: 'home' });
  });

  it('turns the radio off and on, and tells of it', async () => {
    const host = await opened();
    await host.set(connect, internet);
    host.news();
    expect(await host.set(radioState, { radioState: 'off' })).toMatchObject({ values: { software: 'off' } });
    await host.pass(10);
    const names = host.news(radioState, registerState, packetService, connect).map(({ name }) => name);
    expect([...names].sort()).toEqual(['CONNECT', 'PACKET_SERVICE', 'RADIO_STATE', 'REGISTER_STATE']);
    expect(await host.set(connect, internet)).toMatchObject({ status: 'RadioPowerOff' });
    await host.set(radioState, { radioState: 'on' });
    const registered = await host.set(registerState, { providerId: '', action: 'automatic', dataClass: 0 });
    expect(registered.values).toMatchObject({ registerState: 'home' });
  });

  it('registers by hand only where there is a network', async () => {
    const host = await opened();
    const manual = { action: 'manual', dataClass: 0 } as const;
    expect(await host.set(registerState, { ...manual, providerId: '26201' })).toMatchObject({
      status: 'ProviderNotVisible',
    });
    expect(await host.set(registerState, { ...manual, providerId: '310260' })).toMatchObject({
      status: 'Success',
      values: { registerState: 'home', registerMode: 'manual' },
    });
  });

  it('tells only what the host subscribed to', async () => {
    const host = await opened();
    const events = [{ service: mbimService.basicConnect, cids: [3] }];
    await host.set(deviceServiceSubscribeList, { events });
    await host.set(radioState, { radioState: 'off' });
    await host.pass(10);
    expect(host.news(radioState, registerState).map(({ name }) => name)).toEqual(['RADIO_STATE']);
  });

  it('tells of the signal once the host wants to hear of it, also where it has not changed', async () => {
    const host = await opened();
    const basicConnect = mbimService.basicConnect;
    await host.set(deviceServiceSubscribeList, { events: [{ service: basicConnect, cids: [3] }] });
    await host.pass(10);
    expect(host.news(signalState)).toEqual([]);
    await host.set(deviceServiceSubscribeList, { events: [{ service: basicConnect, cids: [3, 11] }] });
    await host.pass(10);
    expect(host.news(signalState).map(({ values }) => values)).toMatchObject([{ rssi: 24 }]);
  });

  it('lists exactly what it answers, and refuses the rest cleanly', async () => {
    const host = await opened();
    const { values } = await host.query(deviceServices);
    expect(values?.services.map(({ service, cids }) => [service, cids.length])).toEqual([
      [mbimService.basicConnect, 20],
      [mbimService.sms, 5],
      [mbimService.ussd, 1],
      [mbimService.phonebook, 4],
      [mbimService.firmwareId, 1],
      [mbimService.hostShutdown, 1],
      [mbimService.qmi, 1],
    ]);
    const extensions = '3d01dcc5-fef5-4d05-0d3a-bef7058e9aaf';
    const ask = { kind: 'command', operation: 0, information: new Uint8Array() } as const;
    expect(await host.exchange({ ...ask, service: extensions, cid: 15 })).toMatchObject({ status: 9 });
    expect(await host.exchange({ ...ask, service: mbimService.basicConnect, cid: 12 })).toMatchObject({
      kind: 'commandDone',
      status: 21,
    });
    expect(await host.query(smsRead, { format: 'pdu', flag: 'all', index: 0 })).toEqual({
      status: 'Success',
      values: { format: 'pdu', messages: [] },
    });
  });

  it('answers in fragments as small as the host wants, and takes fragments', async () => {
    const host = await mbimHost();
    await host.exchange({ kind: 'open', maxControlTransfer: 64 });
    expect((await host.query(deviceCaps)).values).toMatchObject({ hardwareInfo: 'MC7455' });
  });

  it('carries QMI, answers as answers', async () => {
    const host = await opened();
    // CTL Get Client ID for DMS (libqmi, qmi-service-ctl.json 0x0022).
    const frame = Uint8Array.from(Buffer.from('010f0000000000012200040001010002', 'hex'));
    const { status, values } = await host.set(qmiMessage, { frame });
    expect(status).toBe('Success');
    expect(Buffer.from(values?.frame ?? []).toString('hex')).toMatch(/^01170080000001012200/);
    expect(await host.set(qmiMessage, { frame: Uint8Array.of(1, 2, 3) })).toMatchObject({
      status: 'InvalidParameters',
    });
  });

  it('gives a message up whose fragments stay away', async () => {
    const host = await opened();
    const first = Uint8Array.from(
      Buffer.from(
        '030000004000000099000000' +
          '0200000000000000' +
          'a289cc33bcbb8b4fb6b0133ec2aae6df' +
          '00'.repeat(28),
        'hex',
      ),
    );
    host.control.send(first);
    await host.pass(1_249);
    const answers: Uint8Array[] = [];
    host.control.onReadable(() => answers.push(host.control.receive() as Uint8Array));
    await host.pass(2);
    expect(answers.map((answer) => Buffer.from(answer).toString('hex'))).toEqual([
      '04000080100000009900000001000000',
    ]);
  });
});
