import { describe, expect, it } from '@jest/globals';

import {
  phonebookConfiguration,
  phonebookDelete,
  phonebookRead,
  phonebookWrite,
} from '../../../../harness/protocols/mbim/phonebook.ts';
import { phonebookLimits } from '../../../../harness/sim/modem/phonebook.ts';
import { mbimHost } from './mbim/host.ts';

describe("the card's phone book", () => {
  it('is written, read and emptied over MBIM, and goes with the card', async () => {
    const host = await mbimHost();
    await host.open();
    const write = (name: string, index?: number) =>
      host.set(phonebookWrite, {
        place: index === undefined ? 'unused' : 'index',
        index: index ?? 0,
        number: '+12025550100',
        name,
      });
    const read = async (index?: number) => {
      const flag = index === undefined ? 'all' : 'index';
      const { status, values } = await host.query(phonebookRead, { flag, index: index ?? 0 });
      return values?.entries.map((entry) => `${entry.index} ${entry.name}`) ?? status;
    };
    expect((await write('Alice')).status).toBe('Success');
    expect((await write('Bob', 7)).status).toBe('Success');
    expect((await write('Carol')).status).toBe('Success');
    expect(await read()).toEqual(['1 Alice', '2 Carol', '7 Bob']);
    expect(await read(7)).toEqual(['7 Bob']);
    expect(await read(3)).toBe('InvalidMemoryIndex');
    expect((await write('x'.repeat(phonebookLimits.nameLength + 1))).status).toBe('ParameterTooLong');
    expect((await write('Dave', phonebookLimits.places + 1)).status).toBe('InvalidMemoryIndex');
    expect((await host.query(phonebookConfiguration, {})).values?.usedEntries).toBe(3);
    expect((await host.set(phonebookDelete, { flag: 'index', index: 2 })).status).toBe('Success');
    host.modem.removeSim();
    expect(await read()).toBe('SimNotInserted');
    host.modem.insertSim();
    expect(host.modem.state.sim.card?.phonebook.map(({ place }) => place)).toEqual([1, 7]);
    host.modem.input({ kind: 'reset' });
  });
});
