import type { ReactNode } from 'react';
import { ActionForm } from '@/components/forms/action-form';
import { SubmitButton } from '@/components/forms/submit-button';
import type { ButtonLook } from '@/components/ui/button';
import { ConfirmDialog, DialogCancel } from '@/components/ui/confirm-dialog';
import type { FormAction } from '@/lib/forms/form-state';

interface DeleteFormProps {
  action: FormAction;
  /** Hidden fields: what is deleted. */
  children?: ReactNode;
  trigger: ReactNode;
  triggerLook?: ButtonLook;
  title: string;
  /** What follows from it. */
  consequence: ReactNode;
  verb: string;
}

const QUIET: ButtonLook = { variant: 'danger-quiet', size: 'small' };

/** A button, a question, and the deed. */
export function DeleteForm(props: DeleteFormProps) {
  const { action, children, trigger, triggerLook = QUIET, title, consequence, verb } = props;
  return (
    <ConfirmDialog trigger={trigger} triggerLook={triggerLook} title={title}>
      <ActionForm action={action}>
        <div className="text-ink-muted space-y-2">{consequence}</div>
        {children}
        <div className="flex flex-wrap gap-2 pt-1">
          <SubmitButton variant="danger">{verb}</SubmitButton>
          <DialogCancel />
        </div>
      </ActionForm>
    </ConfirmDialog>
  );
}
