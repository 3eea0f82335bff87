import type { RouterMachine } from '../../machine.ts';

/** Domains that dnsmasq answers by itself; 2.8x and later log each. */
const LOCAL_DOMAINS = ['test', 'onion', 'localhost', 'local', 'invalid', 'bind', 'lan'];

export interface NameServers {
  readonly interfaceName: string;
  readonly servers: readonly string[];
}

/**
 * netifd's list of name servers and dnsmasq's reaction to it. Source: netifd interface_write_resolv_conf, and
 * dnsmasq network.c (reload_servers, check_servers).
 */
export function createResolver(machine: RouterMachine): (all: readonly NameServers[]) => void {
  const modern = machine.flavour.packageManager === 'apk' || hasResolvFolder(machine);
  const path = modern ? '/tmp/resolv.conf.d/resolv.conf.auto' : '/tmp/resolv.conf.auto';
  let content = '';
  return (all) => {
    const next = all
      .map(({ interfaceName, servers }) => [
        `# Interface ${interfaceName}`,
        ...servers.map((s) => `nameserver ${s}`),
      ])
      .flat()
      .map((line) => `${line}\n`)
      .join('');
    if (next === content) return;
    content = next;
    machine.files.write(path, next);
    logChange(
      machine,
      path,
      all.flatMap(({ servers }) => servers),
      modern,
    );
  };
}

/** resolv.conf.d came with OpenWrt 21.02. */
function hasResolvFolder(machine: RouterMachine): boolean {
  return Number.parseInt(machine.flavour.kernel, 10) >= 5;
}

function logChange(machine: RouterMachine, path: string, servers: readonly string[], modern: boolean): void {
  const tag = `dnsmasq[${dnsmasqPid(machine)}]`;
  if (servers.length === 0) {
    machine.log.add('daemon.warn', tag, `no servers found in ${path}, will retry`);
    return;
  }
  const say = (text: string): void => machine.log.add('daemon.info', tag, text);
  const using = servers.map((server) => `using nameserver ${server}#53`);
  say(`reading ${path}`);
  if (modern) {
    using.forEach(say);
    for (const domain of LOCAL_DOMAINS) say(`using only locally-known addresses for ${domain}`);
  } else {
    say('using local addresses only for domain lan');
    using.forEach(say);
  }
}

function dnsmasqPid(machine: RouterMachine): number {
  return machine.processes.list().find(({ command }) => command.includes('/dnsmasq'))?.pid ?? 1_852;
}
