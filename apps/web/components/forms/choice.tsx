'use client';

import { useId, type ReactNode } from 'react';
import { useFormState } from './action-form';

interface CheckboxProps {
  name: string;
  /** Sent when ticked; several boxes of one name are one list. */
  value?: string;
  label: ReactNode;
  hint?: ReactNode;
  defaultChecked?: boolean;
}

const boxClass = 'accent-accent mt-0.5 size-4 shrink-0 pointer-coarse:size-5';

export function Checkbox({ name, value = 'on', label, hint, defaultChecked = false }: CheckboxProps) {
  const id = useId();
  const { outcome, values, attempt } = useFormState();
  const chosen = outcome === 'failed' && values[name] ? values[name].includes(value) : defaultChecked;
  return (
    <div className="flex items-start gap-2.5 py-1">
      <input
        key={attempt}
        type="checkbox"
        id={id}
        name={name}
        value={value}
        defaultChecked={chosen}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={boxClass}
      />
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-ink-muted text-[0.8125rem]">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

export interface RadioOption {
  value: string;
  label: string;
  hint: string;
  icon?: ReactNode;
}

interface RadioCardsProps {
  name: string;
  legend: string;
  options: RadioOption[];
  defaultValue: string;
}

/** One of a few, each with its consequence spelt out. */
export function RadioCards({ name, legend, options, defaultValue }: RadioCardsProps) {
  const { values, attempt } = useFormState();
  const chosen = values[name]?.[0] ?? defaultValue;
  return (
    <fieldset key={attempt} className="min-w-0">
      <legend className="mb-1.5 font-medium">{legend}</legend>
      <div className="border-line divide-line rounded-control divide-y border">
        {options.map((option) => (
          <RadioCard key={option.value} name={name} option={option} defaultChecked={option.value === chosen} />
        ))}
      </div>
    </fieldset>
  );
}

function RadioCard({ name, option, defaultChecked }: { name: string; option: RadioOption; defaultChecked: boolean }) {
  const id = useId();
  return (
    <label
      htmlFor={id}
      className="has-checked:bg-accent-soft hover:bg-hover flex items-start gap-3 px-3.5 py-2.5 first:rounded-t-md last:rounded-b-md"
    >
      <input
        type="radio"
        id={id}
        name={name}
        value={option.value}
        defaultChecked={defaultChecked}
        aria-describedby={`${id}-hint`}
        className={boxClass}
      />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5 font-medium">
          {option.icon}
          {option.label}
        </span>
        <span id={`${id}-hint`} className="text-ink-muted block text-[0.8125rem]">
          {option.hint}
        </span>
      </span>
    </label>
  );
}
