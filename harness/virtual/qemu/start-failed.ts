import { virtualError } from '../errors.ts';
import type { HarnessError } from '../../core/errors.ts';

interface Reason {
  readonly says: RegExp;
  readonly what: string;
  readonly hint: string;
}

const REASONS: readonly Reason[] = [
  {
    says: /cannot (allocate|set up guest) memory|cannot allocate memory|unable to map backing store/i,
    what: 'no-memory',
    hint: 'the guest needs 256 MB: end other programs, or give the machine more memory',
  },
  {
    says: /host forwarding rule/i,
    what: 'port-taken',
    hint: 'no free TCP port on 127.0.0.1: see who listens there with: ss -tlnp',
  },
  {
    says: /could not access kvm|failed to initialize kvm/i,
    what: 'no-kvm',
    hint: 'it works without KVM as well: unset WWANLAB_ACCELERATOR',
  },
  {
    says: /'usb-redir' is not a valid|'qemu-xhci' is not a valid|module .*usb-redir/i,
    what: 'qemu-too-small',
    hint: 'this QEMU has no USB redirection: apt-get install qemu-system-x86',
  },
];

/** QEMU ended by itself: what it said, and what to do about it. */
export function startFailed(code: number, said: string, console: readonly string[]): HarnessError {
  const reason = REASONS.find(({ says }) => says.test(said));
  const tail = console.slice(-15).join('\n');
  const text = [
    `QEMU ended with code ${code}${said === '' ? '' : `: ${said}`}`,
    ...(tail === '' ? [] : [`the guest's console ended with:\n${tail}`]),
  ];
  const killed = code === 137 ? 'it was killed: is there memory left? see: dmesg | tail' : undefined;
  return virtualError(
    reason?.what ?? 'qemu-ended',
    text.join('\n'),
    reason?.hint ?? killed ?? 'type: wwanlab virtual setup --check',
  );
}
