import { describe, expect, it } from '@jest/globals';

import { inWordsOf, install, installed } from '../../../harness/diagnosis/package-manager.ts';
import { signatures } from '../../../harness/diagnosis/signatures/index.ts';
import { diagnosed } from '../../support/diagnosed.ts';

/** F114 comes with a line to install. */
const SHOWS = 'wwan0, /dev/cdc-wdm0\nUnsupported protocol type.\nInstall protocol extensions...';

const OPKG = 'opkg update; opkg install PACKAGE';
const APK = 'apk update; apk add PACKAGE';
const BOTH = `${OPKG} (from OpenWrt 25.12 on: ${APK})`;

describe('what a diagnosis says of packages', () => {
  it.each([
    [[], BOTH],
    [[' OpenWrt 24.10.4, r28959-29397011cc'], OPKG],
    [['DISTRIB_RELEASE="25.12.0"'], APK],
    [['"description": "OpenWrt 25.12.2 r32802"'], APK],
    [['LEDE 17.01.7 on a GL-MiFi'], OPKG],
    [['OpenWrt Chaos Calmer 15.05.1'], OPKG],
    [['[    0.000000] Linux version 5.15.167 (builder@buildhost) (gcc 12.3.0)'], OPKG],
    [['[    0.000000] Linux version 6.6.119 (builder@buildhost)'], BOTH],
    [['root@OpenWrt:~# apk add umbim'], APK],
    [['root@OpenWrt:~# opkg update'], OPKG],
    [['it worked with OpenWrt 24.10 and does not with OpenWrt 25.12'], BOTH],
    [['this was OpenWrt 24.10.1', 'now it is OpenWrt 25.12.0'], BOTH],
  ])('is in the words of the manager that %j shows', (lines, words) => {
    const [fault] = diagnosed([...lines, SHOWS].join('\n')).causes;
    expect(fault).toMatchObject({ fault: 'F114' });
    expect(fault?.causes[0]?.fix).toContain(`: ${words}; then`);
  });

  it('says it in one place: no signature names a manager, nor leaves a mark', () => {
    for (const { fault, causes } of signatures) {
      for (const { confirm, fix } of causes) {
        expect([fault, confirm, fix].join(' ')).not.toMatch(/\b(?:opkg|apk) /);
        expect(inWordsOf('apk', `${confirm} ${fix}`)).not.toMatch(/<install/);
      }
    }
    expect(inWordsOf('apk', `${installed('-i "a|b"')}; ${install('a', 'b')}`)).toBe(
      'apk list --installed | grep -i "a|b"; apk update; apk add a b',
    );
  });
});
