import { effect, signal } from '@preact/signals';

/** Light and dark; by default what the system says. */
export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'stipple-theme';
const ORDER: Theme[] = ['auto', 'light', 'dark'];

export const theme = signal<Theme>(ORDER.find((known) => known === localStorage.getItem(KEY)) ?? 'auto');

effect(() => {
  localStorage.setItem(KEY, theme.value);
  if (theme.value === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme.value;
});

export function cycleTheme(): void {
  theme.value = ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length]!;
}
