import { expect, it } from '@jest/globals';
import ssh2 from 'ssh2';
import { createKeyPair } from '../../../../harness/sim/router/host-key.ts';

it('a thousand key pairs can all be read', () => {
  for (let i = 0; i < 1_000; i++) {
    const pair = createKeyPair();
    expect(ssh2.utils.parseKey(pair.private)).not.toBeInstanceOf(Error);
    expect(ssh2.utils.parseKey(pair.public)).not.toBeInstanceOf(Error);
  }
});
