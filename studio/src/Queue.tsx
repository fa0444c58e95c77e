import { active, cancel, cancelAll, selection } from './jobs';
import { state } from './Stage';

/** What is being drawn and what waits, in the order in which it will be done. */
export function Queue() {
  const jobs = active.value;
  if (jobs.length === 0) return null;
  return (
    <section class="queue panel" aria-labelledby="queue">
      <div class="row">
        <h2 id="queue">Queue</h2>
        <span class="badge">{jobs.length}</span>
        <span class="grow" />
        {jobs.length > 1 && <button onClick={() => void cancelAll()}>Cancel all</button>}
      </div>
      <ol>
        {jobs.map((job) => (
          <li key={job.id}>
            <button
              class="quiet name"
              aria-pressed={selection.value?.id === job.id}
              onClick={() => (selection.value = { id: job.id, index: job.progress.picture ?? 0 })}
            >
              {String(job.parameters['prompt'])}
            </button>
            <small>{state(job)}</small>
            <button aria-label={`Cancel ${job.parameters['prompt']}`} onClick={() => void cancel(job)}>
              Cancel
            </button>
            <span class="line" style={{ width: `${100 * job.progress.fraction}%` }} />
          </li>
        ))}
      </ol>
    </section>
  );
}
