import { configNotes, ConfigError, parseConfig, type Config } from '@granary/runtime';

/** The only place of this app that reads the environment. */
export function readConfig(): Config {
  const config = parseConfig(process.env);
  if (config.mode !== 'worker') return config;
  throw new ConfigError('GRANARY_MODE is "worker", which is a program of its own: apps/worker (npm start finds it)');
}

/** Lines for the person who starts the hub. */
export function readConfigNotes(): string[] {
  return configNotes(process.env);
}
