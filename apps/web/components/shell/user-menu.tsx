import type { User } from '@granary/api-contract';
import { KeyRound, LogOut, ScrollText, Settings, Ticket, UserRound, Users } from 'lucide-react';
import { Avatar } from '@/components/ui/avatar';
import { HUB_AUDIT_PATH, HUB_USERS_PATH } from '@/components/settings/admin-page';
import { Menu } from '@/components/ui/menu';
import { menuItemClass, MenuLink, MenuSection } from '@/components/ui/menu-item';
import { UserText } from '@/components/ui/user-text';
import { signOut } from '@/lib/actions/session';
import { namespaceUrl } from '@/lib/repository-url';

export function UserMenu({ user }: { user: User }) {
  return (
    <Menu
      label={`Account of ${user.login}`}
      trigger={<Avatar name={user.login} account={user} />}
      triggerClassName="rounded-full block p-0.5"
      align="end"
      className="w-60"
    >
      <MenuSection>
        <div className="px-2.5 py-1.5">
          <p className="truncate font-semibold">
            <UserText text={user.name ?? user.login} />
          </p>
          <p className="text-ink-muted truncate">{user.login}</p>
        </div>
      </MenuSection>
      <MenuSection>
        <MenuLink href={namespaceUrl(user.login)}>
          <UserRound aria-hidden />
          Your repositories
        </MenuLink>
        <MenuLink href="/settings/profile">
          <Settings aria-hidden />
          Settings
        </MenuLink>
        <MenuLink href="/settings/keys">
          <KeyRound aria-hidden />
          Keys
        </MenuLink>
        <MenuLink href="/settings/tokens">
          <Ticket aria-hidden />
          Access tokens
        </MenuLink>
      </MenuSection>
      {user.site_admin && (
        <MenuSection title="Administration">
          <MenuLink href={HUB_USERS_PATH}>
            <Users aria-hidden />
            Users
          </MenuLink>
          <MenuLink href={HUB_AUDIT_PATH}>
            <ScrollText aria-hidden />
            Audit log
          </MenuLink>
        </MenuSection>
      )}
      <MenuSection>
        <form action={signOut}>
          <button type="submit" className={menuItemClass}>
            <LogOut aria-hidden />
            Sign out
          </button>
        </form>
      </MenuSection>
    </Menu>
  );
}
