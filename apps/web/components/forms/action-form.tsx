'use client';

import { createContext, use, useActionState, useEffect, useRef, type ReactNode } from 'react';
import { Notice } from '@/components/ui/notice';
import { IDLE, type FormAction, type FormState } from '@/lib/forms/form-state';

type RenderDone = (state: FormState) => ReactNode;

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
  renderDone?: RenderDone;
  /** `within`: the form's content has a {@link FormOutcome} itself. */
  outcome?: 'above' | 'within';
  /** Makes it a landmark of that name; a row of a list goes without: its button has a name. */
  label?: string;
}

function focusFault(form: HTMLFormElement): void {
  const fault =
    form.querySelector<HTMLElement>('[aria-invalid="true"]') ?? form.querySelector<HTMLElement>('[role="alert"]');
  fault?.focus();
}

/** A form over a server action: it works as a plain form without JavaScript, and keeps what was typed when refused. */
export function ActionForm(props: ActionFormProps) {
  const { action, children, className = 'space-y-4', renderDone, outcome = 'above', label } = props;
  const [state, submit] = useActionState(action, IDLE);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (state.outcome === 'failed' && form.current) focusFault(form.current);
  }, [state]);

  return (
    <form ref={form} action={submit} aria-label={label} className={className}>
      <FormStateContext value={state}>
        {outcome === 'above' && <FormOutcome renderDone={renderDone} />}
        {children}
      </FormStateContext>
    </form>
  );
}

/** What became of the last submission of the form around it. */
export function FormOutcome({ renderDone }: { renderDone?: RenderDone }) {
  const state = useFormState();
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
    // Without JavaScript a refusal comes with a new page, which begins where it says so.
    <div role="alert" tabIndex={-1} autoFocus className="rounded-control">
      <Notice tone="danger">
        <p className="whitespace-pre-line">{state.message}</p>
        {state.hint && <p>{state.hint}</p>}
      </Notice>
    </div>
  );
}
