'use client';

import type { ReactNode } from 'react';
import type { ButtonLook, ButtonVariant } from '@/components/ui/button';
import { ConfirmDialog, DialogCancel } from '@/components/ui/confirm-dialog';
import type { FormAction } from '@/lib/forms/form-state';
import { ActionForm, FormOutcome, useFormState } from './action-form';
import { SubmitButton } from './submit-button';

interface QuestionProps {
  /** Hidden fields: what is deleted. */
  children?: ReactNode;
  trigger: ReactNode;
  triggerLook?: ButtonLook;
  title: ReactNode;
  /** What follows from it. */
  consequence: ReactNode;
  verb: string;
  /** For what hurts nobody's data. */
  verbLook?: ButtonVariant;
  /** False where it would be refused; whoever was refused just now is told all the same. */
  isOffered?: boolean;
}

/** A button, a question, and the deed. */
export function DeleteForm({ action, ...question }: QuestionProps & { action: FormAction }) {
  return (
    <ActionForm action={action} className="contents" outcome="within">
      <Question {...question} />
    </ActionForm>
  );
}

const QUIET: ButtonLook = { variant: 'danger-quiet', size: 'small' };

/** Stays open when the deed was refused: without JavaScript the refusal comes with a new page. */
function Question({
  children,
  trigger,
  triggerLook = QUIET,
  title,
  consequence,
  verb,
  verbLook = 'danger',
  isOffered = true,
}: QuestionProps) {
  const { outcome } = useFormState();
  if (!isOffered && outcome !== 'failed') return null;
  return (
    <ConfirmDialog trigger={trigger} triggerLook={triggerLook} title={title} isOpen={outcome === 'failed'}>
      <FormOutcome />
      <div className="text-ink-muted space-y-2">{consequence}</div>
      {children}
      <div className="flex flex-wrap gap-2 pt-1">
        <SubmitButton variant={verbLook}>{verb}</SubmitButton>
        <DialogCancel />
      </div>
    </ConfirmDialog>
  );
}
