/** ssh2 has no types for this file. `init` resolves when its WebAssembly cipher is compiled, once in a process. */
declare module 'ssh2/lib/protocol/crypto.js' {
  const crypto: { readonly init: Promise<void> };
  export default crypto;
}
