import { unexpectedOutput } from './errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads an object out of a command's output. @throws `openwrt.unexpected-output` */
export function parseObject(command: string, text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // told below
  }
  throw unexpectedOutput(command, text, 'a JSON object');
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member as text; undefined when it is missing or something else. */
export function textAt(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
}

export function objectsAt(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The members that are objects. */
export const objectsIn = (object: JsonObject): readonly JsonObject[] =>
  Object.values(object).filter(isObject);

export function textsAt(object: JsonObject, key: string): readonly string[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
