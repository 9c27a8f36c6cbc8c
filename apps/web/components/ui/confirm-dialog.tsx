'use client';

import { useId, useRef, type ReactNode } from 'react';
import { Button, buttonClass, type ButtonLook } from './button';

interface ConfirmDialogProps {
  trigger: ReactNode;
  triggerLook?: ButtonLook;
  title: string;
  /** The form that does it, with its own submit button; the way out is added here. */
  children: ReactNode;
}

/**
 * A question before something that cannot be taken back. `command`/`commandfor` open the dialog without JavaScript
 * (HTML, "invoker commands"); a browser that does not know them yet gets a handler.
 */
export function ConfirmDialog({ trigger, triggerLook, title, children }: ConfirmDialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const openByHand = () => {
    if (!('command' in HTMLButtonElement.prototype)) dialog.current?.showModal();
  };
  const closeByHand = () => {
    if (!('command' in HTMLButtonElement.prototype)) dialog.current?.close();
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
        aria-labelledby={`${id}-title`}
        closedby="any"
        className="border-line bg-raised text-ink shadow-raised rounded-panel m-auto w-[min(30rem,calc(100vw-2rem))] border p-0 text-left whitespace-normal"
      >
        <div className="space-y-4 p-5">
          <h2 id={`${id}-title`} className="text-base font-semibold wrap-anywhere">
            {title}
          </h2>
          {children}
          <div className="border-line -mx-5 -mb-5 border-t px-5 py-3 text-right">
            <Button size="small" {...{ command: 'close', commandfor: id }} onClick={closeByHand}>
              Cancel
            </Button>
          </div>
        </div>
      </dialog>
    </>
  );
}
