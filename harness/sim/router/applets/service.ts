import type { Applet, Process, Service } from '../machine.ts';

const SYNTAX: readonly (readonly [string, string, ('procd' | 'always')?])[] = [
  ['start', 'Start the service'],
  ['stop', 'Stop the service'],
  ['restart', 'Restart the service'],
  ['reload', 'Reload configuration files (or restart if service does not implement reload)'],
  ['enable', 'Enable service autostart'],
  ['disable', 'Disable service autostart'],
  ['enabled', 'Check if service is started on boot'],
  ['running', 'Check if service is running', 'procd'],
  ['status', 'Service status', 'procd'],
  ['trace', 'Start with syscall trace', 'procd'],
  ['info', 'Dump procd service info', 'procd'],
];

/** `/etc/init.d/NAME`. Source: OpenWrt base-files rc.common. */
export function serviceApplet(name: string): Applet {
  return (process) => {
    const service = process.machine.services.get(name);
    const action = process.argv[1] ?? 'help';
    return service ? runAction(process, name, service, action) : 127;
  };
}

async function runAction(process: Process, name: string, service: Service, action: string): Promise<number> {
  switch (action) {
    case 'start':
      return act(process, service, true);
    case 'stop':
      return act(process, service, false);
    case 'restart':
      if (service.restart) return service.restart(process);
      await act(process, service, false);
      return act(process, service, true);
    case 'reload':
      return service.reload ? service.reload(process) : act(process, service, true);
    case 'enable':
    case 'disable':
      setEnabled(process, name, service, action === 'enable');
      return 0;
    case 'enabled':
      return service.enabled ? 0 : 1;
    case 'running':
      return service.running ? 0 : 1;
    case 'status':
      process.out(service.running ? 'running\n' : 'inactive\n');
      return service.running ? 0 : 3;
    default:
      process.out(syntax(name, process.machine.flavour.hasServiceStatus));
      return 0;
  }
}

async function act(process: Process, service: Service, start: boolean): Promise<number> {
  const action = start ? service.start : service.stop;
  const wasDaemon = service.running || service.daemon === true;
  const status = action ? await action(process) : 0;
  if (wasDaemon) {
    service.running = start;
    service.daemon = true;
  }
  return status;
}

function setEnabled(process: Process, name: string, service: Service, enabled: boolean): void {
  service.enabled = enabled;
  for (const [letter, order] of [
    ['S', service.startOrder],
    ['K', service.stopOrder],
  ] as const) {
    if (order === undefined) continue;
    const path = `/etc/rc.d/${letter}${String(order).padStart(2, '0')}${name}`;
    if (enabled) process.machine.files.link(path, `../init.d/${name}`);
    else process.machine.files.remove(path);
  }
}

function syntax(name: string, procd: boolean): string {
  const rows = SYNTAX.filter(([, , when]) => when === undefined || procd);
  const lines = rows.map(([action, what]) => `\t${action.padEnd(16)}${what}`);
  return `Syntax: /etc/init.d/${name} [command]\n\nAvailable commands:\n${lines.join('\n')}\n\n`;
}

/** `service`, `service NAME ACTION`. Source: OpenWrt base-files /etc/profile, later /sbin/service. */
export const service: Applet = (process) => {
  const [, name, ...rest] = process.argv;
  const { services } = process.machine;
  if (name !== undefined && services.has(name)) {
    return Promise.resolve(serviceApplet(name)({ ...process, argv: [`/etc/init.d/${name}`, ...rest] }));
  }
  if (name !== undefined) process.err(`Service "${name}" not found:\n\n`);
  process.out('Usage: service <service> [command]\n');
  for (const known of [...services.keys()].sort()) {
    const { enabled, running } = services.get(known) as Service;
    const path = `/etc/init.d/${known}`.padEnd(30);
    process.out(
      `${path}\t${(enabled ? 'enabled' : 'disabled').padStart(10)}\t${running ? '   running' : '   stopped'}\n`,
    );
  }
  return name === undefined ? 0 : 1;
};
