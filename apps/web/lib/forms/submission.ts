import type { ApiError } from '@granary/api-contract';
import { redirect } from 'next/navigation';
import { ApiFailure, RepositoryMoved } from '@/lib/api/failure';
import { loginUrl } from '@/lib/return-path';
import type { FormState } from './form-state';

export interface Submission {
  previous: FormState;
  form: FormData;
  /** The page of the form, to come back to when the session has ended. */
  path: string;
  /** Fields to show again after a refusal. Passwords are never among them. */
  keep?: string[];
}

type Done = Pick<FormState, 'message' | 'secret'>;

function keptValues(form: FormData, keep: string[]): Record<string, string[]> {
  return Object.fromEntries(keep.map((name) => [name, form.getAll(name).map(String)]));
}

/** GitHub's `errors[]` by field; `config.url` belongs to the field `url`, `paths.3` to the list `paths`. */
export function faultsOf(problem: ApiError): Record<string, string> {
  const faults = (problem.errors ?? []).map(({ field, code, message }): [string, string] => [
    field.replace(/^config\./, '').replace(/\.\d+$/, ''),
    sentence(message ?? `${field} is ${code.replaceAll('_', ' ')}`),
  ]);
  return Object.fromEntries(faults);
}

/**
 * The API writes errors as Git does, in lower case and without a stop; a form shows sentences. What ends with a stop is
 * one already, though it may begin with the name of a branch.
 */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?:]$/.test(trimmed) ? trimmed : `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
}

/** A refused form: `faults` by field name. */
export function faulty({ previous, form, keep = [] }: Submission, faults: Record<string, string>): FormState {
  return {
    outcome: 'failed',
    attempt: previous.attempt + 1,
    message: 'Please correct the fields marked below.',
    faults,
    values: keptValues(form, keep),
  };
}

function refusal(submission: Submission, problem: ApiError): FormState {
  const faults = faultsOf(problem);
  const state = faulty(submission, faults);
  const message = Object.keys(faults).length > 0 ? state.message : sentence(problem.message);
  return { ...state, message, hint: problem.hint && sentence(problem.hint) };
}

/**
 * Runs a form's change. A refusal of the API becomes the form's state; redirects and defects pass through.
 * An ended session leads to the sign-in page, unless the form itself signs in (`path` is empty).
 */
export async function submit(submission: Submission, change: () => Promise<Done | void>): Promise<FormState> {
  try {
    const done = (await change()) ?? {};
    return { outcome: 'done', attempt: submission.previous.attempt + 1, faults: {}, values: {}, ...done };
  } catch (error) {
    if (error instanceof RepositoryMoved) {
      return refusal(submission, { message: 'This repository has been renamed: reload the page and try again' });
    }
    if (!(error instanceof ApiFailure)) throw error;
    if (error.status === 401 && submission.path !== '') redirect(loginUrl(submission.path));
    return refusal(submission, error.problem);
  }
}
