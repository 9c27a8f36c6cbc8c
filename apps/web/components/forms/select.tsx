'use client';

import { useFormState } from './action-form';
import { controlClass, Field, type FieldTexts } from './field';

export interface Option {
  value: string;
  label: string;
}

interface SelectProps extends FieldTexts {
  name: string;
  options: Option[];
  defaultValue?: string;
}

export function Select({ label, hint, optional, name, options, defaultValue }: SelectProps) {
  const { values, attempt } = useFormState();
  return (
    <Field name={name} label={label} hint={hint} optional={optional}>
      {(control) => (
        // React resets a form after its action, and a select to what it was at first: a new one keeps the choice.
        <select
          {...control}
          key={attempt}
          name={name}
          defaultValue={values[name]?.[0] ?? defaultValue}
          className={`${controlClass} h-9 pr-8 pointer-coarse:h-11`}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
