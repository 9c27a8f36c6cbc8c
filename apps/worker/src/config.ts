import { parseConfig, unknownVariables, type Config } from '@granary/runtime';

/** The only place of this app that reads the environment. */
export function readConfig(): Config {
  return parseConfig({ ...process.env, GRANARY_MODE: 'worker' });
}

export function readConfigNotes(): string[] {
  return unknownVariables(process.env);
}
