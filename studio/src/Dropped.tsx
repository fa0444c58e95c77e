import { signal } from '@preact/signals';
import type { Parameters } from './api';
import { copy, told } from './Details';
import { fail, tell } from './jobs';
import { settingsOf } from './metadata';
import { change, input, reuse, server, start, takeInput } from './settings';

interface DroppedFile {
  file: File;
  url: string;
  settings: Parameters | null;
  /** Why no settings could be read. */
  why: string;
}

const dropped = signal<DroppedFile | null>(null);

/** Looks into a file that was dropped on the page. */
export async function takeFile(file: File): Promise<void> {
  close();
  let settings: Parameters | null = null;
  let why = 'It holds no settings.';
  try {
    settings = await settingsOf(file);
  } catch (failure) {
    why = `No settings were read: ${failure instanceof Error ? failure.message : failure}.`;
  }
  dropped.value = { file, url: URL.createObjectURL(file), settings, why };
}

function close(): void {
  if (dropped.value) URL.revokeObjectURL(dropped.value.url);
  dropped.value = null;
}

/** The settings of a dropped picture; the form stays as it is until one of the buttons is pressed. */
export function Dropped() {
  if (!dropped.value) return null;
  const { file, url, settings, why } = dropped.value;
  const use = () => {
    input.value = null;
    start.value = null;
    tell(told(reuse(settings!)));
    close();
  };
  return (
    <section class="panel dropped" aria-label={`Settings in ${file.name}`} tabIndex={-1} ref={(panel) => panel?.focus()} key={url}>
      <img src={url} alt={file.name} />
      <div>
        <div class="row">
          <b>{file.name}</b>
          <span class="grow" />
          <button class="quiet" aria-label="Close" onClick={close}>
            ×
          </button>
        </div>
        {settings ? (
          <>
            <p class="prompt">{String(settings['prompt'] ?? '')}</p>
            <p class="hint">
              {Object.entries(settings)
                .filter(([name, set]) => !['prompt', 'previews'].includes(name) && set !== '' && !(name === 'continue_rows' && set === 0))
                .map(([name, set]) => `${name} ${set}`)
                .join(' · ')}
            </p>
          </>
        ) : (
          <p>{why}</p>
        )}
        <div class="actions">
          {settings && <button onClick={use}>Reuse all</button>}
          {settings?.['seed'] !== undefined && (
            <button onClick={() => change({ seed: String(settings['seed']), locked: true })}>Reuse seed</button>
          )}
          {settings && <button onClick={() => void copy(String(settings['prompt'] ?? ''))}>Copy prompt</button>}
          {server.value?.modes.includes('edit') && (
            <button onClick={() => void takeInput(file, file.name).then(close, fail)}>Edit this</button>
          )}
        </div>
      </div>
    </section>
  );
}

/** Looks into a file without a mouse to drag it with. */
export function OpenFile() {
  const pick = (event: Event) => {
    const field = event.currentTarget as HTMLInputElement;
    const file = field.files?.[0];
    if (file) void takeFile(file);
    field.value = '';
  };
  return (
    <label class="upload open" title="Dropping or pasting a picture anywhere does the same">
      <input type="file" accept="image/png,image/jpeg,image/webp" onChange={pick} />
      <span>Read a picture's settings…</span>
    </label>
  );
}
