import { computed, effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { saveKey } from './api';
import { Compare } from './Compare';
import { told } from './Details';
import { Draw } from './Draw';
import { Dropped, takeFile } from './Dropped';
import { EvaluationPage } from './Evaluation';
import { active, dismiss, keyWanted, load, notices, step, tell } from './jobs';
import { RunPage } from './Run';
import { Runs } from './Runs';
import { reuseLink, server } from './settings';
import { cycleTheme, theme } from './theme';

/** The pages of the menu. */
const PAGES = { '': 'Draw', compare: 'Compare', runs: 'Runs' } as const;

/** Where the reader is: a page, and the thing on it. */
interface Place {
  page: string;
  id: string;
}

const place = signal<Place>(here());
const dragging = signal(false);

function here(): Place {
  const [page = '', id = ''] = location.hash.replace(/^#\/?/, '').split('/');
  return { page, id: decode(id) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // An address that somebody cut off.
    return text;
  }
}

function Content() {
  const { page, id } = place.value;
  switch (page) {
    case 'compare':
      return <Compare />;
    case 'runs':
      return id ? <RunPage key={id} id={id} /> : <Runs />;
    case 'evaluations':
      return id ? <EvaluationPage key={id} id={id} /> : <Runs />;
    default:
      return <Draw />;
  }
}

/** The page of the menu that a place belongs to. */
function inMenu(page: string): string {
  return page === 'evaluations' ? 'runs' : page in PAGES ? page : '';
}

/** Keys that work everywhere but in a field. */
function key(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (target.closest('input, textarea, select, [role=slider]') || event.ctrlKey || event.metaKey || event.altKey) return;
  const drawing = inMenu(place.value.page) === '';
  if (event.key === 'ArrowLeft' && drawing) step(-1);
  else if (event.key === 'ArrowRight' && drawing) step(1);
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

/** A picture on the clipboard is as good as one that is dropped; text goes where it is pasted. */
function paste(event: ClipboardEvent): void {
  const file = event.clipboardData?.files[0];
  if (!file) return;
  event.preventDefault();
  location.hash = '#/';
  void takeFile(file);
}

/** Fills the form from an address that carries settings, once; going back must not do it again. */
function takeLink(): void {
  const query = /^#\/?\?(.+)$/.exec(location.hash)?.[1];
  if (!query || !server.value) return;
  const unknown = reuseLink(query);
  history.replaceState(null, '', '#/');
  tell(told(unknown));
}

/** What the window is called: how far drawing is, so that it can be seen from elsewhere. */
const heading = computed(() => {
  const drawing = active.value.find((job) => job.state === 'generating');
  return drawing ? `${Math.round(100 * drawing.progress.fraction)} % · Stipple` : 'Stipple';
});
effect(() => {
  document.title = heading.value;
});

export function App() {
  useEffect(() => {
    void load().then(takeLink);
    const navigate = () => {
      place.value = here();
      takeLink();
    };
    const refresh = () => document.visibilityState === 'visible' && void load();
    window.addEventListener('hashchange', navigate);
    window.addEventListener('keydown', key);
    window.addEventListener('dragover', drag);
    window.addEventListener('dragleave', drag);
    window.addEventListener('drop', drop);
    window.addEventListener('paste', paste);
    document.addEventListener('visibilitychange', refresh);
    return () => {
      window.removeEventListener('hashchange', navigate);
      window.removeEventListener('keydown', key);
      window.removeEventListener('dragover', drag);
      window.removeEventListener('dragleave', drag);
      window.removeEventListener('drop', drop);
      window.removeEventListener('paste', paste);
      document.removeEventListener('visibilitychange', refresh);
    };
  }, []);
  const model = server.value?.model;
  return (
    <>
      <header class="top">
        <a class="brand" href="#/">
          <img src="/icon.svg" alt="" width="28" height="28" />
          Stipple
        </a>
        <nav aria-label="Pages">
          {Object.entries(PAGES).map(([name, title]) => (
            <a href={`#/${name}`} aria-current={inMenu(place.value.page) === name ? 'page' : undefined}>
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
