import { parseConfig, type Config } from '@granary/runtime';

/** The only place of this app that reads the environment. */
export function readConfig(): Config {
  return parseConfig(process.env);
}
