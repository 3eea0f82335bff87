import type { Board } from './board.ts';

/**
 * GL.iNet GL-MiFi: Atheros AR9331 (400 MHz, 16 MB flash, 64 MB RAM), mini-PCIe slot with USB behind a hub.
 * Source: OpenWrt mach-gl-mifi.c (ar71xx) and ar9331_glinet_gl-mifi.dts (ath79).
 */
export const glMifi: Omit<Board, 'id'> = {
  model: 'GL-MIFI',
  boardName: { ar71xx: 'gl-mifi', ath79: 'glinet,gl-mifi' },
  system: 'Atheros AR9330 rev 1',
  memoryKb: 61_004,
  flashKb: 16_384,
  modemPath: '1-1.2',
  leds: {
    ar71xx: [
      'ath9k-phy0',
      'gl-mifi:green:3gcontrol',
      'gl-mifi:green:3gnet',
      'gl-mifi:green:lan',
      'gl-mifi:green:wan',
    ],
    ath79: ['ath9k-phy0', 'green:3g4g', 'green:lan', 'green:wan', 'green:wlan'],
  },
  gpios: { minipcie: '1' },
  macAddress: 'e4:95:6e:40:1c:70',
};
