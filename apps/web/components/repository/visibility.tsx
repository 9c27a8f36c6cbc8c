import type { Visibility } from '@granary/api-contract';
import { Building2, Globe, Lock } from 'lucide-react';
import { Badge } from '@/components/ui/badge';
import type { RadioOption } from '@/components/forms/choice';

const LOOKS = {
  public: { label: 'Public', icon: Globe, means: 'Anybody who reaches this hub can read and clone it.' },
  internal: {
    label: 'Internal',
    icon: Building2,
    means: 'Everybody with an account on this hub can read and clone it.',
  },
  private: { label: 'Private', icon: Lock, means: 'Only you and the people you invite can see it.' },
} satisfies Record<Visibility, { label: string; icon: typeof Globe; means: string }>;

export function VisibilityBadge({ visibility }: { visibility: Visibility }) {
  const { label, icon: Icon, means } = LOOKS[visibility];
  return (
    <Badge title={means}>
      <Icon aria-hidden />
      {label}
    </Badge>
  );
}

export const VISIBILITY_OPTIONS: RadioOption[] = (['private', 'internal', 'public'] as const).map((visibility) => {
  const { label, icon: Icon, means } = LOOKS[visibility];
  return { value: visibility, label, hint: means, icon: <Icon aria-hidden className="text-ink-muted size-4" /> };
});
