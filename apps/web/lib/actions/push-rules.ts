'use server';

import { routes } from '@granary/api-contract';
import { redirect } from 'next/navigation';
import { send } from '@/lib/api/mutation';
import { within } from '@/lib/api/route';
import { repository } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { faulty, submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';
import { parsePushRules, PUSH_RULE_FIELDS } from '@/lib/push-rules';
import { settingsUrl } from '@/lib/repository-url';

export async function updatePushRules(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  const path = settingsUrl(target, 'push-rules');
  const submission = { previous, form, path, keep: PUSH_RULE_FIELDS };
  const rules = parsePushRules(form);
  if (!rules.ok) return faulty(submission, rules.faults);
  return submit(submission, async () => {
    await send(routes.updatePushRules, within(target), rules.input);
    redirect(withNotice(path, 'push-rules-saved'));
  });
}
