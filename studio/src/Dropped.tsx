import { signal } from '@preact/signals';
import type { Parameters } from './api';
import { copy } from './Details';
import { fail, tell } from './jobs';
import { settingsOf } from './png';
import { change, input, reuse, server, takeInput } from './settings';

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
    const unknown = reuse(settings!);
    input.value = null;
    tell(unknown.length === 0 ? 'All settings are in the form.' : `This model has no ${unknown.join(', ')}; the rest is in the form.`);
    close();
  };
  return (
    <section class="panel dropped" aria-label={`Settings in ${file.name}`}>
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
                .filter(([name, set]) => !['prompt', 'previews'].includes(name) && set !== '')
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
