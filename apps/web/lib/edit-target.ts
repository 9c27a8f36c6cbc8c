import type { EditAt } from '@granary/api-contract';

/** The commit's branch as a form chose it. */
export interface ChosenTarget {
  branch: string;
  /** Where a new branch begins. */
  from?: string;
}

/** @param form `target` is `new` for a new branch, whose name is in `branch`; only a branch can be committed to itself. */
export function targetOf(at: Pick<EditAt, 'ref' | 'kind' | 'sha'>, form: FormData): ChosenTarget {
  if (at.kind === 'branch' && form.get('target') !== 'new') return { branch: at.ref };
  const branch = String(form.get('branch') ?? '').trim();
  return { branch, from: at.kind === 'branch' ? at.ref : (at.sha ?? at.ref) };
}
