import type { RouterMachine, Service } from './machine.ts';

/** Adds a service, or gives an existing one its actions: `defineService(machine, 'firewall', { reload })`. */
export function defineService(machine: RouterMachine, name: string, changes: Partial<Service>): Service {
  const service = { enabled: true, running: false, ...machine.services.get(name), ...changes };
  machine.services.set(name, service);
  return service;
}
