import type { Allowed, Protection, ProtectionKind, ProtectionRole } from '@granary/api-contract';

export type ProtectedAction = 'push' | 'force_push' | 'delete';

/** What a protection decides, in the words of its kind: `label` of a form, `short` in a list. */
export const ACTIONS: Record<ProtectionKind, Record<ProtectedAction, { label: string; short: string }>> = {
  branch: {
    push: { label: 'Who may push', short: 'Push' },
    force_push: { label: 'Who may force-push', short: 'Force-push' },
    delete: { label: 'Who may delete it', short: 'Delete' },
  },
  tag: {
    push: { label: 'Who may create it', short: 'Create' },
    force_push: { label: 'Who may replace it', short: 'Replace' },
    delete: { label: 'Who may delete it', short: 'Delete' },
  },
};

const ROLES: Record<ProtectionRole, string> = {
  write: 'everybody who may write',
  maintain: 'maintainers and admins',
  admin: 'admins',
};

/** `maintainers and admins, bob`. */
export function allowedText({ role, users }: Allowed): string {
  return [...(role ? [ROLES[role]] : []), ...users].join(', ') || 'nobody';
}

/** What a protection lets its people do, an action at a time. */
export function decisionsOf(protection: Protection): { action: string; allowed: string }[] {
  const actions = ACTIONS[protection.kind];
  return (['push', 'force_push', 'delete'] as const).map((action) => ({
    action: actions[action].short,
    allowed: allowedText(protection[action]),
  }));
}
