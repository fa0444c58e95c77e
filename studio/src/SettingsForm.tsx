import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { draw, fail } from './jobs';
import { advanced, change, fields, form, idle, input, kept, randomSeed, server, set, start, takeInput, value } from './settings';
import { Setting, Step } from './Setting';

const PICTURES = 'image/png,image/jpeg,image/webp';

/** Everything that a picture is asked for with. */
export function SettingsForm() {
  const { prompt } = form.value;
  const submit = (event?: Event) => {
    event?.preventDefault();
    if (!form.value.prompt.trim()) {
      document.getElementById('prompt')?.focus();
      return;
    }
    void draw().then((job) => {
      // On a phone the picture is below the form.
      if (job && narrow.value) document.getElementById('stage')?.scrollIntoView({ behavior: 'smooth' });
    });
  };
  return (
    <form
      class="panel settings"
      onSubmit={submit}
      onKeyDown={(event) => (event.ctrlKey || event.metaKey) && event.key === 'Enter' && submit(event)}
      aria-label="Settings"
    >
      <label for="prompt">Prompt</label>
      <textarea
        id="prompt"
        rows={3}
        value={prompt}
        onInput={(event) => change({ prompt: event.currentTarget.value })}
        placeholder={input.value ? 'What to change' : 'a red apple, flat style'}
      />
      <Input />
      <Kept />
      <Folded>
        <Negative />
        <Sizes />
        <div class="pair">
          <Step name="n" label="Pictures" />
          <Seed />
        </div>
        <div class="pair">
          <Step name="steps" label="Steps" />
          <Step name="cfg" label="Guidance" by={0.5} />
        </div>
        <Setting name="sampler" label="Sampler" />
        <Drawer />
      </Folded>
      <button class="primary go" disabled={!server.value}>
        {input.value ? 'Edit' : start.value ? 'Draw the rest' : 'Draw'}
        <kbd aria-hidden="true">Ctrl ⏎</kbd>
      </button>
    </form>
  );
}

const NARROW = matchMedia('(max-width: 800px)');
const narrow = signal(NARROW.matches);
NARROW.addEventListener('change', () => (narrow.value = NARROW.matches));

/** On a phone the settings are folded away, so that prompt, button and picture fit on one screen. */
function Folded({ children }: { children: ComponentChildren }) {
  if (!narrow.value) return <>{children}</>;
  const { seed, locked } = form.value;
  const said = [
    Number(value('n')) > 1 && `${value('n')} pictures`,
    locked && `seed ${seed}`,
    `${value('steps')} steps`,
    `guidance ${value('cfg')}`,
  ];
  return (
    <details class="drawer folded">
      <summary>
        Settings <small>{said.filter(Boolean).join(' · ')}</small>
      </summary>
      <div class="inner">{children}</div>
    </details>
  );
}

function Negative() {
  const why = idle('negative');
  return (
    <>
      <label for="negative">
        Negative prompt {why && <small>{why}</small>}
      </label>
      <input
        id="negative"
        placeholder="what to keep away from"
        disabled={why !== null}
        value={String(value('negative'))}
        onInput={(event) => set('negative', event.currentTarget.value)}
      />
    </>
  );
}

/** The picture to edit. */
function Input() {
  if (!server.value?.modes.includes('edit')) return null;
  const pick = async (event: Event) => {
    const field = event.currentTarget as HTMLInputElement;
    const file = field.files?.[0];
    if (file) await takeInput(file, file.name).catch(fail);
    field.value = '';
  };
  if (!input.value) {
    return (
      <label class="upload">
        <input type="file" accept={PICTURES} onChange={pick} />
        <span>Edit a picture…</span>
      </label>
    );
  }
  return (
    <div class="input">
      <img src={input.value.url} alt="Picture to edit" width="56" height="56" />
      <span>
        Editing <b>{input.value.name}</b>
      </span>
      <button type="button" class="quiet" onClick={() => (input.value = null)} aria-label="Do not edit a picture">
        ×
      </button>
    </div>
  );
}

/** The picture whose top is kept, and how much of it. */
function Kept() {
  if (!start.value) return null;
  const { name, url } = start.value;
  const { rows, most, pixels, height } = kept.value;
  return (
    <div class="input kept">
      <span class="thumb">
        <img src={url} alt={`Top of ${name}`} width="56" height="56" style={{ clipPath: `inset(0 0 ${100 - (100 * rows * pixels) / height}% 0)` }} />
      </span>
      <label for="rows">
        Keep the upper {rows * pixels} of {height} pixels
        <input
          id="rows"
          type="range"
          min="1"
          max={most}
          value={rows}
          aria-valuetext={`${rows * pixels} of ${height} pixels`}
          onInput={(event) => (start.value = { ...start.value!, rows: Number(event.currentTarget.value) })}
        />
      </label>
      <button type="button" class="quiet" onClick={() => (start.value = null)} aria-label="Do not keep the top of a picture">
        ×
      </button>
    </div>
  );
}

/** Sizes as shapes, the model's own first. */
function Sizes() {
  const all = server.value?.sizes.all ?? [];
  const own = server.value?.sizes.default ?? '';
  const now = String(value('size'));
  const chosen = now === 'auto' && !input.value ? own : now;
  if (all.length > 12) return <Setting name="size" label="Size" />;
  return (
    <fieldset class="sizes">
      <legend>Size</legend>
      {(input.value ? ['auto', ...all] : all).map((size) => {
        const [width = 1, height = 1] = size.split('x').map(Number);
        const scale = 20 / Math.max(width, height);
        return (
          <label>
            <input
              type="radio"
              name="size"
              checked={chosen === size}
              onChange={() => set('size', size === own && !input.value ? undefined : size)}
            />
            <span>
              {size !== 'auto' && <i style={{ width: `${width * scale}px`, height: `${height * scale}px` }} />}
              {size === 'auto' ? 'like the picture' : size.replace('x', ' × ')}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

function Seed() {
  const { seed, locked } = form.value;
  return (
    <div>
      <label for="seed">Seed</label>
      <div class="seed">
        <input
          id="seed"
          inputMode="numeric"
          pattern="-?[0-9]{1,19}"
          title="a whole number"
          placeholder="random"
          class={locked ? '' : 'faint'}
          value={seed}
          onInput={(event) => change({ seed: event.currentTarget.value.trim(), locked: event.currentTarget.value.trim() !== '' })}
        />
        <button
          type="button"
          class="quiet"
          onClick={() => change({ seed: randomSeed(), locked: true })}
          aria-label="Roll a seed"
          title="Roll a seed"
        >
          ⚄
        </button>
        <button
          type="button"
          class="quiet"
          aria-pressed={locked}
          onClick={() => change({ locked: !locked, seed: seed || randomSeed() })}
          aria-label="Keep the seed"
          title={locked ? 'The seed is kept; press for a new one each time' : 'A new seed each time; press to keep this one'}
        >
          <svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true">
            <rect x="5" y="11" width="14" height="9" rx="2" />
            <path d={locked ? 'M8 11V8a4 4 0 0 1 8 0v3' : 'M8 11V8a4 4 0 0 1 7.5-2'} />
          </svg>
        </button>
      </div>
    </div>
  );
}

/** The other settings of the server, with what each does and whether it does anything now. */
function Drawer() {
  const changed = advanced.value.filter((name) => form.value.values[name] !== undefined);
  return (
    <details class="drawer">
      <summary>
        Advanced{changed.length > 0 && <span class="badge">{changed.length} changed</span>}
      </summary>
      {advanced.value.map((name) => (
        <Setting name={name} label={name.replaceAll('_', ' ')} about={fields.value[name]?.description ?? ''} />
      ))}
      {changed.length > 0 && (
        <button type="button" onClick={() => changed.forEach((name) => set(name, undefined))}>
          Back to the model's defaults
        </button>
      )}
    </details>
  );
}
