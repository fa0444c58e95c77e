import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { saveKey } from './api';
import { Compare } from './Compare';
import { Draw } from './Draw';
import { Dropped, takeFile } from './Dropped';
import { dismiss, keyWanted, load, notices, step } from './jobs';
import { server } from './settings';
import { cycleTheme, theme } from './theme';

const PAGES = { '': ['Draw', Draw], compare: ['Compare', Compare] } as const;
type Page = keyof typeof PAGES;

const page = signal<Page>(here());
const dragging = signal(false);

function here(): Page {
  const name = location.hash.replace(/^#\/?/, '').split('/')[0] ?? '';
  return name in PAGES ? (name as Page) : '';
}

/** Keys that work everywhere but in a field. */
function key(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (target.closest('input, textarea, select, [role=slider]') || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'ArrowLeft') step(-1);
  else if (event.key === 'ArrowRight') step(1);
  else if (event.key === '/') document.getElementById('prompt')?.focus();
  else return;
  event.preventDefault();
}

function drag(event: DragEvent): void {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  dragging.value = event.type === 'dragover';
}

function drop(event: DragEvent): void {
  const file = event.dataTransfer?.files[0];
  dragging.value = false;
  if (!file) return;
  event.preventDefault();
  location.hash = '#/';
  void takeFile(file);
}

export function App() {
  useEffect(() => {
    void load();
    const navigate = () => (page.value = here());
    const refresh = () => document.visibilityState === 'visible' && void load();
    window.addEventListener('hashchange', navigate);
    window.addEventListener('keydown', key);
    window.addEventListener('dragover', drag);
    window.addEventListener('dragleave', drag);
    window.addEventListener('drop', drop);
    document.addEventListener('visibilitychange', refresh);
    return () => {
      window.removeEventListener('hashchange', navigate);
      window.removeEventListener('keydown', key);
      window.removeEventListener('dragover', drag);
      window.removeEventListener('dragleave', drag);
      window.removeEventListener('drop', drop);
      document.removeEventListener('visibilitychange', refresh);
    };
  }, []);
  const Content = PAGES[page.value][1];
  const model = server.value?.model;
  return (
    <>
      <header>
        <a class="brand" href="#/">
          <img src="/icon.svg" alt="" width="28" height="28" />
          Stipple
        </a>
        <nav aria-label="Pages">
          {Object.entries(PAGES).map(([name, [title]]) => (
            <a href={`#/${name}`} aria-current={page.value === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <span class="grow" />
        {model && (
          <span class="model" title={`${model.parameters.toLocaleString()} parameters`}>
            {model.id} <small>{`${model.dtype} · ${model.device}`}</small>
          </span>
        )}
        <button class="quiet" onClick={cycleTheme} aria-label={`Colours: ${theme.value}`} title={`Colours: ${theme.value}`}>
          {{ auto: '◐', light: '○', dark: '●' }[theme.value]}
        </button>
      </header>
      <main>
        {keyWanted.value && <Key />}
        <Dropped />
        <Content />
      </main>
      <div class="notices" role="status" aria-live="polite">
        {notices.value.map(({ id, text, kind }) => (
          <p key={id} class={kind}>
            {text}
            <button class="quiet" aria-label="Dismiss" onClick={() => dismiss(id)}>
              ×
            </button>
          </p>
        ))}
      </div>
      {dragging.value && (
        <div class="dropping" aria-hidden="true">
          Drop a picture to read its settings or to edit it
        </div>
      )}
    </>
  );
}

/** Asks for the key of a server that wants one. */
function Key() {
  const enter = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement).get('key');
    saveKey(String(given).trim());
    keyWanted.value = false;
    void load();
  };
  return (
    <form class="panel key" onSubmit={enter}>
      <label for="key">This server asks for an API key. It is kept in this browser.</label>
      <div class="row">
        <input id="key" name="key" type="password" autocomplete="current-password" required autofocus />
        <button class="primary">Use it</button>
      </div>
    </form>
  );
}
