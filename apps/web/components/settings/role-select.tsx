import type { RepositoryRole } from '@granary/api-contract';

const ROLES: RepositoryRole[] = ['read', 'write', 'maintain', 'admin'];

/** A role within a row, where a label above would not fit. */
export function RoleSelect({ label, current }: { label: string; current: RepositoryRole }) {
  return (
    <select
      // The form is reset after its action; a change of role makes a new select.
      key={current}
      name="permission"
      aria-label={label}
      defaultValue={current}
      className="border-line-strong bg-surface rounded-control h-8 border px-2 capitalize focus-visible:outline-offset-0 pointer-coarse:h-10"
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {role}
        </option>
      ))}
    </select>
  );
}
