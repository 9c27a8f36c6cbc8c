import type { ReactNode } from 'react';
import { guardedPage } from '@/components/shell/guarded-page';
import { CommandBlock } from '@/components/ui/command-block';
import { Link } from '@/components/ui/link';
import { PageHeader } from '@/components/ui/page-header';
import { PageTitle } from '@/components/ui/page-title';

const linkClass = 'decoration-line underline underline-offset-3 hover:decoration-current';

function Topic({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mb-8 flex flex-col gap-3">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Help() {
  return (
    <div className="mx-auto max-w-3xl">
      <PageTitle title="Help" />
      <PageHeader title="Help" description="How to work with this hub from the command line and from programs." />
      <Topic title="Sign in with git">
        <p>
          Over HTTP, git asks for a user name and a password: give it an{' '}
          <Link href="/settings/tokens" className={linkClass}>
            access token
          </Link>{' '}
          as the password. Over SSH it takes one of your{' '}
          <Link href="/settings/keys" className={linkClass}>
            SSH keys
          </Link>
          . Each repository shows its addresses under Clone.
        </p>
      </Topic>
      <Topic title="Begin a repository">
        <p>
          Make it on the page{' '}
          <Link href="/new" className={linkClass}>
            New repository
          </Link>
          , or push to an address that does not exist yet: it is created, and private.
        </p>
      </Topic>
      <Topic title="Large files">
        <p>Git LFS keeps them beside the history. Choose which, commit the choice, and work as before:</p>
        <CommandBlock
          label="Keep large files in Git LFS"
          commands={['git lfs install', 'git lfs track "*.psd"', 'git add .gitattributes']}
        />
      </Topic>
      <Topic title="Bring a repository along">
        <p>Make it here first, empty. Its LFS files go before its history, from a mirror of where it is now:</p>
        <CommandBlock
          label="Move a repository to this hub"
          commands={[
            'git clone --mirror OLD-ADDRESS moving.git',
            'cd moving.git',
            'git lfs fetch --all',
            'git lfs push --all NEW-ADDRESS',
            "git push NEW-ADDRESS '+refs/heads/*:refs/heads/*' '+refs/tags/*:refs/tags/*'",
          ]}
        />
      </Topic>
      <Topic title="Programs">
        <p>
          The REST API speaks as GitHub&apos;s does, below{' '}
          <a href="/api/v3" className={linkClass}>
            /api/v3
          </a>
          ; libraries and tools for GitHub Enterprise take that address. Webhooks stand in the settings of a repository.
        </p>
      </Topic>
      <Topic title="More">
        <p>
          Everything else, for administrators too, is in the folder <code>docs</code> of the hub&apos;s installation.
        </p>
      </Topic>
    </div>
  );
}

export default guardedPage(Help);
