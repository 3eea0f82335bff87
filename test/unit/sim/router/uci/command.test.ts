import { describe, expect, it } from '@jest/globals';
import { createBench } from '../support.ts';

const FIREWALL = `
config defaults
	option input 'REJECT'

config zone
	option name 'lan'
	list network 'lan'

config zone
	option name 'wan'
	list network 'wan'
	list network 'wan6'

`;

function createUci() {
  const bench = createBench();
  bench.machine.files.write('/etc/config/firewall', FIREWALL);
  return bench;
}

describe('uci', () => {
  it('shows a package with @type[n], a section by its generated name', async () => {
    const { out } = createUci();
    expect(await out('uci show firewall')).toBe(
      [
        'firewall.@defaults[0]=defaults',
        "firewall.@defaults[0].input='REJECT'",
        'firewall.@zone[0]=zone',
        "firewall.@zone[0].name='lan'",
        "firewall.@zone[0].network='lan'",
        'firewall.@zone[1]=zone',
        "firewall.@zone[1].name='wan'",
        "firewall.@zone[1].network='wan' 'wan6'",
        '',
      ].join('\n'),
    );
    // The name is the one that a real router gives the third section of type zone (openwrt sessions, block 1).
    expect(await out('uci show firewall.@zone[1]')).toContain("firewall.cfg03dc81.network='wan' 'wan6'\n");
    expect(await out('uci get firewall.@zone[-1].name')).toBe('wan\n');
  });

  it('keeps changes apart from the file until they are committed', async () => {
    const { out, machine } = createUci();
    await out("uci set network.wwan.apn=epc.tmobile.com; uci set network.wwan.metric='20'");
    expect(await out('uci get network.wwan.apn')).toBe('epc.tmobile.com\n');
    expect(
      machine.uci
        .committed('network')
        ?.find(({ name }) => name === 'wwan')
        ?.options.get('apn'),
    ).toBe('internet');
    expect(await out('uci changes')).toBe("network.wwan.apn='epc.tmobile.com'\nnetwork.wwan.metric='20'\n");
    await out('uci commit network');
    expect(await out('uci changes; grep -c "option apn .epc.tmobile.com" /etc/config/network')).toBe('1\n');
    expect(
      machine.uci
        .committed('network')
        ?.find(({ name }) => name === 'wwan')
        ?.options.get('metric'),
    ).toBe('20');
  });

  it('reverts what was not committed', async () => {
    const { out } = createUci();
    await out('uci set network.wwan.apn=a; uci set network.wwan.service=gprs; uci revert network.wwan.apn');
    expect(await out('uci get network.wwan.apn; uci get network.wwan.service')).toBe('internet\ngprs\n');
    expect(await out('uci revert network; uci get network.wwan.service; uci changes')).toBe('umts\n');
  });

  it('adds, renames and deletes sections', async () => {
    const { out, sh } = createUci();
    expect(await out('uci add firewall rule')).toBe('cfg0492bd\n');
    await out(
      'uci set firewall.@rule[-1].name=Allow; uci rename firewall.@rule[-1]=mine; uci commit firewall',
    );
    expect(await out('uci show firewall.mine')).toBe("firewall.mine=rule\nfirewall.mine.name='Allow'\n");
    await out('uci delete firewall.mine; uci commit');
    expect(await sh('uci show firewall.mine')).toEqual({ status: 1, out: '', err: 'uci: Entry not found\n' });
    expect(await out('uci set network.new=interface; uci get network.new')).toBe('interface\n');
  });

  it('keeps lists', async () => {
    const { out } = createUci();
    await out('uci add_list firewall.@zone[1].network=wwan; uci del_list firewall.@zone[1].network=wan6');
    expect(await out('uci get firewall.@zone[1].network')).toBe('wan wwan\n');
    expect(await out('uci changes firewall')).toBe(
      "firewall.cfg03dc81.network+='wwan'\nfirewall.cfg03dc81.network-='wan6'\n",
    );
  });

  it('quotes as the shell wants it', async () => {
    const { out } = createUci();
    expect(await out(`uci set network.wwan.note="it's"; uci show network.wwan.note`)).toBe(
      `network.wwan.note='it'\\''s'\n`,
    );
    expect(await out('uci commit; uci get network.wwan.note')).toBe("it's\n");
  });

  it('deletes an option that is set to nothing', async () => {
    const { sh } = createUci();
    expect((await sh('uci set network.wwan.apn=; uci get network.wwan.apn')).err).toBe(
      'uci: Entry not found\n',
    );
  });

  it('reads a file written by hand at once, and says what is wrong with it', async () => {
    const { out, sh } = createUci();
    await out("cat > /etc/config/network <<'E'\nconfig interface lan\n\toption proto static # home\nE");
    expect(await out('uci show network')).toBe("network.lan=interface\nnetwork.lan.proto='static'\n");
    await out("printf 'config interface lan\\n\\toption proto \\047x\\n' > /etc/config/network");
    const broken = await sh('uci show network');
    expect(broken.status).toBe(1);
    expect(broken.err).toMatch(/^uci: Parse error \(.* at line 2, byte \d+\)\n$/);
  });

  it('runs a batch, and is quiet when asked', async () => {
    const { out, sh } = createUci();
    await out("uci batch <<'E'\nset network.wwan.apn='a b'\n# no\ncommit network\nE");
    expect(await out('uci get network.wwan.apn')).toBe('a b\n');
    expect(await sh('uci -q get network.nosuch.x')).toEqual({ status: 1, out: '', err: '' });
  });

  it('imports what it exports', async () => {
    const { out } = createUci();
    const before = await out('uci export firewall');
    expect(
      await out('uci export firewall > /tmp/f; uci import firewall2 < /tmp/f; uci export firewall2'),
    ).toBe(before.replace('package firewall', 'package firewall2'));
  });

  it('explains itself when used wrongly', async () => {
    const { sh } = createUci();
    const { status, err } = await sh('uci frobnicate');
    expect(status).toBe(255);
    expect(err).toMatch(/^Usage: uci \[<options>\] <command> \[<arguments>\]\n/);
  });
});
