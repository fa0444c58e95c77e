import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get } from './api';
import { fail } from './jobs';

/** Training runs and evaluation reports by the server's API. */

export type RunState = 'running' | 'finished' | 'stopped' | 'failed';

export interface Sample {
  step: number;
  url: string;
}

export interface Run {
  id: string;
  name: string;
  state: RunState;
  /** More about the state, in words. */
  why: string;
  objective: string;
  step: number;
  steps: number | null;
  started_at: number | null;
  updated_at: number | null;
  eta_seconds: number | null;
  /** The newest value of every figure; null if it is not finite. */
  figures: Record<string, number | null>;
  loss: (number | null)[] | null;
  samples: Sample[];
  problems: string[];
  recipe?: string;
  log?: string;
}

/** A figure over the steps; null where it was not finite. */
export interface Curve {
  name: string;
  count: number;
  last: number | null;
  not_finite: number;
  steps: number[];
  values: (number | null)[];
  low: (number | null)[] | null;
  high: (number | null)[] | null;
}

export interface Figure {
  name: string;
  value: number;
  interval: { low: number; high: number } | null;
  count: number;
  /** What the number counts; a share of one if nothing is said. */
  unit?: string;
}

export interface Item {
  group: string;
  id: string;
  prompt: string;
  seed: string;
  correct: boolean;
  score: number;
  verdict: string;
  url: string;
}

export interface Evaluation {
  id: string;
  name: string;
  suite: string;
  model: string;
  created_at: number;
  pictures: number;
  figures: Figure[];
  page_url: string | null;
  problem: string | null;
  settings?: Record<string, string>;
  judge?: Figure[];
  items?: Item[];
}

export interface Listed<T> {
  data: T[];
  folders: string[];
  problems: string[];
}

const POINTS = 400;

export const listRuns = () => get<Listed<Run>>('/v1/runs');
export const showRun = (id: string) => get<Run>(`/v1/runs/${encodeURIComponent(id)}`);
export const curvesOf = (id: string) => get<{ data: Curve[] }>(`/v1/runs/${encodeURIComponent(id)}/metrics?points=${POINTS}`);
export const listEvaluations = () => get<Listed<Evaluation>>('/v1/evaluations');
export const showEvaluation = (id: string) => get<Evaluation>(`/v1/evaluations/${encodeURIComponent(id)}`);

/** What is asked for again and again: the newest answer, and whether there is no such thing. */
export interface Polled<T> {
  value: T | null;
  missing: boolean;
}

/**
 * Asks now and then while the page is looked at.
 *
 * @param ask what is asked, or null for nothing
 * @param pause milliseconds to the next time, by the last answer
 * @param key of what is asked; another one begins anew
 */
export function usePolled<T>(ask: (() => Promise<T>) | null, pause: (last: T | null) => number, key: string): Polled<T> {
  const [answer, tell] = useState<Polled<T> & { key: string }>({ value: null, missing: false, key });
  // What is asked may close over what changes with every rendering.
  const newest = useRef({ ask, pause });
  newest.current = { ask, pause };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    let last: T | null = null;
    let told = false;
    const turn = async () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible' && newest.current.ask) {
        try {
          const value = await newest.current.ask();
          if (over) return;
          last = value;
          told = false;
          tell({ value, missing: false, key });
        } catch (failure) {
          if (over) return;
          if (failure instanceof ApiError && failure.status === 404) tell({ value: null, missing: true, key });
          // A server that is away is said once, not every few seconds.
          else if (!told) fail(failure);
          told = true;
        }
      }
      if (!over) timer = setTimeout(() => void turn(), newest.current.pause(last));
    };
    const seen = () => void turn();
    void turn();
    document.addEventListener('visibilitychange', seen);
    return () => {
      over = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [key]);
  return answer.key === key ? answer : { value: null, missing: false };
}
