import Form from 'next/form';
import { useId, type ReactNode } from 'react';
import { Button, ButtonLink } from '@/components/ui/button';
import type { HubAuditQuery } from '@/lib/api/audit';
import { HUB_AUDIT_THINGS } from '@/lib/audit-texts';
import { classNames } from '@/lib/class-names';
import { HUB_AUDIT_PATH } from './admin-page';

const look =
  'border-line-strong bg-surface rounded-control h-9 w-full min-w-0 border px-3 focus-visible:outline-offset-0 ' +
  'pointer-coarse:h-11 pointer-coarse:text-base';

/** A form that is sent as a link: its address can be kept, and it needs no JavaScript. */
export function HubAuditFilter({ query, isFiltered }: { query: HubAuditQuery; isFiltered: boolean }) {
  return (
    <Form
      action={HUB_AUDIT_PATH}
      prefetch={false}
      role="search"
      aria-label="Audit log"
      className="border-line grid gap-x-4 gap-y-3 border-b px-4 py-4 sm:grid-cols-2"
    >
      <Labelled label="Who" hint="A user’s name; - for the hub itself">
        {(control) => (
          <input
            {...control}
            name="actor"
            defaultValue={query.actor}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className={look}
          />
        )}
      </Labelled>
      <Labelled label="Where" hint="namespace/repository, or a namespace">
        {(control) => (
          <input
            {...control}
            name="repository"
            defaultValue={query.repository}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className={look}
          />
        )}
      </Labelled>
      <Labelled label="What">
        {(control) => (
          <select {...control} name="action" defaultValue={query.action} className={classNames(look, 'pr-8')}>
            {thingsWith(query.action).map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      <div className="grid grid-cols-2 gap-x-4">
        <Labelled label="From">
          {(control) => (
            <input {...control} type="date" name="since" defaultValue={query.since.slice(0, 10)} className={look} />
          )}
        </Labelled>
        <Labelled label="To">
          {(control) => (
            <input {...control} type="date" name="until" defaultValue={query.until.slice(0, 10)} className={look} />
          )}
        </Labelled>
      </div>
      <div className="flex flex-wrap items-center gap-2 sm:col-span-2">
        <Button type="submit">Filter</Button>
        {isFiltered && (
          <ButtonLink href={HUB_AUDIT_PATH} variant="ghost">
            Show everything
          </ButtonLink>
        )}
        <span className="text-ink-muted text-[0.8125rem]">Days are those of UTC.</span>
      </div>
    </Form>
  );
}

/** An address may name a kind that is not on the list: a single action, or one of a newer hub. */
function thingsWith(action: string): { value: string; label: string }[] {
  const isListed = HUB_AUDIT_THINGS.some(({ value }) => value === action);
  return isListed ? HUB_AUDIT_THINGS : [...HUB_AUDIT_THINGS, { value: action, label: action }];
}

interface LabelledProps {
  label: string;
  hint?: string;
  children: (control: { id: string; 'aria-describedby': string | undefined }) => ReactNode;
}

function Labelled({ label, hint, children }: LabelledProps) {
  const id = useId();
  return (
    <div className="min-w-0 space-y-1.5">
      <label htmlFor={id} className="block font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': hint && `${id}-hint` })}
      {hint && (
        <p id={`${id}-hint`} className="text-ink-muted text-[0.8125rem]">
          {hint}
        </p>
      )}
    </div>
  );
}
