import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** What Nest has to say, as lines of the same log; its own are coloured text. That it starts is no news. */
export function nestLog(log: Logger): LoggerService {
  const facts = (more: unknown[]) => (more.length > 0 ? { nest: more.map(String) } : {});
  return {
    log: () => undefined,
    warn: (message: unknown, ...more: unknown[]) => log.warn(facts(more), String(message)),
    error: (message: unknown, ...more: unknown[]) => log.error(facts(more), String(message)),
    fatal: (message: unknown, ...more: unknown[]) => log.fatal(facts(more), String(message)),
  };
}
