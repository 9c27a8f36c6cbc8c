import type { Config } from '@granary/runtime';
import type { INestApplicationContext } from '@nestjs/common';
import type { ParseArgsConfig } from 'node:util';

/** What a command has found or done: lines for people, and the same for programs. */
export interface Outcome {
  text: string;
  json: unknown;
  /** 0 unless told. */
  exitCode?: number;
}

export interface Invocation {
  args: string[];
  options: Record<string, string | boolean | undefined>;
  config: Config;
  /** The services of the hub; opened at the first call. */
  hub(): Promise<INestApplicationContext>;
  /** Everything on standard input. */
  readInput(): Promise<string>;
}

export interface Command {
  /** Its words, `user create`. */
  name: string;
  /** What follows them, for the help. */
  usage: string;
  summary: string;
  /** How many arguments it takes. */
  arity: number | { least: number; most: number };
  options?: NonNullable<ParseArgsConfig['options']>;
  run(invocation: Invocation): Promise<Outcome>;
}

/** The command line itself is wrong: exit status 2. */
export class UsageError extends Error {}
