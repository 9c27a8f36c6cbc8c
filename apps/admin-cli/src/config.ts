import { parseConfig, unknownVariables, type Config } from '@granary/runtime';

/** The only place of this app that reads the environment. */
export function readConfig(): Config {
  return parseConfig(process.env);
}

/** Where the command was called: `npx granary` itself runs in the clone. */
export function readCallerDir(): string {
  return process.env['GRANARY_CALLER_DIR'] || process.cwd();
}

export function readConfigNotes(): string[] {
  return unknownVariables(process.env);
}
