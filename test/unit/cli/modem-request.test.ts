import { describe, expect, it } from '@jest/globals';
import { seedOf, serveRequestOf } from '../../../harness/cli/modem-request.ts';
import { argumentsOf } from './io.ts';

const needed = { model: ['mc7455'], usbredir: ['unix:/tmp/m.sock'] };

describe('modem serve', () => {
  it.each([
    ['EM7565', 'em7565'],
    ['ec25', 'ec25-a'],
    ['340U', 'aircard-340u'],
    ['em7455', 'em7455'],
  ])('knows which modem is meant by %s', (model, id) => {
    expect(serveRequestOf(argumentsOf([], { ...needed, model: [model] })).profile.id).toBe(id);
  });

  it('takes a model and a place to plug it in, and has a default for everything else', () => {
    expect(serveRequestOf(argumentsOf([], needed))).toMatchObject({
      profile: { id: 'mc7455', usb: { composition: { factory: 0x10d } } },
      sim: { kind: 'ready' },
      apns: ['internet'],
      rttMs: undefined,
      faults: [],
      usbredir: { address: { kind: 'unix', path: '/tmp/m.sock' }, role: 'listen' },
      usbip: undefined,
    });
    expect(seedOf(argumentsOf([], needed))).toBe('1');
  });

  it.each([
    ['mc7455', 'mbim', 0x100d],
    ['mc7455', 'ppp', 0xd],
    ['ec25-a', 'ecm', 1],
    ['ec25-a', 'mbim', 2],
    ['ec25-a', 'ppp', 0],
  ])('shows %s in mode %s as composition %i', (model, mode, factory) => {
    const { profile } = serveRequestOf(argumentsOf([], { ...needed, model: [model], mode: [mode] }));
    expect(profile.usb.composition.factory).toBe(factory);
  });

  it.each([
    ['0', 0],
    ['35', 35],
    ['0.5', 0.5],
  ])('takes --rtt %s as milliseconds', (text, rttMs) => {
    expect(serveRequestOf(argumentsOf([], { ...needed, rtt: [text] }))).toMatchObject({ rttMs });
  });

  it.each([
    ['usage.missing-option', {}],
    ['usage.missing-option', { model: ['mc7455'] }],
    ['usage.unknown-model', { ...needed, model: ['mc7456'] }],
    ['usage.unknown-mode', { ...needed, mode: ['qim'] }],
    ['usage.mode', { ...needed, mode: ['ecm'] }],
    ['usage.sim', { ...needed, sim: ['pin:12'] }],
    ['usage.fault', { ...needed, fault: ['usb.disconnect soon'] }],
    ['usage.rtt', { ...needed, rtt: ['-1'] }],
    ['usage.rtt', { ...needed, rtt: ['10 s'] }],
    ['usage.usbredir', { ...needed, usbredir: ['4000'] }],
    ['usage.options', { ...needed, listen: true, connect: true }],
  ] as const)('refuses with %s', (code, options) => {
    expect(() => serveRequestOf(argumentsOf([], options))).toThrow(
      expect.objectContaining({ code, hint: expect.any(String) }),
    );
  });

  it.each([
    ['ec25', 'moves the AT port'],
    ['mc7455', 'product ids of its own'],
  ])('says why there is no RNDIS for an %s', (model, why) => {
    const options = { ...needed, model: [model], mode: ['rndis'] };
    expect(() => serveRequestOf(argumentsOf([], options))).toThrow(why);
  });

  it.each([
    [
      'bearer.drop 36 after 5s of bearer.up',
      { kind: 'bearer.drop', cause: 36, when: { afterMs: 5_000, event: 'bearer.up' } },
    ],
    ['bearer.drop after 0s of usb.host', { kind: 'bearer.drop', when: { afterMs: 0, event: 'usb.host' } }],
    [
      'cell.lost 10s after 1min jitter 2s',
      { kind: 'cell.lost', forMs: 10_000, when: { afterMs: 60_000, jitterMs: 2_000 } },
    ],
    ['crash boot-loader after 1h', { kind: 'crash', into: 'boot-loader', when: { afterMs: 3_600_000 } }],
  ])('takes the fault "%s"', (text, fault) => {
    expect(serveRequestOf(argumentsOf([], { ...needed, fault: [text] })).faults).toEqual([fault]);
  });

  it.each([
    'cell.lost after',
    'cell.lost after noon',
    'cell.lost after 5s of',
    'cell.lost after 5s of bearer.op',
    'crash after 5s jitter',
    'crash 5s after',
  ])('refuses the fault "%s", and shows the form', (text) => {
    expect(() => serveRequestOf(argumentsOf([], { ...needed, fault: [text] }))).toThrow(
      expect.objectContaining({ code: 'usage.fault', hint: expect.stringContaining('after TIME') }),
    );
  });

  it('shows no PIN in what it says about one', () => {
    expect(() => serveRequestOf(argumentsOf([], { ...needed, sim: ['pin:12345678901'] }))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('12345678901') }),
    );
  });
});
