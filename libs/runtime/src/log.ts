import type { LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { Config } from './config';
import { errorFacts } from './error-facts';

const SECRETS = ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.secret', '*.token'];

/** JSON lines on standard error: standard output belongs to the person who started the hub. */
export function openLog(level: Config['logLevel'], to: DestinationStream = standardError()): Logger {
  return pino({ level, redact: SECRETS, serializers: { err: (error: unknown) => errorFacts(error) } }, to);
}

const standardError = (): DestinationStream => pino.destination({ dest: 2, sync: false });

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
