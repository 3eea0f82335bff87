import { describe, expect, it } from '@jest/globals';

import { createDuplexPair } from '../../../../harness/transport/memory-duplex.ts';
import { createQmp } from '../../../../harness/virtual/qemu/qmp.ts';

/** A QEMU that answers each command with what `answer` says. */
function qemu(answer: (command: string) => object) {
  const [ours, theirs] = createDuplexPair();
  theirs.on('data', (bytes: Buffer) => {
    for (const line of bytes.toString().trim().split('\n')) {
      const { execute, id } = JSON.parse(line) as { execute: string; id: number };
      theirs.write(`${JSON.stringify({ ...answer(execute), id })}\r\n`);
    }
  });
  theirs.write('{"QMP": {"version": {"qemu": {"major": 7}}, "capabilities": []}}\r\n');
  return { qmp: createQmp(ours), theirs };
}

describe('createQmp', () => {
  it('gives each command its own answer, and events to whoever listens', async () => {
    const { qmp, theirs } = qemu((command) => ({ return: { asked: command } }));
    const events: unknown[] = [];
    qmp.onEvent((event, data) => events.push([event, data]));
    theirs.write('{"event": "MIGRATION", "data": {"status": "completed"}, "timestamp": {}}\r\n');
    const answers = await Promise.all([qmp.execute('stop'), qmp.execute('cont')]);
    expect(answers).toEqual([{ asked: 'stop' }, { asked: 'cont' }]);
    expect(events).toEqual([['MIGRATION', { status: 'completed' }]]);
  });

  it("passes QEMU's refusal on in its own words", async () => {
    const error = { class: 'GenericError', desc: 'State blocked by device usb' };
    const { qmp } = qemu((command) => (command === 'migrate' ? { error } : { return: {} }));
    await expect(qmp.execute('migrate')).rejects.toMatchObject({
      code: 'virtual.qemu-refused',
      message: 'QEMU refuses migrate: State blocked by device usb',
    });
  });

  it('fails what waits, and what comes later, when QEMU is gone', async () => {
    const [ours, theirs] = createDuplexPair();
    const qmp = createQmp(ours);
    const waiting = qmp.execute('stop');
    theirs.destroy();
    ours.destroy();
    await expect(waiting).rejects.toMatchObject({ code: 'virtual.qemu-gone' });
    await expect(qmp.execute('cont')).rejects.toMatchObject({ code: 'virtual.qemu-gone' });
  });
});
