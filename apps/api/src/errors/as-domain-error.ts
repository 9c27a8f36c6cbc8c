import { damageOf } from '@granary/git-process';
import { DomainError, isServerOutage } from '@granary/kernel';
import { HttpException } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { ZodError } from 'zod';

interface ParserError {
  type: string;
  message: string;
}

function isParserError(error: unknown): error is ParserError {
  return error instanceof Error && 'type' in error && typeof error.type === 'string';
}

/** What express' body parsers throw (their documented `type`s). */
function fromParser(error: ParserError): DomainError | null {
  if (error.type === 'entity.too.large') return new DomainError('too_large', 'The request body is too large.');
  if (error.type === 'entity.parse.failed') return new DomainError('bad_request', 'Problems parsing JSON');
  if (error.type === 'encoding.unsupported' || error.type === 'charset.unsupported') {
    return new DomainError('unsupported_media_type', error.message);
  }
  return error.type.startsWith('request.') || error.type.startsWith('entity.')
    ? new DomainError('bad_request', 'The request body could not be read.')
    : null;
}

/** Nest's own exceptions, which also wrap what the body parsers throw. */
function fromHttp(error: HttpException): DomainError {
  switch (error.getStatus()) {
    case 404:
      return new DomainError('not_found', 'Not Found');
    case 413:
      return new DomainError('too_large', 'The request body is too large.');
    case 415:
      return new DomainError('unsupported_media_type', error.message);
    default:
      return /JSON/.test(error.message)
        ? new DomainError('bad_request', 'Problems parsing JSON')
        : new DomainError('bad_request', error.message);
  }
}

function fromZod(error: ZodError): DomainError {
  const fields = error.issues.map((issue) => {
    const absent = issue.code === 'invalid_type' && issue.input === undefined;
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const field = [...issue.path.map(String), ...keys].join('.') || 'body';
    return { field, code: absent ? ('missing_field' as const) : ('invalid' as const), message: issue.message };
  });
  return new DomainError('invalid', 'Validation Failed', { fields });
}

/** Postgres' own answer to text that it cannot store (SQLSTATE 22021, 22P05). */
function isRefusedText(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code } = error.driverError as { code?: string };
  return code === '22021' || code === '22P05';
}

const TRY_AGAIN_SECONDS = 5;

/** The database is away, or has no connection left. */
function fromOutage(cause: unknown): DomainError {
  return new DomainError('unavailable', 'The hub cannot reach its database right now.', {
    hint: 'Nothing was changed. Try again in a few seconds.',
    retryAfterSeconds: TRY_AGAIN_SECONDS,
    cause,
  });
}

/** A repository's files are broken, or the disk is full: neither is a defect, and users can be told. */
function fromDisk(cause: unknown): DomainError | null {
  switch (damageOf(cause)) {
    case 'damaged':
      return new DomainError('repository_damaged', 'This repository is damaged on the hub’s disk.', {
        hint: 'An administrator can see what is wrong, and what helps, with: granary doctor. Keep your clones.',
        cause,
      });
    case 'full':
      return new DomainError('storage_full', 'The hub’s disk is full.', {
        hint: 'Nothing was changed. An administrator has to free some space; reading goes on meanwhile.',
        cause,
      });
    default:
      return null;
  }
}

/** Any thrown value as a DomainError; a defect becomes `internal`, its text kept from the client. */
export function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof ZodError) return fromZod(error);
  if (error instanceof HttpException && error.getStatus() < 500) return fromHttp(error);
  // Before an outage: a missing file is one only where it is the database's socket.
  const disk = fromDisk(error);
  if (disk) return disk;
  if (isServerOutage(error)) return fromOutage(error);
  if (isRefusedText(error)) return new DomainError('bad_request', 'Text must not hold NUL or broken UTF-8.');
  if (error instanceof URIError) return new DomainError('bad_request', 'The URL is not well encoded.');
  const parsed = isParserError(error) ? fromParser(error) : null;
  return parsed ?? new DomainError('internal', 'internal error', { cause: error });
}
