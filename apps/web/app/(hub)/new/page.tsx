import { guardedPage } from '@/components/shell/guarded-page';
import { Checkbox, RadioCards } from '@/components/forms/choice';
import { ActionForm } from '@/components/forms/action-form';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextField } from '@/components/forms/text-field';
import { VISIBILITY_OPTIONS } from '@/components/repository/visibility';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { createRepository } from '@/lib/actions/repository';
import { requireUser } from '@/lib/api/viewer';
import { PageTitle } from '@/components/ui/page-title';

async function NewRepository() {
  const user = await requireUser('/new');
  return (
    <div className="mx-auto max-w-2xl">
      <PageTitle title="New repository" />
      <PageHeader title="New repository" description="It holds your files with all of their history." />
      <Panel className="p-4 sm:p-6">
        <ActionForm action={createRepository} className="space-y-5" label="New repository">
          <TextField
            name="name"
            label="Name"
            hint={
              <>
                It will live at <span className="font-medium wrap-anywhere">{user.login}/…</span>. Letters, digits,
                dots, dashes and underscores.
              </>
            }
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={100}
            autoFocus
          />
          <TextField name="description" label="Description" maxLength={1000} optional />
          <RadioCards name="visibility" legend="Who can see it" options={VISIBILITY_OPTIONS} defaultValue="private" />
          <TextField
            name="default_branch"
            label="Default branch"
            defaultValue="main"
            hint="What people see first, and get when they clone."
            autoComplete="off"
            spellCheck={false}
            mono
          />
          <Checkbox
            name="auto_init"
            label="Start with a README"
            hint="Makes a first commit, so that the repository can be cloned at once. Leave it off to push one that you have."
          />
          <Checkbox
            name="sha256"
            label="Name objects by SHA-256"
            hint="For repositories made with git init --object-format=sha256. It cannot be changed later, and needs git 2.29 or newer."
          />
          <SubmitButton>Create the repository</SubmitButton>
        </ActionForm>
      </Panel>
    </div>
  );
}

export default guardedPage(NewRepository);
