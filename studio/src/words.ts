/** Numbers and times as people read them. */

export function seconds(s: number): string {
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 90) return `${Math.round(s)} s`;
  if (s < 90 * 60) return `${Math.round(s / 60)} min`;
  if (s < 36 * 3600) return `${(s / 3600).toFixed(s < 36_000 ? 1 : 0)} h`;
  return `${Math.round(s / 86_400)} days`;
}

export function ago(time: number): string {
  const s = Date.now() / 1000 - time;
  return s < 5 ? 'just now' : `${seconds(Math.max(10, s))} ago`;
}

export const when = (time: number) =>
  new Date(1000 * time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export const whole = (n: number) => n.toLocaleString('en');

/** A number with so many digits that neighbours on a chart differ. */
export function brief(value: number | null | undefined): string {
  if (value === null || value === undefined) return 'not finite';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e9) return `${trim(value / 1e9)}G`;
  if (size >= 1e6) return `${trim(value / 1e6)}M`;
  if (size >= 1e4) return `${trim(value / 1e3)}k`;
  if (size < 1e-3) return value.toExponential(2).replace(/\.?0+e/, 'e');
  return trim(value);
}

const trim = (value: number) => String(Number(value.toPrecision(4)));

export const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`;
