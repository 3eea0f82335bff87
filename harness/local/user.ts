import { userInfo } from 'node:os';

/** Who runs this, also where /etc/passwd does not know the number, as in a container with `--user 1000`. */
export function thisUser(environment: NodeJS.ProcessEnv = process.env): {
  readonly name: string;
  readonly home: string;
} {
  const { HOME: home, USER: user } = environment;
  try {
    const { username, homedir } = userInfo();
    return { name: username, home: home || homedir };
  } catch {
    return { name: user || `uid ${process.getuid?.() ?? '?'}`, home: home || '/' };
  }
}
