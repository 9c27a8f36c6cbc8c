'use server';

import { routes } from '@granary/api-contract';
import { redirect } from 'next/navigation';
import { HUB_QUEUES_PATH } from '@/components/settings/admin-page';
import { send } from '@/lib/api/mutation';
import { text } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';

/** One failure, or all of them where the form names none. */
export async function retryFailures(previous: FormState, form: FormData): Promise<FormState> {
  const failure = text(form, 'failure');
  return submit({ previous, form, path: HUB_QUEUES_PATH }, async () => {
    await (failure === '' ? send(routes.retryFailures, {}) : send(routes.retryFailure, { id: failure }));
    redirect(withNotice(HUB_QUEUES_PATH, 'queue-retried'));
  });
}
