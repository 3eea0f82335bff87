import { describe, expect, it } from '@jest/globals';

import { deviceCaps } from '../../../../../harness/protocols/mbim/basic-connect/device.ts';
import * as ms from '../../../../../harness/protocols/mbim/microsoft.ts';
import { opened } from './host.ts';

describe("Microsoft's extensions", () => {
  it('are answered by an EM7565, with what MBIM itself says', async () => {
    const host = await opened('em7565');
    const { values: caps } = await host.query(deviceCaps);
    expect((await host.query(ms.deviceCapsV2)).values).toEqual({ ...caps, executor: 0 });
    expect((await host.query(ms.systemCaps)).values).toMatchObject({ executors: 1, slots: 1 });
    const state = async () => (await host.query(ms.slotInfoStatus, { slot: 0 })).values?.state;
    expect(await state()).toBe('active');
    expect((await host.query(ms.slotInfoStatus, { slot: 1 })).status).toBe('InvalidParameters');
    expect((await host.set(ms.deviceSlotMappings, { slots: [{ slot: 1 }] })).status).toBe(
      'InvalidParameters',
    );
    host.modem.input({ kind: 'defineContext', context: { cid: 1, type: 'IP', apn: 'internet' } });
    const mine = { ipType: 'ipv4', accessString: 'internet', state: 'attached' };
    expect((await host.query(ms.lteAttachInfo)).values).toMatchObject(mine);
    const { values } = await host.query(ms.lteAttachConfiguration);
    expect(values?.configurations.map(({ roaming }) => roaming)).toEqual(['home', 'partner', 'nonPartner']);
    host.modem.removeSim();
    expect(await state()).toBe('empty');
    expect((await host.query(ms.lteAttachInfo)).values?.state).toBe('detached');
  });

  it('are unknown to an MC7455, but for what Windows 8 wanted', async () => {
    const host = await opened('mc7455');
    expect((await host.query(ms.deviceCapsV2)).status).toBe('NoDeviceSupport');
    expect((await host.query(ms.firmwareId)).values?.firmwareId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await host.set(ms.hostShutdown, {})).status).toBe('Success');
  });
});
