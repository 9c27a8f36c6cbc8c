import pino, { type Logger } from 'pino';

const SECRETS = ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.secret', '*.token'];

/** JSON lines on standard error: standard output belongs to the person who started the hub. */
export function openLog(): Logger {
  return pino({ level: 'info', redact: SECRETS }, pino.destination({ dest: 2, sync: false }));
}
