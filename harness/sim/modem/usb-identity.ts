import { compositionType, functionsOf, type ModemProfile } from './profile.ts';
import type { ModemState } from './state.ts';
import type { UsbFunction, UsbIdentity, UsbNames } from './usb.ts';

/**
 * Names and numbers under which the modem shows up on USB: what a user wrote goes before what comes with the configuration
 * type.
 */
export function usbNamesOf(
  { usb }: ModemProfile,
  { stored, composition }: ModemState,
  typeNumber = composition.presentType,
): Required<UsbNames> {
  const { vendorId, productId, product, bootLoader } = usb;
  const type = compositionType(usb, typeNumber);
  return {
    vendorId,
    productId: type?.productId ?? productId,
    bootProductId: type?.bootProductId ?? bootLoader.productId,
    product,
    ...stored.usbNames,
  };
}

/** What the firmware shows. */
export function applicationIdentity(profile: ModemProfile, state: ModemState): UsbIdentity {
  const { bcdDevice, manufacturer, serialNumber, maxPowerMa } = profile.usb;
  const { vendorId, productId, product } = usbNamesOf(profile, state);
  const { present, presentType } = state.composition;
  const interfaces = functionsOf(profile.usb, present, presentType);
  return { vendorId, productId, bcdDevice, manufacturer, product, serialNumber, maxPowerMa, interfaces };
}

const LOADER_PORT: UsbFunction = {
  number: 0,
  class: 'ff',
  subclass: 'ff',
  protocol: 'ff',
  endpoints: 2,
  role: 'diag',
};

/** What the boot loader shows: one interface, and ids of its own. */
export function bootLoaderIdentity(profile: ModemProfile, state: ModemState): UsbIdentity {
  const { bootLoader, manufacturer, serialNumber, maxPowerMa } = profile.usb;
  const { vendorId, bootProductId } = usbNamesOf(profile, state, state.composition.pendingType);
  return {
    vendorId,
    manufacturer,
    serialNumber,
    maxPowerMa,
    ...bootLoader,
    productId: bootProductId,
    interfaces: [LOADER_PORT],
  };
}
