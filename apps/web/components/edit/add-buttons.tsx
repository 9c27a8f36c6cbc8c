import { FilePlus2, Upload } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { changeUrl, type RefName, type RepositoryName } from '@/lib/repository-url';

interface AddButtonsProps {
  repository: RepositoryName;
  /** The directory that is shown. */
  at: RefName & { path?: string };
}

/** The ways to add files on a page. */
export function AddButtons({ repository, at }: AddButtonsProps) {
  return (
    <>
      <ButtonLink href={changeUrl(repository, 'new', at)} title="New file">
        <FilePlus2 aria-hidden />
        <span className="max-md:sr-only">New file</span>
      </ButtonLink>
      <ButtonLink href={changeUrl(repository, 'upload', at)} title="Upload files">
        <Upload aria-hidden />
        <span className="max-md:sr-only">Upload files</span>
      </ButtonLink>
    </>
  );
}
