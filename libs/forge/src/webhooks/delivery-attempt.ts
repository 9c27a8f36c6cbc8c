import { STATUS_CODES } from 'node:http';
import type { HookContentType } from '@granary/api-contract';
import { decodeBytes } from '@granary/kernel';
import { OutboundError, type OutboundHttp, type OutboundResponse } from '../outbound';
import { signatureHeaders } from './signature';

const TIMEOUT_MS = 15_000;
const MAX_LOGGED_BYTES = 64 * 1024;

/** One message to one webhook. */
export interface Message {
  url: string;
  hookId: number;
  repositoryId: number;
  guid: string;
  event: string;
  body: Buffer;
  /** The media type of `body`. */
  contentType: string;
  secret: string | null;
  sentAt: Date;
  version: string;
}

/** What came of a try, as the log shows it. */
export interface Outcome {
  /** Null when nothing answered. */
  status: number | null;
  text: string;
  durationMs: number;
  requestHeaders: Record<string, string>;
  responseHeaders: Record<string, string> | null;
  responseBody: string | null;
}

/** A payload as it is sent: as JSON, or as a form whose field `payload` holds it. What is signed is what is sent. */
export function bodyOf(payload: string, form: HookContentType): Pick<Message, 'body' | 'contentType'> {
  return form === 'json'
    ? { body: Buffer.from(payload), contentType: 'application/json' }
    : {
        body: Buffer.from(new URLSearchParams({ payload }).toString()),
        contentType: 'application/x-www-form-urlencoded',
      };
}

/** GitHub's headers and those of Standard Webhooks. Without a secret there are no signatures. */
export function messageHeaders(message: Message): Record<string, string> {
  const { guid, body, secret } = message;
  const timestampSeconds = Math.floor(message.sentAt.getTime() / 1000);
  return {
    Accept: '*/*',
    'Content-Type': message.contentType,
    'User-Agent': `Granary-Hookshot/${message.version}`,
    'X-GitHub-Event': message.event,
    'X-GitHub-Delivery': guid,
    'X-GitHub-Hook-ID': String(message.hookId),
    'X-GitHub-Hook-Installation-Target-Type': 'repository',
    'X-GitHub-Hook-Installation-Target-ID': String(message.repositoryId),
    'webhook-id': guid,
    'webhook-timestamp': String(timestampSeconds),
    ...(secret === null ? {} : signatureHeaders(secret, { id: guid, timestampSeconds, body })),
  };
}

/** Sends `message` once. @throws the signal's reason if it is aborted; every other failure is an outcome. */
export async function attempt(outbound: OutboundHttp, message: Message, signal: AbortSignal): Promise<Outcome> {
  const requestHeaders = messageHeaders(message);
  const startedMs = performance.now();
  const took = () => Math.round(performance.now() - startedMs);
  try {
    const response = await outbound.send({
      method: 'POST',
      url: message.url,
      headers: requestHeaders,
      body: message.body,
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_LOGGED_BYTES,
      signal,
    });
    return { ...answered(response), durationMs: took(), requestHeaders };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return unanswered(error.message, { durationMs: took(), requestHeaders });
  }
}

export function unanswered(
  text: string,
  { durationMs, requestHeaders }: Pick<Outcome, 'durationMs' | 'requestHeaders'>,
): Outcome {
  return { status: null, text, durationMs, requestHeaders, responseHeaders: null, responseBody: null };
}

export function isSuccess({ status }: Outcome): boolean {
  return status !== null && status >= 200 && status < 300;
}

function answered({ status, headers, body, truncated }: OutboundResponse) {
  const phrase = STATUS_CODES[status];
  return {
    status,
    text: status >= 200 && status < 300 ? 'OK' : `answered ${status}${phrase ? ` ${phrase}` : ''}`,
    responseHeaders: headers,
    // Postgres keeps no NUL in a text. Where the hub cut it, half a character may stand at the end.
    responseBody: decodeBytes(body, { isCut: truncated }).replaceAll('\u0000', '\ufffd'),
  };
}
