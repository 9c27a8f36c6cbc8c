'use client';

import type { Hook } from '@granary/api-contract';
import { ActionForm, useFormState } from '@/components/forms/action-form';
import { Checkbox, RadioCards } from '@/components/forms/choice';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextField } from '@/components/forms/text-field';
import { createHook, updateHook } from '@/lib/actions/hook';
import type { RepositoryName } from '@/lib/repository-url';

const EVENTS = [
  { value: 'push', label: 'Pushes', hint: 'Branches and tags that move' },
  { value: 'create', label: 'Creations', hint: 'New branches and tags' },
  { value: 'delete', label: 'Deletions', hint: 'Branches and tags that go' },
  { value: 'repository', label: 'The repository', hint: 'Renamed, made public or private, deleted' },
];
const CONTENT_TYPES = [
  { value: 'json', label: 'JSON', hint: 'The event is the body.' },
  { value: 'form', label: 'Form', hint: 'The event is JSON in the field “payload”.' },
];
const WHICH = [
  { value: 'push', label: 'Pushes alone', hint: 'What most builds need.' },
  { value: 'all', label: 'Every event', hint: 'Also kinds of events that are yet to come.' },
  { value: 'some', label: 'Some of them', hint: 'Chosen below.' },
];

/** What a program asked for besides: GitHub's other events. They are shown, so that saving the form keeps them. */
function othersIn(chosen: string[]): typeof EVENTS {
  const here = new Set(['*', ...EVENTS.map(({ value }) => value)]);
  return chosen
    .filter((name) => !here.has(name))
    .map((name) => ({
      value: name,
      label: name,
      hint:
        name === 'ping'
          ? 'Sent when the webhook is new, and when you ask for it'
          : 'An event of GitHub’s that never happens here',
    }));
}

function whichOf(events: string[]): string {
  if (events.includes('*')) return 'all';
  return events.length === 1 && events[0] === 'push' ? 'push' : 'some';
}

interface HookFormProps {
  repository: RepositoryName;
  /** The webhook to change; without it a new one is made. */
  hook?: Hook;
}

export function HookForm({ repository, hook }: HookFormProps) {
  const events = hook?.events ?? ['push'];
  const hasSecret = hook?.config.secret !== undefined;
  return (
    <ActionForm
      action={hook ? updateHook : createHook}
      className="group/hook space-y-5"
      label={hook ? 'Change the webhook' : 'New webhook'}
    >
      <RepositoryFields repository={repository} />
      {hook && <input type="hidden" name="id" value={hook.id} />}
      <TextField
        name="url"
        label="Address"
        type="url"
        defaultValue={hook?.config.url}
        placeholder="https://ci.example.org/hooks"
        hint="Events are sent here by POST."
        autoComplete="off"
      />
      <RadioCards
        name="content_type"
        legend="Content type"
        options={CONTENT_TYPES}
        defaultValue={hook?.config.content_type ?? 'json'}
      />
      <TextField
        name="secret"
        label={hasSecret ? 'New secret' : 'Secret'}
        type="password"
        maxLength={1024}
        hint={
          hasSecret
            ? 'There is one, which nobody can read. Leave this empty to keep it.'
            : 'Deliveries are signed with it, so that their receiver knows they are ours.'
        }
        autoComplete="new-password"
        optional
      />
      <RadioCards name="which_events" legend="Which events" options={WHICH} defaultValue={whichOf(events)} />
      <EventBoxes chosen={events} />
      <Checkbox
        name="active"
        label="Active"
        hint="Deliveries stop while it is off."
        defaultChecked={hook?.active ?? true}
      />
      <SubmitButton>{hook ? 'Save' : 'Create the webhook'}</SubmitButton>
    </ActionForm>
  );
}

/** Shown while "some of them" is chosen; CSS follows the radio button, so no script is needed. */
function EventBoxes({ chosen }: { chosen: string[] }) {
  const fault = useFormState().faults['events'];
  return (
    <fieldset className="hidden pl-1 group-has-[[value=some]:checked]/hook:block">
      <legend className="mb-1 font-medium">Events</legend>
      {fault && <p className="text-danger font-medium">{fault}</p>}
      <div className="grid gap-x-6 sm:grid-cols-2">
        {[...EVENTS, ...othersIn(chosen)].map(({ value, label, hint }) => (
          <Checkbox
            key={value}
            name="events"
            value={value}
            label={label}
            hint={hint}
            defaultChecked={chosen.includes(value) || chosen.includes('*')}
          />
        ))}
      </div>
    </fieldset>
  );
}
