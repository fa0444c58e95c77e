import { signal } from '@preact/signals';
import { useMemo, useState } from 'preact/hooks';
import { Missing } from './Run';
import { listEvaluations, showEvaluation, usePolled, type Evaluation, type Figure, type Item } from './runs';
import { brief, percent, when, whole } from './words';

const RESTING = 20_000;
const PAGE = 120;

type Which = 'all' | 'right' | 'wrong' | 'changed';

/** Another report of the same suite, to compare with. */
const beside = signal('');

/** The score that stands for the whole report. */
export const overall = (evaluation: Evaluation): Figure | undefined =>
  evaluation.figures.find((figure) => figure.name === 'overall') ?? evaluation.figures[0];

const isShare = (figure: Figure) => !figure.unit || ['share', 'percent', '%'].includes(figure.unit);

export function worth(figure: Figure, value: number): string {
  return isShare(figure) ? percent(value) : `${brief(value)} ${figure.unit === 'number' ? '' : figure.unit}`.trim();
}

/** A figure with its interval, as a bar where it is a share. */
export function Score({ figure, line = 0, short = false }: { figure: Figure; line?: number; short?: boolean }) {
  const { value, interval } = figure;
  const range = interval ? `${worth(figure, interval.low)} to ${worth(figure, interval.high)}` : '';
  const at = (share: number) => `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`;
  return (
    <span class={`score line${line}${short ? ' short' : ''}`} title={range && `95 % interval: ${range}`}>
      {isShare(figure) && (
        <span class="track" aria-hidden="true">
          <i style={{ width: at(value) }} />
          {interval && <s style={{ left: at(interval.low), width: at(interval.high - interval.low) }} />}
        </span>
      )}
      <b>{worth(figure, value)}</b>
      {!short && <small>{range}</small>}
    </span>
  );
}

/** An evaluation report, alone or beside another one of its suite. */
export function EvaluationPage({ id }: { id: string }) {
  const one = usePolled(() => showEvaluation(id), () => RESTING, id);
  const all = usePolled(listEvaluations, () => RESTING, 'evaluations');
  const others = (all.value?.data ?? []).filter((other) => other.id !== id && !other.problem && other.suite === one.value?.suite);
  const other = others.some((known) => known.id === beside.value) ? beside.value : '';
  const second = usePolled(other ? () => showEvaluation(other) : null, () => RESTING, `beside ${other}`);
  if (one.missing) return <Missing what="evaluation" id={id} />;
  const report = one.value;
  if (!report) return null;
  const reports = [report, ...(second.value && other ? [second.value] : [])];
  return (
    <article class="run">
      <header class="title panel">
        <div class="row">
          <a class="back" href="#/runs" aria-label="All runs">
            ←
          </a>
          <h1>{report.suite ? `${report.suite} of ${report.model}` : report.name}</h1>
          <span class="grow" />
          {report.page_url && (
            <a class="button" href={report.page_url} target="_blank" rel="noreferrer">
              The report's own page
            </a>
          )}
        </div>
        <p class="hint">
          {report.name} · {whole(report.pictures)} pictures · {when(report.created_at)}
        </p>
        {report.problem && <p class="bad">{report.problem}</p>}
      </header>
      {others.length > 0 && (
        <div class="row controls">
          <label class="beside">
            Beside
            <select value={other} onChange={(event) => (beside.value = event.currentTarget.value)}>
              <option value="">no other report</option>
              {others.map((known) => (
                <option value={known.id}>
                  {known.name} ({known.model})
                </option>
              ))}
            </select>
          </label>
          {other && (
            <p class="legend hint">
              <i class="line0" /> {report.name} <i class="line1" /> {second.value?.name}
            </p>
          )}
        </div>
      )}
      {report.figures.length > 0 && <Figures title="Scores" of={reports.map((shown) => shown.figures)} />}
      {(report.judge?.length ?? 0) > 0 && <Figures title="The judge on known pictures" of={[report.judge!]} />}
      {report.settings && <Settings reports={reports} />}
      {report.items && report.items.length > 0 && <Items key={`${id} ${other}`} first={report.items} second={second.value?.items} />}
    </article>
  );
}

function Figures({ title, of: [first, second] }: { title: string; of: Figure[][] }) {
  return (
    <section class="panel figures">
      <h2>{title}</h2>
      <dl>
        {first!.map((figure) => {
          const match = second?.find((other) => other.name === figure.name);
          return (
            <div key={figure.name}>
              <dt>
                {figure.name} <small>{whole(figure.count)}</small>
              </dt>
              <dd>
                <Score figure={figure} />
                {match && <Score figure={match} line={1} />}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

function Settings({ reports }: { reports: Evaluation[] }) {
  const names = [...new Set(reports.flatMap((report) => Object.keys(report.settings ?? {})))];
  return (
    <details class="panel text">
      <summary>
        <h2>Settings</h2>
      </summary>
      <dl>
        {names.map((name) => (
          <div>
            <dt>{name}</dt>
            <dd>{[...new Set(reports.map((report) => report.settings?.[name] ?? 'none'))].join(' | ')}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const keyOf = (item: Item) => `${item.id}|${item.seed}`;

function Items({ first, second }: { first: Item[]; second: Item[] | undefined }) {
  const [group, chooseGroup] = useState('');
  const [which, choose] = useState<Which>('all');
  const [count, show] = useState(PAGE);
  const others = useMemo(() => new Map((second ?? []).map((item) => [keyOf(item), item])), [second]);
  const groups = useMemo(() => [...new Set(first.map((item) => item.group))], [first]);
  const pairs = first
    .map((item) => [item, others.get(keyOf(item))] as const)
    .filter(([item]) => !group || item.group === group)
    .filter(([item, other]) =>
      which === 'changed' ? other && other.correct !== item.correct : which === 'all' || item.correct === (which === 'right'),
    );
  const offered: Which[] = second ? ['all', 'right', 'wrong', 'changed'] : ['all', 'right', 'wrong'];
  return (
    <section aria-labelledby="pictures">
      <div class="row controls">
        <h2 id="pictures">Pictures</h2>
        <small>{whole(pairs.length)}</small>
        <span class="grow" />
        <select aria-label="Class" value={group} onChange={(event) => chooseGroup(event.currentTarget.value)}>
          <option value="">all classes</option>
          {groups.map((name) => (
            <option>{name}</option>
          ))}
        </select>
        <div class="choice" role="group" aria-label="Verdict">
          {offered.map((name) => (
            <button aria-pressed={which === name} onClick={() => choose(name)}>
              {name}
            </button>
          ))}
        </div>
      </div>
      <ul class="verdicts">
        {pairs.slice(0, count).map(([item, other]) => (
          <li key={keyOf(item)} class={other ? 'two' : ''}>
            <Verdict item={item} />
            {other && <Verdict item={other} />}
            <p>
              {item.prompt} <small>seed {String(item.seed)}</small>
            </p>
          </li>
        ))}
      </ul>
      {pairs.length > count && <button onClick={() => show(count + PAGE)}>Show more of {whole(pairs.length)}</button>}
    </section>
  );
}

function Verdict({ item }: { item: Item }) {
  return (
    <figure class={item.correct ? 'right' : 'wrong'}>
      <img src={item.url} alt={item.prompt} loading="lazy" />
      <figcaption>
        <b>{item.correct ? 'right' : 'wrong'}</b> {item.verdict}
      </figcaption>
    </figure>
  );
}
