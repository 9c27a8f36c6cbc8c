'use client';

import type { ComponentProps } from 'react';
import { useFormStatus } from 'react-dom';
import { classNames } from '@/lib/class-names';
import { useFormState } from './action-form';
import { controlClass, Field, type FieldTexts } from './field';

type TextFieldProps = FieldTexts & Omit<ComponentProps<'input'>, 'id'> & { name: string; mono?: boolean };

export function TextField({ label, hint, optional, name, mono, className, defaultValue, ...input }: TextFieldProps) {
  const typed = useFormState().values[name]?.[0];
  // The form is reset when its action ends: what was typed in the meantime would be lost.
  const { pending } = useFormStatus();
  return (
    <Field name={name} label={label} hint={hint} optional={optional}>
      {(control) => (
        <input
          {...control}
          name={name}
          required={!optional}
          readOnly={pending}
          defaultValue={typed ?? defaultValue}
          className={classNames(
            controlClass,
            'h-9 pointer-coarse:h-11 pointer-coarse:text-base',
            mono && 'font-mono text-[0.8125rem]',
            className,
          )}
          {...input}
        />
      )}
    </Field>
  );
}

type TextAreaProps = FieldTexts & Omit<ComponentProps<'textarea'>, 'id'> & { name: string; mono?: boolean };

export function TextArea({ label, hint, optional, name, mono, className, defaultValue, ...area }: TextAreaProps) {
  const typed = useFormState().values[name]?.[0];
  // The form is reset when its action ends: what was typed in the meantime would be lost.
  const { pending } = useFormStatus();
  return (
    <Field name={name} label={label} hint={hint} optional={optional}>
      {(control) => (
        <textarea
          {...control}
          name={name}
          required={!optional}
          readOnly={pending}
          defaultValue={typed ?? defaultValue}
          className={classNames(
            controlClass,
            'py-2 pointer-coarse:text-base',
            mono && 'font-mono text-[0.8125rem] break-all',
            className,
          )}
          {...area}
        />
      )}
    </Field>
  );
}
