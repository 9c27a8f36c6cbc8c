import { DomainError } from '@granary/kernel';
import { ConfigError } from './config';

/** Trouble that its reader can mend is told in plain lines, a defect with its stack. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof DomainError) return [error.message, error.hint].filter(Boolean).join('\n');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
