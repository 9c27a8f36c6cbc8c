import { errorFacts } from '@granary/runtime';
import pino, { type Logger } from 'pino';

const SECRETS = ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.secret', '*.token'];

/** JSON lines on standard error: standard output belongs to the person who started the hub. */
export function openLog(): Logger {
  const options = { level: 'info', redact: SECRETS, serializers: { err: (error: unknown) => errorFacts(error) } };
  return pino(options, pino.destination({ dest: 2, sync: false }));
}
