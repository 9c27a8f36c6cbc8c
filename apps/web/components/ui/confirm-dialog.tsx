'use client';

import { createContext, use, useId, useRef, type MouseEvent, type ReactNode } from 'react';
import { Button, buttonClass, type ButtonLook } from './button';

const DialogIdContext = createContext('');

interface ConfirmDialogProps {
  trigger: ReactNode;
  triggerLook?: ButtonLook;
  title: ReactNode;
  /** Open from the start: the form in it has something to say. */
  isOpen?: boolean;
  /** The form that does it, with its submit button and a DialogCancel. */
  children: ReactNode;
}

/**
 * A question before something that cannot be taken back. `command`/`commandfor` open the dialog without JavaScript
 * (HTML, "invoker commands"); a browser that does not know them yet gets a handler.
 */
export function ConfirmDialog({ trigger, triggerLook, title, isOpen, children }: ConfirmDialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const openByHand = () => {
    if (!('command' in HTMLButtonElement.prototype)) dialog.current?.showModal();
  };

  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        {...{ command: 'show-modal', commandfor: id }}
        onClick={openByHand}
        className={buttonClass(triggerLook)}
      >
        {trigger}
      </button>
      <dialog
        ref={dialog}
        id={id}
        open={isOpen}
        aria-labelledby={`${id}-title`}
        closedby="any"
        className="border-line bg-raised text-ink shadow-raised rounded-panel fixed inset-0 z-10 m-auto h-fit w-[min(30rem,calc(100vw-2rem))] border p-0 text-left whitespace-normal"
      >
        <div className="space-y-4 p-5">
          <h2 id={`${id}-title`} className="text-base font-semibold wrap-anywhere">
            {title}
          </h2>
          <DialogIdContext value={id}>{children}</DialogIdContext>
        </div>
      </dialog>
    </>
  );
}

/** The way out of a ConfirmDialog. */
export function DialogCancel() {
  const id = use(DialogIdContext);
  const closeByHand = (event: MouseEvent<HTMLButtonElement>) => {
    if (!('command' in HTMLButtonElement.prototype)) event.currentTarget.closest('dialog')?.close();
  };
  return (
    <Button {...{ command: 'close', commandfor: id }} onClick={closeByHand}>
      Cancel
    </Button>
  );
}
