/** The API, seen from the page. Every address is relative to where the page lies, under whatever path. */

import { t } from './text.js';

const BASE = new URL('../api/v1/', import.meta.url);

let csrf = '';

/** What is sent along to prove that a change comes from this page. @param {string} token */
export function setCsrf(token) {
  csrf = token;
}

/** An answer that is no success, or none at all (`status` 0). */
export class ApiError extends Error {
  /** @param {number} status @param {{error?: string, message?: string, fields?: {field: string, message: string}[]}} body @param {number} [retryAfter] */
  constructor(status, body, retryAfter) {
    super(body.message || t('error.status', { status: String(status) }));
    this.status = status;
    /** In a word for programs. */
    this.error = body.error ?? '';
    /** The values that cannot be. */
    this.fields = body.fields ?? [];
    /** In so many seconds it may be tried again. */
    this.retryAfter = retryAfter;
  }
}

/** Told when an answer says that nobody is signed in any more. */
export const signedOut = new EventTarget();

/** The address of something below the API, for links and players. @param {string} path @param {Record<string, any>} [query] */
export function url(path, query = {}) {
  const address = new URL(path, BASE);
  for (const [name, value] of Object.entries(query)) {
    if (value != null && value !== '') address.searchParams.set(name, value);
  }
  return address.href;
}

/**
 * @param {string} method
 * @param {string} path without a slash at its begin: `conferences/3`
 * @param {{query?: Record<string, any>, body?: any, type?: string, signal?: AbortSignal}} [options] `body` is sent as JSON
 *   unless it has a `type`
 * @returns {Promise<any>} what the JSON says, `null` if there is none
 */
export async function request(method, path, { query, body, type, signal } = {}) {
  const headers = new Headers({ accept: 'application/json' });
  if (method !== 'GET') headers.set('x-csrf-token', csrf);
  if (body !== undefined) headers.set('content-type', type ?? 'application/json');
  const sent = body === undefined || type ? body : JSON.stringify(body);
  const answer = await fetch(url(path, query), { method, headers, body: sent, signal, credentials: 'same-origin', cache: 'no-store' }).catch((error) => {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, { error: 'unreachable', message: t('error.unreachable') });
  });
  const text = await answer.text();
  const value = read(text);
  if (answer.ok) return value;
  throw failure(answer.status, value, answer.headers.get('retry-after'));
}

/** @param {string} path @param {Record<string, any>} [query] @param {AbortSignal} [signal] */
export const get = (path, query, signal) => request('GET', path, { query, signal });
/** @param {string} path @param {any} [body] @param {Record<string, any>} [query] */
export const post = (path, body, query) => request('POST', path, { body, query });
/** @param {string} path @param {any} body */
export const put = (path, body) => request('PUT', path, { body });
/** @param {string} path @param {any} body */
export const patch = (path, body) => request('PATCH', path, { body });
/** @param {string} path */
export const remove = (path) => request('DELETE', path);

/**
 * Sends a file, and tells how far it is; `fetch` cannot.
 *
 * @param {string} path @param {File} file @param {(part: number) => void} progress from 0 to 1 @param {AbortSignal} [signal]
 */
export function upload(path, file, progress, signal) {
  return new Promise((resolve, reject) => {
    const way = new XMLHttpRequest();
    way.open('PUT', url(path));
    way.setRequestHeader('x-csrf-token', csrf);
    way.setRequestHeader('content-type', file.type || 'application/octet-stream');
    way.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    way.onload = () => {
      const value = read(way.responseText);
      if (way.status < 300) resolve(value);
      else reject(failure(way.status, value, way.getResponseHeader('retry-after')));
    };
    way.onerror = () => reject(new ApiError(0, { error: 'unreachable', message: t('error.unreachable') }));
    way.onabort = () => reject(new DOMException('', 'AbortError'));
    signal?.addEventListener('abort', () => way.abort());
    way.send(file);
  });
}

function failure(status, value, retryAfter) {
  const error = new ApiError(status, value ?? {}, Number(retryAfter) || undefined);
  if (status === 401) signedOut.dispatchEvent(new CustomEvent('signedout', { detail: error }));
  return error;
}

function read(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
