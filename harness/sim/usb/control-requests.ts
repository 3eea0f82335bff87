import {
  descriptorType,
  encodeDescriptor,
  encodeLanguages,
  encodeString,
} from '../../protocols/usb/descriptors.ts';
import {
  feature,
  isIn,
  recipient,
  recipientOf,
  requestType,
  standardRequest,
  typeOf,
  type Setup,
} from '../../protocols/usb/setup.ts';
import type { Enumeration } from './enumeration.ts';
import { qualifierOf } from './layout.ts';
import { noBytes } from './transfer.ts';

const ENGLISH_US = 0x0409;

/**
 * Answers a control transfer on endpoint 0.
 * @param data of an OUT request; what it lacks of wLength is not waited for
 * @returns at most wLength bytes for an IN request, none for an OUT request that was taken; undefined: a stall
 */
export function answerControl(device: Enumeration, setup: Setup, data: Uint8Array): Uint8Array | undefined {
  const answer = answerRequest(device, setup, isIn(setup) ? noBytes : data.subarray(0, setup.length));
  if (!answer) return undefined;
  return isIn(setup) ? answer.subarray(0, setup.length) : noBytes;
}

function answerRequest(device: Enumeration, setup: Setup, data: Uint8Array): Uint8Array | undefined {
  if (typeOf(setup) === requestType.standard) return answerStandard(device, setup);
  if (typeOf(setup) !== requestType.class || recipientOf(setup) !== recipient.interface) return undefined;
  if (device.configuration === 0) return undefined;
  return device.functionOf(setup.index & 0xff)?.request(setup, data);
}

/** USB 2.0, 9.4. SET_ADDRESS never comes this far: the controller does it. */
function answerStandard(device: Enumeration, setup: Setup): Uint8Array | undefined {
  const { request, value, index } = setup;
  switch (request) {
    case standardRequest.getDescriptor:
      return isIn(setup) ? descriptor(device, value >>> 8, value & 0xff) : undefined;
    case standardRequest.getStatus:
      return status(device, setup);
    case standardRequest.setFeature:
      return taken(setFeature(device, setup, true));
    case standardRequest.clearFeature:
      return taken(setFeature(device, setup, false));
    case standardRequest.getConfiguration:
      return Uint8Array.of(device.configuration);
    case standardRequest.setConfiguration:
      return taken(device.setConfiguration(value & 0xff));
    case standardRequest.getInterface: {
      const active = device.active().find((one) => one.function.number === index);
      return active && Uint8Array.of(active.alternate);
    }
    case standardRequest.setInterface:
      return taken(device.setAlternate(index, value));
    default:
      return undefined;
  }
}

function taken(done: boolean): Uint8Array | undefined {
  return done ? noBytes : undefined;
}

function descriptor(device: Enumeration, type: number, index: number): Uint8Array | undefined {
  const { layout } = device;
  switch (type) {
    case descriptorType.device:
      return encodeDescriptor(layout.device);
    case descriptorType.configuration:
      return index === 0 ? layout.configuration : undefined;
    case descriptorType.string: {
      const text = layout.strings[index - 1];
      if (index === 0) return encodeLanguages(ENGLISH_US);
      return text === undefined ? undefined : encodeString(text);
    }
    case descriptorType.deviceQualifier:
      return qualifierOf(layout);
    default:
      return undefined;
  }
}

/** USB 2.0, 9.4.5. */
function status(device: Enumeration, setup: Setup): Uint8Array | undefined {
  switch (recipientOf(setup)) {
    case recipient.device:
      return Uint8Array.of(device.remoteWakeup ? 0x02 : 0x00, 0);
    case recipient.interface:
      return device.functionOf(setup.index) && Uint8Array.of(0, 0);
    case recipient.endpoint: {
      const halted = isDefault(setup.index) ? false : device.isHalted(setup.index);
      return halted === undefined ? undefined : Uint8Array.of(halted ? 1 : 0, 0);
    }
    default:
      return undefined;
  }
}

function setFeature(device: Enumeration, setup: Setup, on: boolean): boolean {
  if (recipientOf(setup) === recipient.device && setup.value === feature.remoteWakeup) {
    device.remoteWakeup = on;
    return true;
  }
  if (recipientOf(setup) !== recipient.endpoint || setup.value !== feature.endpointHalt) return false;
  return isDefault(setup.index) || device.setHalted(setup.index, on);
}

function isDefault(endpoint: number): boolean {
  return (endpoint & 0x7f) === 0;
}
