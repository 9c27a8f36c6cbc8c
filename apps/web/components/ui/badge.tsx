import type { ReactNode } from 'react';
import { classNames } from '@/lib/class-names';

export type BadgeTone = 'neutral' | 'accent' | 'success' | 'warning' | 'danger' | 'info';

const TONES: Record<BadgeTone, string> = {
  neutral: 'border-line text-ink-muted bg-sunken',
  accent: 'border-accent-line text-accent bg-accent-soft',
  success: 'border-success-line text-success bg-success-soft',
  warning: 'border-warning-line text-warning bg-warning-soft',
  danger: 'border-danger-line text-danger bg-danger-soft',
  info: 'border-info-line text-info bg-info-soft',
};

export function Badge({
  tone = 'neutral',
  title,
  children,
}: {
  tone?: BadgeTone;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span
      title={title}
      className={classNames(
        'inline-flex items-center gap-1 rounded-full border px-2 py-px text-xs leading-4.5 font-medium whitespace-nowrap [&_svg]:size-3 [&_svg]:shrink-0',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
