import { Check, Monitor, Moon, Sun } from 'lucide-react';
import { buttonClass } from '@/components/ui/button';
import { Menu } from '@/components/ui/menu';
import { menuItemClass, MenuSection } from '@/components/ui/menu-item';
import { setTheme } from '@/lib/actions/theme';
import type { Theme } from '@/lib/theme';

const CHOICES: { theme: Theme; label: string; icon: typeof Sun }[] = [
  { theme: 'system', label: 'Like the system', icon: Monitor },
  { theme: 'light', label: 'Light', icon: Sun },
  { theme: 'dark', label: 'Dark', icon: Moon },
];

export function ThemeMenu({ current }: { current: Theme }) {
  const Icon = CHOICES.find(({ theme }) => theme === current)?.icon ?? Monitor;
  return (
    <Menu
      label="Colour theme"
      trigger={<Icon aria-hidden />}
      triggerClassName={buttonClass({ variant: 'ghost', size: 'small', square: true })}
      align="end"
      className="w-48"
    >
      <form action={setTheme}>
        <MenuSection>
          {CHOICES.map(({ theme, label, icon: ChoiceIcon }) => (
            <button
              key={theme}
              type="submit"
              name="theme"
              value={theme}
              aria-pressed={theme === current}
              className={menuItemClass}
            >
              <ChoiceIcon aria-hidden />
              <span className="flex-1">{label}</span>
              {theme === current && <Check aria-hidden />}
            </button>
          ))}
        </MenuSection>
      </form>
    </Menu>
  );
}
