'use client';

import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFormStatus } from 'react-dom';
import { buttonClass, type ButtonLook } from '@/components/ui/button';
import { classNames } from '@/lib/class-names';

interface SubmitButtonProps extends ButtonLook {
  children: ReactNode;
  /** For pictures alone. */
  label?: string;
  /** As wide as the form. */
  wide?: boolean;
}

/** Sends the form around it. While that runs it keeps its focus and its name, and a second click does nothing. */
export function SubmitButton({ children, label, variant = 'primary', size, square, wide }: SubmitButtonProps) {
  const { pending } = useFormStatus();
  return (
    <button
      type="submit"
      aria-label={label}
      title={label}
      aria-disabled={pending || undefined}
      onClick={(event) => pending && event.preventDefault()}
      className={classNames(buttonClass({ variant, size, square }), 'aria-disabled:opacity-70', wide && 'w-full')}
    >
      {pending && <LoaderCircle aria-hidden className="animate-spin" />}
      {!(pending && square) && children}
    </button>
  );
}
