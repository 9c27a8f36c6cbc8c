import { guardedPage } from '@/components/shell/guarded-page';
import { redirect } from 'next/navigation';
import { EntrancePage } from '@/components/account/entrance-page';
import { ActionForm } from '@/components/forms/action-form';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextField } from '@/components/forms/text-field';
import { TextLink } from '@/components/ui/link';
import { signIn } from '@/lib/actions/session';
import { getViewer } from '@/lib/api/viewer';
import { safeReturnPath } from '@/lib/return-path';
import { textIn, type SearchParams } from '@/lib/route-params';

async function Login({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const to = safeReturnPath(textIn(await searchParams, 'to'));
  const { user, registration } = await getViewer();
  if (user) redirect(to);
  return (
    <EntrancePage
      title="Sign in to Granary"
      footer={
        registration === 'open' ? (
          <>
            New here?{' '}
            <TextLink href={to === '/' ? '/register' : `/register?to=${encodeURIComponent(to)}`}>
              Create an account
            </TextLink>
          </>
        ) : (
          'No account yet? Ask the administrator of this hub.'
        )
      }
    >
      <ActionForm action={signIn} label="Sign in">
        <input type="hidden" name="to" value={to} />
        <TextField
          name="login"
          label="Name or e-mail"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
        />
        <TextField name="password" label="Password" type="password" autoComplete="current-password" />
        <SubmitButton wide>Sign in</SubmitButton>
      </ActionForm>
    </EntrancePage>
  );
}

export default guardedPage(Login);
