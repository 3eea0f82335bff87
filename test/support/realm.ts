import { types } from 'node:util';

// Errors made by Node's core come from another realm than Jest's VM, so that `instanceof Error` fails there. The
// native check knows errors of every realm; subclasses keep their usual meaning.
const ordinary = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, candidate: unknown): boolean {
    return this === Error
      ? types.isNativeError(candidate)
      : (ordinary.call(this as never, candidate) as boolean);
  },
});
