import type { AtCommand } from '../../../../protocols/at/command.ts';
import type { ModemProfile } from '../../profile.ts';
import { error, ok } from './answer.ts';
import { basicCommands, dial } from './v250.ts';
import { gppBroadcasts } from './gpp-broadcasts.ts';
import { gppCall } from './gpp-call.ts';
import { gppCard } from './gpp-card.ts';
import { gppCardChannels } from './gpp-card-channels.ts';
import { gppControl } from './gpp-control.ts';
import { gppIdentity } from './gpp-identity.ts';
import { gppNetworks } from './gpp-networks.ts';
import { gppPacket } from './gpp-packet.ts';
import { gppPhonebook } from './gpp-phonebook.ts';
import { gppRadio } from './gpp-radio.ts';
import { gppRegistration } from './gpp-registration.ts';
import { gppSim } from './gpp-sim.ts';
import { gppText } from './gpp-text.ts';
import { gppTextSettings } from './gpp-text-settings.ts';
import { gppVoice } from './gpp-voice.ts';
import { qualcommPacket, quectelPacket } from './qualcomm-packet.ts';
import { quectelCarriers } from './quectel-carriers.ts';
import { quectelConfig } from './quectel-config.ts';
import { quectelSatellites } from './quectel-satellites.ts';
import { quectelStatus } from './quectel-status.ts';
import { sierraBands } from './sierra-bands.ts';
import { sierraCall } from './sierra-call.ts';
import { sierraConfig } from './sierra-config.ts';
import { sierraCustom } from './sierra-custom.ts';
import { sierraImage } from './sierra-image.ts';
import { sierraLock } from './sierra-lock.ts';
import { sierraSatellites } from './sierra-satellites.ts';
import { sierraStatus } from './sierra-status.ts';
import { sierraUsb } from './sierra-usb.ts';
import type { Answer, AtCall, Family } from './wire.ts';

/** All commands of a model. */
export interface CommandTable {
  execute(at: AtCall, command: AtCommand): Answer;
}

const standard: Family = {
  ...gppIdentity,
  ...gppSim,
  ...gppRadio,
  ...gppRegistration,
  ...gppPacket,
  ...gppCall,
  ...gppText,
  ...gppTextSettings,
  ...gppBroadcasts,
  ...gppControl,
  ...gppNetworks,
  ...gppPhonebook,
  ...gppVoice,
  ...qualcommPacket,
  ...gppCard,
  ...gppCardChannels,
};

const vendors: Readonly<Record<ModemProfile['at']['vendor'], Family>> = {
  sierra: {
    ...sierraLock,
    ...sierraStatus,
    ...sierraUsb,
    ...sierraConfig,
    ...sierraBands,
    ...sierraImage,
    ...sierraCustom,
    ...sierraCall,
    ...sierraSatellites,
  },
  quectel: { ...quectelStatus, ...quectelConfig, ...quectelPacket, ...quectelCarriers, ...quectelSatellites },
};

const tables = new Map<string, CommandTable>();

/** The table of this model; models of one maker share theirs. */
export function tableFor(profile: ModemProfile): CommandTable {
  const { vendor } = profile.at;
  const table = tables.get(vendor) ?? createTable({ ...standard, ...vendors[vendor] });
  tables.set(vendor, table);
  return table;
}

function createTable(commands: Family): CommandTable {
  const all = new Map(Object.entries(commands));
  // TS 27.007 8.37: the commands by name.
  all.set('+CLAC', { exec: () => ok(...[...all.keys()].sort().map((name) => `AT${name}`)) });
  return {
    execute: (at, command) => {
      switch (command.kind) {
        case 'dial':
          return dial(at, command.number);
        case 'basic':
          return basicCommands(at, command);
        case 'extended':
          return all.get(command.name)?.[command.operation]?.(at, command.values) ?? error;
        case 'invalid':
          return error;
      }
    },
  };
}
