'use client';

import { createContext, use, useActionState, useEffect, useRef, type ReactNode } from 'react';
import { Notice } from '@/components/ui/notice';
import { IDLE, type FormAction, type FormState } from '@/lib/forms/form-state';

const FormStateContext = createContext<FormState>(IDLE);

/** What the form around a field knows of its last submission. */
export function useFormState(): FormState {
  return use(FormStateContext);
}

interface ActionFormProps {
  action: FormAction;
  children: ReactNode;
  className?: string;
  /** Replaces the plain notice of success, for instance to show a secret. */
  renderDone?: (state: FormState) => ReactNode;
  label?: string;
}

function focusFault(form: HTMLFormElement): void {
  const fault =
    form.querySelector<HTMLElement>('[aria-invalid="true"]') ?? form.querySelector<HTMLElement>('[role="alert"]');
  fault?.focus();
}

/** A form over a server action: it works as a plain form without JavaScript, and keeps what was typed when refused. */
export function ActionForm({ action, children, className = 'space-y-4', renderDone, label }: ActionFormProps) {
  const [state, submit] = useActionState(action, IDLE);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (state.outcome === 'failed' && form.current) focusFault(form.current);
  }, [state]);

  return (
    <form ref={form} action={submit} aria-label={label} className={className}>
      <FormOutcome state={state} renderDone={renderDone} />
      <FormStateContext value={state}>{children}</FormStateContext>
    </form>
  );
}

function FormOutcome({ state, renderDone }: { state: FormState; renderDone?: ActionFormProps['renderDone'] }) {
  if (state.outcome === 'done' && renderDone) return renderDone(state);
  if (!state.message) return null;
  if (state.outcome === 'done') {
    return (
      <Notice tone="success" role="status">
        <p>{state.message}</p>
      </Notice>
    );
  }
  return (
    <div role="alert" tabIndex={-1} className="rounded-control">
      <Notice tone="danger">
        <p>{state.message}</p>
        {state.hint && <p>{state.hint}</p>}
      </Notice>
    </div>
  );
}
