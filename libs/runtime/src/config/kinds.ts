import { parseBytes } from '@granary/kernel';
import type { Kind } from './variable';

const WHOLE_NUMBER = /^\d{1,7}$/;

function wholeNumber(text: string, { least, most }: { least: number; most: number }): number | undefined {
  const number = WHOLE_NUMBER.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}

/** A port; with `zero`, also 0, and what that does. */
export function port(zero?: string): Kind<number> {
  const range = { least: zero === undefined ? 1 : 0, most: 65_535 };
  return {
    parse: (text) => wholeNumber(text, range),
    accepted: `a port from 1 to ${range.most}${zero === undefined ? '' : `, or 0 to ${zero}`}`,
  };
}

export interface CountOptions {
  least?: number;
  most?: number;
  /** What is counted: "days", "MiB". */
  of?: string;
  /** What 0 does, where it is not a number like others. */
  zero?: string;
}

export function count({ least = 1, most = 9_999_999, of, zero }: CountOptions = {}): Kind<number> {
  const range = { least: zero === undefined ? least : 0, most };
  const number = of === undefined ? 'a number' : `a number of ${of}`;
  return {
    parse: (text) => wholeNumber(text, range),
    accepted: `${number} from ${least} to ${most}${zero === undefined ? '' : `, or 0 to ${zero}`}`,
  };
}

export function oneOf<const Word extends string>(...words: Word[]): Kind<Word> {
  const [last, ...others] = words.toReversed();
  return {
    parse: (text) => words.find((word) => word === text),
    accepted: `${others.toReversed().join(', ')} or ${last}`,
  };
}

/** Any text that is not blank. */
export function text(accepted: string): Kind<string> {
  return { parse: (value) => (value.trim() === '' ? undefined : value), accepted };
}

export function matching(pattern: RegExp, accepted: string): Kind<string> {
  return { parse: (value) => (pattern.test(value) ? value : undefined), accepted };
}

/** Whether who listens on `host` is met at every address of the machine, in any spelling of `0.0.0.0` and `::`. */
export function isEverywhere(host: string): boolean {
  return /^[0:.]+$/.test(host);
}

function urlOf(text: string, protocols: readonly string[]): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && protocols.includes(url.protocol) ? url : undefined;
}

/** A URL as its client library takes it, with user, password and path. */
export function url(protocols: readonly string[], accepted: string): Kind<string> {
  return { parse: (value) => (urlOf(value, protocols) ? value : undefined), accepted };
}

/**
 * Scheme, host and port in their canonical spelling, so that what compares them may compare text. Anything after them,
 * and a user before them, is refused: it would end up in every link.
 */
export function origin(accepted: string): Kind<string> {
  return {
    parse: (value) => {
      const parsed = urlOf(value, ['http:', 'https:']);
      const isBare = parsed && parsed.href === `${parsed.origin}/` && !/[?#@\\]/.test(value);
      return isBare ? parsed.origin : undefined;
    },
    accepted,
  };
}

const UNLIMITED = 'unlimited';

/** A size, or null for no limit. */
export const byteLimit: Kind<number | null> = {
  parse: (value) => (value === UNLIMITED ? null : (parseBytes(value) ?? undefined)),
  accepted: 'a size with its unit, such as 10GiB, or unlimited',
};

/** A number of `of`, or null for no limit. */
export function countLimit(of: string): Kind<number | null> {
  return {
    parse: (value) => (value === UNLIMITED ? null : /^\d{1,9}$/.test(value) ? Number(value) : undefined),
    accepted: `a number of ${of}, or unlimited`,
  };
}

/** Entries separated by commas, with spaces around them as one likes. `entry` says what each stands for. */
export function list(entry: (text: string) => string | undefined, accepted: string): Kind<string[]> {
  return {
    parse: (value) => {
      const texts = value.split(',').map((one) => one.trim());
      const entries = texts.filter((one) => one !== '').map(entry);
      return entries.length === 0 || entries.includes(undefined) ? undefined : (entries as string[]);
    },
    accepted,
    takesSpaces: true,
  };
}
