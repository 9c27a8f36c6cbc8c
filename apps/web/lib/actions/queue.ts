'use server';

import { redirect } from 'next/navigation';
import { HUB_QUEUES_PATH } from '@/components/settings/admin-page';
import { mutate } from '@/lib/api/mutation';
import { QUEUES_API_PATH } from '@/lib/api/queue';
import { text } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';

/** One failure, or all of them where the form names none. */
export async function retryFailures(previous: FormState, form: FormData): Promise<FormState> {
  const failure = text(form, 'failure');
  return submit({ previous, form, path: HUB_QUEUES_PATH }, async () => {
    const which = failure === '' ? '' : `/${encodeURIComponent(failure)}`;
    await mutate('POST', `${QUEUES_API_PATH}/failures${which}/retry`);
    redirect(withNotice(HUB_QUEUES_PATH, 'queue-retried'));
  });
}
