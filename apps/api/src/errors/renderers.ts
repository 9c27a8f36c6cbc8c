import type { DomainError } from '@granary/kernel';
import type { Response } from 'express';
import { FACES } from './faces';

export interface ErrorContext {
  requestId: string;
  /** Nobody has proven who they are: ask for credentials rather than say "not found". */
  anonymous: boolean;
}

const LFS_JSON = 'application/vnd.git-lfs+json';
const MOST_FAULTS = 3;

function text(error: DomainError): string {
  return error.hint ? `${error.message}\n${error.hint}\n` : `${error.message}\n`;
}

/** Private and absent look the same to a stranger, who is asked to sign in. */
function gitStatus(error: DomainError, context: ErrorContext): number {
  const { status, strangerStatus = status } = FACES[error.code];
  return context.anonymous ? strangerStatus : status;
}

export function renderGit(response: Response, error: DomainError, context: ErrorContext): void {
  const status = gitStatus(error, context);
  if (status === 401) response.set('WWW-Authenticate', 'Basic realm="Granary", charset="UTF-8"');
  const body =
    status === 401 && error.code === 'repository_not_found' ? 'Sign in to reach this repository.\n' : text(error);
  response
    .status(status)
    .type('text/plain')
    .send(error.code === 'internal' ? `internal error (${context.requestId})\n` : body);
}

/** Git LFS: `{message, request_id}` and no `objects` (git-lfs: docs/api/batch.md). */
export function renderLfs(response: Response, error: DomainError, context: ErrorContext): void {
  const status = gitStatus(error, context);
  if (status === 401) {
    response.set('LFS-Authenticate', 'Basic realm="Git LFS"').set('WWW-Authenticate', 'Basic realm="Git LFS"');
  }
  const asked = status === 401 && error.code === 'repository_not_found';
  // git-lfs prints the message as it is, and nothing else.
  const told = error.fields?.filter(({ message }) => message !== undefined && message !== error.message) ?? [];
  const faults = told.map(({ field, message }) => `${field}: ${message}`);
  const plain = [error.message, ...faults.slice(0, MOST_FAULTS), ...(error.hint ? [error.hint] : [])].join('\n');
  const message = asked ? 'Sign in to reach this repository.' : plain;
  const body = { message, request_id: context.requestId };
  response.status(status).type(LFS_JSON).send(JSON.stringify(body));
}

/** The paths, fields and errors of the REST API are GitHub's, and so is their description. */
const DOCUMENTATION_URL = 'https://docs.github.com/rest';

/** The faults of a request that cannot be carried out, in GitHub's shape: never none. */
function restFaults({ code, fields, message }: DomainError): object | undefined {
  const faults = fields?.map((field) => ({ resource: 'Request', ...field }));
  return faults ?? (code === 'invalid' ? [{ resource: 'Request', code: 'custom', message }] : undefined);
}

/** GitHub's error body, so that Octokit's messages read well. */
export function renderRest(response: Response, error: DomainError, context: ErrorContext): void {
  const { status } = FACES[error.code];
  // GitHub's clients know this message; a hidden repository is simply not there.
  const message = error.code === 'repository_not_found' ? 'Not Found' : error.message;
  const errors = restFaults(error);
  response.status(status).json({
    message,
    ...(error.hint ? { hint: error.hint } : {}),
    ...(errors ? { errors } : {}),
    ...(error.details ? { details: error.details } : {}),
    documentation_url: DOCUMENTATION_URL,
    request_id: context.requestId,
    status: String(status),
  });
}

export function renderText(response: Response, error: DomainError, context: ErrorContext): void {
  const { status } = FACES[error.code];
  const paths = error.details?.['paths'];
  const list = Array.isArray(paths) ? paths.map((path) => `  ${String(path)}\n`).join('') : '';
  const body = error.code === 'internal' ? `internal error (${context.requestId})\n` : text(error) + list;
  response.status(status).type('text/plain').send(body);
}
