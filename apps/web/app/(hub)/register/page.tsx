import { guardedPage } from '@/components/shell/guarded-page';
import { redirect } from 'next/navigation';
import { EntrancePage } from '@/components/account/entrance-page';
import { ActionForm } from '@/components/forms/action-form';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextField } from '@/components/forms/text-field';
import { TextLink } from '@/components/ui/link';
import { Notice } from '@/components/ui/notice';
import { register } from '@/lib/actions/session';
import { getViewer } from '@/lib/api/viewer';
import { loginUrl, safeReturnPath } from '@/lib/return-path';
import { textIn, type SearchParams } from '@/lib/route-params';

async function Register({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const to = safeReturnPath(textIn(await searchParams, 'to'));
  const { user, registration } = await getViewer();
  if (user) redirect(to);
  return (
    <EntrancePage
      title="Create an account"
      footer={
        <>
          Have one already? <TextLink href={loginUrl(to)}>Sign in</TextLink>
        </>
      }
    >
      {registration === 'open' ? <RegisterForm to={to} /> : <Closed />}
    </EntrancePage>
  );
}

function Closed() {
  return (
    <Notice title="Registration is closed">
      <p>Accounts on this hub are made by its administrator.</p>
    </Notice>
  );
}

function RegisterForm({ to }: { to: string }) {
  return (
    <ActionForm action={register} label="Create an account">
      <input type="hidden" name="to" value={to} />
      <TextField
        name="login"
        label="Name"
        hint="Part of your repositories’ addresses: letters, digits, dots, dashes and underscores."
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={100}
        autoFocus
      />
      <TextField
        name="email"
        label="E-mail"
        type="email"
        hint="The one in your commits, so that they are shown as yours."
        autoComplete="email"
        optional
      />
      <TextField name="password" label="Password" type="password" autoComplete="new-password" />
      <SubmitButton wide>Create the account</SubmitButton>
    </ActionForm>
  );
}

export default guardedPage(Register);
