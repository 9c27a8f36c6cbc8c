import { unstable_rethrow } from 'next/navigation';
import type { ReactNode } from 'react';
import { ApiFailure } from '@/lib/api/failure';
import { reportFailure, setPageStatus } from '@/lib/page/exchange';
import { FailureView } from './failure-view';

const DEFECT = 500;

/**
 * Logs what a page failed at and shows it in its place, with the status that says so. React by itself would leave the
 * page empty for who runs no script.
 *
 * @throws what Next throws for its own ends, such as a redirection.
 */
export async function failureAnswer(error: unknown): Promise<ReactNode> {
  unstable_rethrow(error);
  const failure = error instanceof ApiFailure ? error : null;
  await setPageStatus(failure && failure.status >= DEFECT ? failure.status : DEFECT);
  return <FailureView said={failure?.told ?? null} reference={await reportFailure(error)} />;
}

/** A part of a page that reads for itself, and answers for what fails in it. */
export function guardedPart<P>(Part: (props: P) => Promise<ReactNode>) {
  return async function GuardedPart(props: P): Promise<ReactNode> {
    return Part(props).catch(failureAnswer);
  };
}
