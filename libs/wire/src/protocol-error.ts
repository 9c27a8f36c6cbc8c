import { DomainError } from '@granary/kernel';

/** Bytes from a client that break the format they claim to be in. Rendered as a bad request. */
export class ProtocolError extends DomainError {
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super('bad_request', message, options);
    this.name = 'ProtocolError';
  }
}
