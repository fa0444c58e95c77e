import { fields, idle, set, value } from './settings';

/** A setting with the control that suits its kind, from what the server says about it. */
export function Setting({ name, label, about = '' }: { name: string; label: string; about?: string }) {
  const field = fields.value[name];
  if (!field) return null;
  const why = idle(name);
  const id = `set-${name}`;
  const common = { id, disabled: why !== null, 'aria-describedby': about ? `${id}-about` : undefined };
  let control;
  if (field.enum) {
    control = (
      <select {...common} value={String(value(name))} onChange={(event) => set(name, event.currentTarget.value)}>
        {field.enum.map((option) => (
          <option value={option}>{option === field.default ? `${option} (default)` : option}</option>
        ))}
      </select>
    );
  } else if (field.type === 'boolean') {
    control = (
      <input {...common} type="checkbox" checked={value(name) === true} onChange={(event) => set(name, event.currentTarget.checked)} />
    );
  } else if (field.type === 'string') {
    control = <input {...common} value={String(value(name))} onInput={(event) => set(name, event.currentTarget.value)} />;
  } else {
    control = (
      <input
        {...common}
        type="number"
        min={field.minimum}
        max={field.maximum}
        step={field.type === 'integer' ? 1 : 'any'}
        value={Number(value(name))}
        onChange={(event) => set(name, event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value))}
      />
    );
  }
  return (
    <div class="setting">
      <label for={id}>
        {label} {why && <small>{why}</small>}
      </label>
      {control}
      {about && <p id={`${id}-about`}>{about}</p>}
    </div>
  );
}

/** A number with buttons for less and more. */
export function Step({ name, label, by = 1 }: { name: string; label: string; by?: number }) {
  const field = fields.value[name];
  const least = field?.minimum ?? 0;
  const most = field?.maximum ?? Infinity;
  const now = Number(value(name));
  const to = (next: number) => set(name, Math.min(most, Math.max(least, next)));
  return (
    <div>
      <label for={name}>{label}</label>
      <div class="stepper">
        <button type="button" class="quiet" aria-label={`${label}: less`} disabled={now <= least} onClick={() => to(now - by)}>
          −
        </button>
        <input
          id={name}
          type="number"
          min={least}
          max={most}
          step={field?.type === 'integer' ? 1 : 'any'}
          value={now}
          onChange={(event) => (event.currentTarget.value === '' ? set(name, undefined) : to(Number(event.currentTarget.value)))}
        />
        <button type="button" class="quiet" aria-label={`${label}: more`} disabled={now >= most} onClick={() => to(now + by)}>
          +
        </button>
      </div>
    </div>
  );
}
