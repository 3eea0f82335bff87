import type { RouterMachine } from './machine.ts';

const TRIGGERS = [
  'none',
  'switch0',
  'timer',
  'default-on',
  'netdev',
  'phy0rx',
  'phy0tx',
  'phy0assoc',
  'phy0radio',
  'usbdev',
];

/** /sys/class/leds and /sys/class/gpio. Source: Linux Documentation/leds/leds-class.rst, gpio/sysfs.rst. */
export function addLeds(machine: RouterMachine): void {
  const { files, board, flavour } = machine;
  for (const name of board.leds[flavour.platform]) {
    addLed(machine, `/sys/devices/platform/leds-gpio/leds/${name}`);
    files.link(`/sys/class/leds/${name}`, `../../devices/platform/leds-gpio/leds/${name}`);
  }
  for (const [name, initial] of Object.entries(board.gpios)) {
    let value: string = initial;
    files.compute(
      `/sys/class/gpio/${name}/value`,
      () => value + '\n',
      (text) => (value = text.trim() === '0' ? '0' : '1'),
    );
    files.compute(
      `/sys/class/gpio/${name}/direction`,
      () => 'out\n',
      () => undefined,
    );
  }
}

function addLed({ files }: RouterMachine, folder: string): void {
  let brightness = 0;
  let trigger = 'none';
  files.compute(
    `${folder}/brightness`,
    () => `${brightness}\n`,
    (text) => {
      brightness = Math.max(0, Math.min(255, Number.parseInt(text, 10) || 0));
      // Linux: writing 0 removes the trigger.
      if (brightness === 0) trigger = 'none';
    },
  );
  files.compute(`${folder}/max_brightness`, () => '255\n');
  files.compute(
    `${folder}/trigger`,
    () => TRIGGERS.map((name) => (name === trigger ? `[${name}]` : name)).join(' ') + '\n',
    (text) => {
      if (!TRIGGERS.includes(text.trim())) return;
      trigger = text.trim();
      brightness = trigger === 'default-on' ? 255 : 0;
      setNetdev(trigger === 'netdev');
    },
  );
  const setNetdev = (on: boolean): void => {
    for (const name of ['device_name', 'mode']) {
      if (on) files.write(`${folder}/${name}`, '');
      else files.remove(`${folder}/${name}`);
    }
  };
}
