import type { ReactNode } from 'react';
import { classNames } from '@/lib/class-names';

/** Rows with a line between them, for use inside a Panel. */
export function RowList({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <ul aria-label={label} className="divide-line divide-y">
      {children}
    </ul>
  );
}

interface RowProps {
  children: ReactNode;
  /** Buttons at the end of the row; below it on a phone. */
  actions?: ReactNode;
  /** A phone goes without them. */
  actionsFromTablet?: boolean;
  className?: string;
}

export function Row({ children, actions, actionsFromTablet, className }: RowProps) {
  return (
    <li className={classNames('flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3 sm:flex-nowrap', className)}>
      <div className="min-w-0 flex-1 basis-64">{children}</div>
      {actions && (
        <div
          className={classNames('flex flex-wrap items-center gap-2 sm:shrink-0', actionsFromTablet && 'max-sm:hidden')}
        >
          {actions}
        </div>
      )}
    </li>
  );
}
