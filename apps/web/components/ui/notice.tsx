import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '@/lib/class-names';

export type NoticeTone = 'info' | 'success' | 'warning' | 'danger';

const TONES: Record<NoticeTone, { look: string; icon: typeof Info; iconLook: string }> = {
  info: { look: 'border-info-line bg-info-soft', icon: Info, iconLook: 'text-info' },
  success: { look: 'border-success-line bg-success-soft', icon: CircleCheck, iconLook: 'text-success' },
  warning: { look: 'border-warning-line bg-warning-soft', icon: TriangleAlert, iconLook: 'text-warning' },
  danger: { look: 'border-danger-line bg-danger-soft', icon: CircleAlert, iconLook: 'text-danger' },
};

interface NoticeProps {
  tone?: NoticeTone;
  title?: ReactNode;
  children?: ReactNode;
  /** `alert` interrupts a screen reader, `status` waits; leave it out for what is part of the page. */
  role?: 'alert' | 'status';
  className?: string;
}

export function Notice({ tone = 'info', title, children, role, className }: NoticeProps) {
  const { look, icon: Icon, iconLook } = TONES[tone];
  return (
    <div role={role} className={classNames('rounded-control flex gap-2.5 border px-3.5 py-2.5', look, className)}>
      <Icon aria-hidden className={classNames('mt-0.5 size-4 shrink-0', iconLook)} />
      <div className="min-w-0 flex-1 space-y-1 wrap-anywhere">
        {title && <p className="font-medium">{title}</p>}
        {children}
      </div>
    </div>
  );
}
