import type { User } from '@granary/api-contract';
import { ActionForm } from '@/components/forms/action-form';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextField } from '@/components/forms/text-field';
import { changePassword, updateProfile } from '@/lib/actions/account';

export function ProfileForm({ user }: { user: User }) {
  return (
    <ActionForm action={updateProfile} label="Profile">
      <TextField name="name" label="Name" defaultValue={user.name ?? ''} maxLength={255} autoComplete="name" optional />
      <TextField
        name="email"
        label="E-mail"
        type="email"
        defaultValue={user.email ?? ''}
        hint="Commits with this address are shown as yours."
        autoComplete="email"
        optional
      />
      <SubmitButton>Save</SubmitButton>
    </ActionForm>
  );
}

export function PasswordForm({ login }: { login: string }) {
  return (
    <ActionForm action={changePassword} label="Password">
      {/* Password managers look for the name that a password belongs to. */}
      <input type="text" name="username" value={login} autoComplete="username" readOnly hidden />
      <TextField name="current_password" label="Current password" type="password" autoComplete="current-password" />
      <TextField name="new_password" label="New password" type="password" autoComplete="new-password" />
      <TextField name="repeated_password" label="New password, again" type="password" autoComplete="new-password" />
      <SubmitButton variant="secondary">Change the password</SubmitButton>
    </ActionForm>
  );
}
