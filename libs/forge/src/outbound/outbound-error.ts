/**
 * Why a request did not get an answer. `blocked`: the rules forbid the target. `dns`, `connection`, `tls`: no connection.
 * `timeout`: the whole took too long. `protocol`: the answer was no HTTP.
 */
export type OutboundFault = 'blocked' | 'dns' | 'connection' | 'tls' | 'timeout' | 'protocol';

/** A request to the outside that got no answer. The message may be shown to whoever named the target. */
export class OutboundError extends Error {
  constructor(
    readonly fault: OutboundFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'OutboundError';
  }
}

/** Reads Node's error codes (Node.js documentation, "Errors"; OpenSSL's are those of x509 verification). */
export function asOutboundError(error: unknown): OutboundError {
  if (error instanceof OutboundError) return error;
  const code = codeOf(error);
  if (/^(ENOTFOUND|EAI_)/.test(code))
    return new OutboundError('dns', 'the host name does not resolve', { cause: error });
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|HOSTNAME_MISMATCH|EPROTO)/.test(code)) {
    return new OutboundError('tls', `the secure connection failed (${code})`, { cause: error });
  }
  if (code.startsWith('HPE_')) return new OutboundError('protocol', 'the answer is not HTTP', { cause: error });
  return new OutboundError('connection', `the connection failed${code ? ` (${code})` : ''}`, { cause: error });
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}
