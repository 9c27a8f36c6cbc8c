'use client';

import { useId, type ReactNode } from 'react';
import { classNames } from '@/lib/class-names';
import { useFormState } from './action-form';

export interface FieldTexts {
  label: string;
  hint?: ReactNode;
  /** Says "optional" beside the label; fields without it are required. */
  optional?: boolean;
}

export const controlClass =
  'w-full min-w-0 rounded-control border border-line-strong bg-surface px-3 text-ink placeholder:text-ink-muted ' +
  'focus-visible:outline-offset-0 aria-invalid:border-danger disabled:opacity-60';

/** What a control needs to be labelled, described and marked. */
export interface FieldControl {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

interface FieldProps extends FieldTexts {
  name: string;
  children: (control: FieldControl) => ReactNode;
}

export function Field({ name, label, hint, optional, children }: FieldProps) {
  const id = useId();
  const fault = useFormState().faults[name];
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="flex items-baseline gap-2 font-medium">
        {label}
        {optional && <span className="text-ink-muted text-xs font-normal">optional</span>}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': fault ? true : undefined })}
      {fault && (
        <p id={`${id}-fault`} className="text-danger font-medium">
          {fault}
        </p>
      )}
      {hint && (
        <div id={`${id}-hint`} className={classNames('text-ink-muted', 'text-[0.8125rem]')}>
          {hint}
        </div>
      )}
    </div>
  );
}
