import { isHarnessError } from '../core/errors.ts';

/**
 * Hints of drivers say RIG, as the help does: whoever opens a rig knows what is to be typed for it.
 * @param part of it, whose methods may fail
 */
export function nameRig<T extends object>(part: T, name: string): T {
  return new Proxy(part, {
    get(target, key, receiver): unknown {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        return result instanceof Promise ? result.catch((error: unknown) => fail(error, name)) : result;
      };
    },
  });
}

function fail(error: unknown, name: string): never {
  const hint = isHarnessError(error) ? error.hint : undefined;
  throw hint === undefined
    ? error
    : Object.assign(error as Error, { hint: hint.replace(/\bRIG\b/g, () => name) });
}
