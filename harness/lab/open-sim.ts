import type { Ctx } from '../core/ctx.ts';
import { createRemoteLog } from '../drivers/openwrt/remote-log.ts';
import { neverFired } from '../sim/unfired.ts';
import { connectSsh } from '../transport/ssh.ts';
import { assemble, modemCapabilities, type EmulatedRig } from './assemble.ts';
import type { SimRigFile } from './rig-file.ts';
import { createSimRig } from './sim-rig.ts';

/** A rig in memory, in virtual time. */
export async function openSimRig(ctx: Ctx, file: SimRigFile): Promise<EmulatedRig> {
  const sim = createSimRig(ctx, file);
  const login = {
    name: file.id,
    user: file.router.user,
    password: file.router.password ?? '',
    hostKey: file.router.hostKey ?? sim.hostKeyFingerprint,
  };
  const rig = await assemble(ctx, file, (c) => connectSsh(c, { ...login, socket: sim.connect() }), {
    interfaceName: sim.interfaceName,
    has: ['router.firewall', ...modemCapabilities(sim.ways, file.modem.model), 'power', 'clock.virtual'],
  });
  const remoteLog = file.syslog && createRemoteLog({ router: rig.router, port: sim.syslogPort(file.syslog) });
  return {
    ...rig,
    ...(remoteLog ? { remoteLog } : {}),
    power: sim.power,
    inject: sim.inject,
    close: async () => {
      await remoteLog?.close();
      await rig.close();
      const unfired = sim.unfired();
      sim.close();
      if (unfired.length > 0) throw neverFired(unfired);
    },
  };
}
