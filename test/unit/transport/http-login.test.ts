import { describe, expect, it } from '@jest/globals';

import { authorizationFor } from '../../../harness/transport/http-login.ts';

/** RFC 7616 3.9.1. */
const login = { user: 'Mufasa', password: 'Circle of Life' };
const request = {
  method: 'GET',
  uri: '/dir/index.html',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};
const offer = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

describe('a login over HTTP', () => {
  it.each([
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ])('answers a challenge by Digest with %s, as RFC 7616 has it', (algorithm, response) => {
    const answer = authorizationFor(offer(algorithm), login, request);
    expect(answer).toMatch(/^Digest username="Mufasa", realm="http-auth@example.org", /);
    for (const part of [`response="${response}"`, `algorithm=${algorithm}`, 'qop=auth', 'nc=00000001'])
      expect(answer.split(', ')).toContain(part);
    expect(answer).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  });

  it('takes the first form of several that it knows', () => {
    const both = `Basic realm="x", ${offer('SHA-512-256')}, ${offer('SHA-256')}, ${offer('MD5')}`;
    expect(authorizationFor(both, login, request)).toContain('algorithm=SHA-256');
  });

  it('has the old form where the challenge has no qop', () => {
    const old = 'digest realm="a \\"b\\"", nonce=1234';
    const answer = authorizationFor(old, login, request);
    // echo -n 'HA1:1234:HA2' | md5sum
    expect(answer).toBe(
      'Digest username="Mufasa", realm="a \\"b\\"", nonce="1234", uri="/dir/index.html", response="0cf299a11b49c074ea0f7164d3e64b06", algorithm=MD5',
    );
  });

  it('is Basic where no Digest is offered', () => {
    const basic = `Basic ${Buffer.from('Mufasa:Circle of Life').toString('base64')}`;
    for (const challenge of ['Basic realm="shellyplug"', '', 'Digest realm="x"'])
      expect(authorizationFor(challenge, login, request)).toBe(basic);
  });
});
