import { format, stripVTControlCharacters, types } from 'node:util';
import type { Logger } from 'pino';

/**
 * What libraries say on the console, and Node about itself, becomes lines of the log: as text it would stand between
 * them, or among what the person who starts the hub reads. What they say by the way is dropped. The hub's own words go
 * to the log or to the two outputs directly.
 */
export function logLibraryOutput(
  log: Logger,
  target: Pick<Console, 'debug' | 'error' | 'info' | 'log' | 'warn'> = console,
): void {
  const line = (level: 'warn' | 'error') => {
    return (...said: unknown[]): void => {
      const err = said.find(types.isNativeError);
      const text = stripVTControlCharacters(format(...said.filter((part) => part !== err))).trim();
      log[level](err ? { err } : {}, text || err?.message || '');
    };
  };
  const drop = () => undefined;
  Object.assign(target, { debug: drop, info: drop, log: drop, warn: line('warn'), error: line('error') });
  // Node's own listener prints.
  process.removeAllListeners('warning').on('warning', (err) => log.warn({ err }, err.message));
}
