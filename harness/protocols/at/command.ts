/** One parameter: quoted text, or what stood there bare (a number, a hexadecimal mask, nothing). */
export interface AtValue {
  readonly text: string;
  readonly quoted: boolean;
}

/** `exec` is the bare name, `read` has `?`, `test` has `=?`, `set` has `=` and parameters (V.250 5.4). */
export type AtOperation = 'exec' | 'read' | 'test' | 'set';

/** `E1`, `&F`, `Z`, `S3=13`, `S3?` (V.250 5.3). */
export interface BasicCommand {
  readonly kind: 'basic';
  /** `E`, `&F`, `S3`; upper case. */
  readonly name: string;
  readonly operation: AtOperation;
  /** Number behind the name; 0 where it is left out (5.3.1). */
  readonly value: number;
}

/** `D*99***1#`: the rest of the line is the number to dial (V.250 6.3.1). */
export interface DialCommand {
  readonly kind: 'dial';
  readonly number: string;
}

/** `+CREG=2`, `!GSTATUS?`, `^SYSINFO`, `*CNTI=0`. */
export interface ExtendedCommand {
  readonly kind: 'extended';
  /** With its leading sign, upper case: `+CREG`. */
  readonly name: string;
  readonly operation: AtOperation;
  readonly values: readonly AtValue[];
}

/** From here on the line makes no sense: the modem answers ERROR when it comes to it. Always the last of its line. */
export interface InvalidCommand {
  readonly kind: 'invalid';
  readonly text: string;
}

export type AtCommand = BasicCommand | DialCommand | ExtendedCommand | InvalidCommand;

/** Writes a command line that `parseCommandLine` reads back, `AT` included and the final carriage return left out. */
export function formatCommandLine(commands: readonly AtCommand[]): string {
  return (
    'AT' + commands.map((command, i) => formatCommand(command) + separator(command, commands[i + 1])).join('')
  );
}

function formatCommand(command: AtCommand): string {
  switch (command.kind) {
    case 'basic':
      return command.name + suffix(command.operation, String(command.value), /^S\d/.test(command.name));
    case 'dial':
      return `D${command.number}`;
    case 'extended':
      return command.name + suffix(command.operation, command.values.map(formatValue).join(','), true);
    case 'invalid':
      return command.text;
  }
}

function suffix(operation: AtOperation, value: string, withSign: boolean): string {
  if (operation === 'read') return '?';
  if (operation === 'test') return '=?';
  if (operation === 'set') return `=${value}`;
  return withSign ? '' : value;
}

/** Quotes text so that it survives as one parameter: what can't stand inside quotes is escaped (V.250 5.4.2.2). */
function quoteText(text: string): string {
  const escaped = text.replace(/["\\\p{Cc}]/gu, (c) => `\\${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}

function formatValue(value: AtValue): string {
  return value.quoted ? quoteText(value.text) : value.text;
}

// A semicolon ends an extended command (5.4.1) unless it is the last; basic ones need none.
function separator(command: AtCommand, next: AtCommand | undefined): string {
  return command.kind === 'extended' && next ? ';' : '';
}
