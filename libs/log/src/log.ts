import pino, { type DestinationStream, type Logger } from 'pino';
import { errorFacts } from './error-facts';

export type LogLevel = 'info' | 'warn' | 'error';

const SECRETS = ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.secret', '*.token'];

/** JSON lines on standard error: standard output belongs to the person who started the hub. */
export function openLog(level: LogLevel, to: DestinationStream = standardError()): Logger {
  return pino({ level, redact: SECRETS, serializers: { err: (error: unknown) => errorFacts(error) } }, to);
}

const standardError = (): DestinationStream => pino.destination({ dest: 2, sync: false });
