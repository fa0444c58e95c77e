import { useState } from 'preact/hooks';
import { inputUrl, pictureUrl, type Job, type Picture } from './api';
import { cancel, over, preview, restart, selected, selection } from './jobs';
import { form } from './settings';
import { seconds } from './words';

/** The selected picture, finished or as far as it is drawn. */
export function Stage() {
  const job = selected.value;
  // Small pictures are enlarged, but not so far that nothing but blur is left.
  const most = Math.max(400, 7 * Number.parseInt(String(job?.parameters['size'] ?? 0)));
  return (
    <section class="stage" id="stage" aria-label="Picture" style={{ '--most': `${most}px` }}>
      {job ? <Shown job={job} /> : <Empty />}
    </section>
  );
}

function Empty() {
  return (
    <div class="canvas empty" style={{ aspectRatio: '1' }}>
      <p>
        Describe a picture and press <b>Draw</b>. It appears here row by row.
      </p>
    </div>
  );
}

function Shown({ job }: { job: Job }) {
  const count = Number(job.parameters['n'] ?? 1);
  const index = Math.min(selection.value?.index ?? 0, count - 1);
  const picture = job.pictures.find((done) => done.index === index);
  const [width = 1, height = 1] = String(job.parameters['size']).split('x').map(Number);
  const shape = { aspectRatio: `${width} / ${height}` };
  return (
    <>
      <div class="canvas" style={shape}>
        {picture ? (
          job.kind === 'edit' ? (
            <BeforeAfter job={job} picture={picture} />
          ) : (
            <img class="picture" src={pictureUrl(job, picture)} alt={String(job.parameters['prompt'])} />
          )
        ) : (
          <Unfinished job={job} index={index} />
        )}
      </div>
      {count > 1 && (
        <div class="strip" role="group" aria-label="Pictures of this job">
          {Array.from({ length: count }, (_, i) => {
            const done = job.pictures.find((one) => one.index === i);
            const begun = over(job) ? undefined : preview(job, i);
            return (
              <button
                aria-pressed={i === index}
                aria-label={`Picture ${i + 1} of ${count}`}
                onClick={() => (selection.value = { id: job.id, index: i })}
              >
                {done || begun ? <img src={done ? pictureUrl(job, done) : begun?.url} alt="" /> : <i class="dots" />}
              </button>
            );
          })}
        </div>
      )}
      {!over(job) && <Meter job={job} />}
      <p class="hidden" role="status">
        {spoken(job)}
      </p>
    </>
  );
}

/** What happens, for those who do not see it; not every percent of it. */
function spoken(job: Job): string {
  switch (job.state) {
    case 'queued':
      return 'Waiting in the queue';
    case 'generating':
      return 'Drawing';
    case 'completed':
      return 'Finished';
    case 'failed':
      return `Failed: ${job.error?.message ?? ''}`;
    default:
      return 'Cancelled';
  }
}

/** The rows that are there, above dots where the others will be. */
function Unfinished({ job, index }: { job: Job; index: number }) {
  const begun = preview(job, index);
  if (job.state === 'failed') return <p class="end error">{job.error?.message ?? 'The job failed.'}</p>;
  if (job.state === 'cancelled') return <p class="end">Cancelled.</p>;
  if (job.state === 'completed') return <p class="end">This picture was deleted.</p>;
  const rows = job.progress.rows ?? 0;
  if (!begun || rows === 0) return <i class="dots" />;
  const left = 100 - (100 * begun.row) / rows;
  return (
    <>
      <i class="dots" />
      <img
        class="picture rows"
        data-row={begun.row}
        style={{ clipPath: `inset(0 0 ${left}% 0)` }}
        src={begun.url}
        alt={`${begun.row} of ${rows} rows of the picture`}
      />
    </>
  );
}

function BeforeAfter({ job, picture }: { job: Job; picture: Picture }) {
  const [at, move] = useState(50);
  return (
    <div class="compare-slider" style={{ '--at': `${at}%` }}>
      <img class="picture" src={inputUrl(job)} alt="Before" />
      <img class="picture after" src={pictureUrl(job, picture)} alt={`After: ${job.parameters['prompt']}`} />
      <input
        type="range"
        min="0"
        max="100"
        value={at}
        aria-label="Before and after"
        aria-valuetext={`${at} % before`}
        onInput={(event) => move(Number(event.currentTarget.value))}
      />
      <span class="tag left">before</span>
      <span class="tag right">after</span>
    </div>
  );
}

/** Progress with the time that is left, and ways out. */
function Meter({ job }: { job: Job }) {
  const { fraction, tokens, total_tokens } = job.progress;
  return (
    <div class="meter">
      <progress max={1} value={job.state === 'queued' ? 0 : fraction} aria-label="Progress" />
      <div class="row">
        <span>{state(job)}</span>
        <span class="grow" />
        <small>{job.state === 'generating' && `${tokens} of ${total_tokens} tokens`}</small>
        <button onClick={() => void cancel(job)}>Cancel</button>
        {form.value.prompt && (
          <button onClick={() => void restart(job)} title="Cancel, and draw what the form says now">
            Restart
          </button>
        )}
      </div>
    </div>
  );
}

/** What a job is doing, in a few words. */
export function state(job: Job): string {
  switch (job.state) {
    case 'queued':
      return job.position && job.position > 1 ? `Waiting, ${job.position - 1} before it` : 'Next';
    case 'generating': {
      const eta = job.progress.eta_seconds;
      return `${Math.round(100 * job.progress.fraction)} %${eta === null ? '' : `, ${seconds(eta)} left`}`;
    }
    default:
      return job.state;
  }
}
