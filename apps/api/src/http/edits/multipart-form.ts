import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '@granary/kernel';
import busboy from 'busboy';
import type { Request } from 'express';
import { handOver } from './hand-over';

const LIMITS = { files: 1000, fields: 2000, fieldSize: 64 * 1024, fieldNameSize: 100, headerPairs: 50 };

/** The text fields of a form, each with all its values. */
export type FormFields = Map<string, string[]>;

/**
 * Reads a form with files (RFC 7578) as it arrives; no file is held. A file whose taker throws is read past, so that
 * the others still arrive.
 *
 * @param take gets each file that was chosen, one after another.
 * @returns the fields, and what the takers threw.
 * @throws DomainError `bad_request` for a body that is no such form or breaks off, `too_large`.
 */
export async function readMultipartForm(
  request: Request,
  take: (fileName: string, content: Readable) => Promise<void>,
): Promise<{ fields: FormFields; failures: unknown[] }> {
  const fields: FormFields = new Map();
  const failures: unknown[] = [];
  const taken: Promise<void>[] = [];
  const parser = openParser(request);
  parser.on('field', (name, value) => fields.set(name, [...(fields.get(name) ?? []), value]));
  parser.on('file', (_name, file, { filename }) => {
    // An input in which nothing was chosen sends a file without a name.
    if (filename)
      taken.push(handOver(file, (content) => take(filename, content)).catch((error) => void failures.push(error)));
    else file.on('error', () => undefined).resume();
  });
  let isOverLimit = false;
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const)
    parser.on(limit, () => (isOverLimit = true));
  try {
    await pipeline(request, parser);
  } catch (cause) {
    await Promise.all(taken);
    throw new DomainError('bad_request', 'The form broke off, or is none.', { cause });
  }
  await Promise.all(taken);
  if (isOverLimit) throw new DomainError('too_large', `A form may bring at most ${LIMITS.files} files.`);
  return { fields, failures };
}

function openParser(request: Request) {
  try {
    return busboy({ headers: request.headers, limits: LIMITS, preservePath: true, defParamCharset: 'utf8' });
  } catch (cause) {
    throw new DomainError('unsupported_media_type', 'Send a form as multipart/form-data.', { cause });
  }
}
